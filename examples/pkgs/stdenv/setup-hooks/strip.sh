# shellcheck shell=bash
# Drops debugging symbols from the programs and libraries of each output.

fixupOutputHooks+=(_doStrip)
_doStrip() {
  if [[ -n ${dontStrip-} ]] || ! type -p strip >/dev/null; then return 0; fi
  local folder file
  for folder in bin lib; do
    if [[ ! -d $prefix/$folder ]]; then continue; fi
    echo "stripping $prefix/$folder"
    while IFS= read -r -d '' file; do
      # Scripts are no binaries: strip says so and leaves them.
      strip --strip-debug "$file" 2>/dev/null || true
    done < <(find "$prefix/$folder" -type f -print0)
  done
}
