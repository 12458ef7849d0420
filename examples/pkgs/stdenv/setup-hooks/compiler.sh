# shellcheck shell=bash
# The host's compiler finds the headers and libraries of the inputs, and programs find those libraries again when they
# run. (nixpkgs wraps the compiler for that; plain gcc and clang read these variables.)

addEnvHooks 0 _addCompilerPaths
_addCompilerPaths() {
  addToSearchPath CPATH "$1/include"
  addToSearchPath LIBRARY_PATH "$1/lib"
  addToSearchPath LD_RUN_PATH "$1/lib"
}

# `cc` may be a link to where a sandbox does not reach.
if [[ -z ${CC-} ]]; then
  for CC in cc gcc clang; do
    if type -p "$CC" >/dev/null; then break; fi
  done
fi
export CC
