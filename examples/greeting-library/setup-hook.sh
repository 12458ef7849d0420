# Sourced while the builder of a package that uses greeting sets itself up; @out@ is replaced when this is installed.

export greetingLanguage=${greetingLanguage:-fr}

# Adds a hook to that builder: it runs before its buildPhase, whatever the phase itself does.
preBuildHooks+=(_announceGreeting)
_announceGreeting() {
  echo "building with the library in @out@, language $greetingLanguage"
}
