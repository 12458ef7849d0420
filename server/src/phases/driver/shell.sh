# What a shell at a moment of a session reads before its first command: as its rcfile at a terminal, else by BASH_ENV.
# `rc.sh` has set where things are; `restore.sh` brings the state of the moment.
unset -v BASH_ENV
source "$__phasewise_driver/record.sh"
source "$__phasewise_driver/traps.sh"
source "$__phasewise_driver/texts.sh"
source "$__phasewise_driver/chain.sh"
source "$__phasewise_driver/state.sh"
set +eu
if [[ -s $__phasewise_folder/restore.sh ]]; then
  source "$__phasewise_folder/restore.sh"
  set -- ${__phasewise_parameters[@]+"${__phasewise_parameters[@]}"}
fi
if [[ $__phasewise_structure == phases ]] && ! declare -F runPhase > /dev/null; then
  # An older stdenv runs its phases inside genericBuild: give it a list of one.
  runPhase() {
    builtin local phases=$1
    genericBuild
  }
fi

# A failing command ends the function that it is in, and that one's caller, up to the prompt: as `set -e` in the build, but
# this shell stays. At the prompt itself nothing comes of it.
__phasewise_stop() {
  builtin local __phasewise_here=$((${#FUNCNAME[@]} - 1))
  if [[ $__phasewise_here == 0 ]]; then return 0; fi
  if [[ $BASH_SUBSHELL == 0 && ${__phasewise_stopped-0} != "$((__phasewise_here + 1))" ]]; then
    builtin local __phasewise_where=${FUNCNAME[1]}
    if [[ $__phasewise_where == source ]]; then __phasewise_where=${BASH_SOURCE[1]##*/}; fi
    builtin printf '%s%s, line %s: exit code %s from: %s%s\n' "$__phasewise_red" "${__phasewise_where%.sh}" "$2" "$1" \
      "${3%%$'\n'*}" "$__phasewise_plain" >&2
  fi
  __phasewise_stopped=$__phasewise_here
  return "$1"
}
__phasewise_red=
__phasewise_plain=
set -E
trap '__phasewise_stop "$?" "$LINENO" "$BASH_COMMAND" || return "$?"' ERR

if [[ $- == *i* ]]; then
  # History would be written below the builder's HOME; mail is nobody's here.
  unset -v HISTFILE HISTFILESIZE MAILCHECK
  __phasewise_red=$'\e[31m'
  __phasewise_plain=$'\e[0m'
  PS1='\[\e[1;${__phasewise_colour}m\][$__phasewise_label]\[\e[0m\] \W $ '
  # What tells Nix of the phase would stand in the terminal.
  if __phasewise_body=$(declare -f showPhaseHeader); then
    builtin eval "${__phasewise_body//'>&"$NIX_LOG_FD"'/> /dev/null}"
  fi
  # A phase that exits ends the build's shell, but not this one: an interrupt leads to the prompt from wherever it is.
  exit() {
    if [[ $BASH_SUBSHELL != 0 || ${#FUNCNAME[@]} == 1 ]]; then builtin exit "$@"; fi
    builtin printf '%sexit %s in %s: it would end the build here%s\n' "$__phasewise_red" "$*" "${FUNCNAME[1]}" \
      "$__phasewise_plain" >&2
    builtin kill -INT "$$"
  }
fi
if [[ ${__phasewise_flags-} == *u* ]]; then set -u; fi
