# shellcheck shell=bash
# Packages with several outputs: tells `make install` and `configure` where things go, and moves what
# landed in the wrong output.

# The first of these outputs that the derivation has.
_firstOutput() {
  local name
  for name in "$@"; do
    if [[ -n ${!name-} ]]; then
      echo "$name"
      return
    fi
  done
}

: "${outputDev:=$(_firstOutput dev out)}"
: "${outputBin:=$(_firstOutput bin out)}"
: "${outputLib:=$(_firstOutput lib out)}"
: "${outputDoc:=$(_firstOutput doc out)}"
: "${outputInclude:=$outputDev}"

preConfigureHooks+=(_multioutConfig)
_multioutConfig() {
  local names
  names=$(getAllOutputNames)
  if [[ $names == out || ! -x ./configure || -n ${setOutputFlags-} ]]; then return; fi
  prependToVar configureFlags \
    "--bindir=${!outputBin}/bin" \
    "--libdir=${!outputLib}/lib" \
    "--includedir=${!outputInclude}/include" \
    "--docdir=${!outputDoc}/share/doc/${pname:-$name}"
}

# moveToOutput PATH OUTPUT: from whichever output has it.
moveToOutput() {
  local path=$1 destination=${!2} output
  for output in $(getAllOutputNames); do
    if [[ ${!output} == "$destination" || ! -e ${!output}/$path ]]; then continue; fi
    echo "moving $path from $output to $2"
    mkdir -p "$destination/$(dirname "$path")"
    mv "${!output}/$path" "$destination/$path"
    # A folder that only held what was moved goes, too.
    rmdir --ignore-fail-on-non-empty --parents "${!output}/$(dirname "$path")" 2>/dev/null || true
  done
}

preFixupHooks+=(_multioutMove)
_multioutMove() {
  local names
  names=$(getAllOutputNames)
  if [[ $names == out ]]; then return; fi
  moveToOutput include "$outputInclude"
  moveToOutput lib/pkgconfig "$outputDev"
  moveToOutput share/doc "$outputDoc"
}

# Who has `dev` as an input links against the libraries, so `dev` brings them along.
postFixupHooks+=(_multioutPropagateDev)
_multioutPropagateDev() {
  if [[ $outputDev == out || $outputDev == "$outputLib" ]]; then return; fi
  mkdir -p "${!outputDev}/nix-support"
  printf '%s ' "${!outputLib}" >>"${!outputDev}/nix-support/propagated-build-inputs"
}
