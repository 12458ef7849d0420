# The shell's state, written so that another shell can begin where this one is: sections ended by NUL, the last one tells
# that all was written. Only builtins: at a builder's start there is no PATH.

# Whether a phase left a job (running, or ended and not waited for). Without a subshell: it takes no time.
__phasewise_has_jobs() {
  builtin jobs -p >| "$__phasewise_folder/jobs"
  [[ -s $__phasewise_folder/jobs ]]
}

# A shell with jobs cannot be brought back: it leaves an empty file.
# Called where no locals but ours are in scope: declare shows all that a function sees.
__phasewise_save_state() {
  >| "$__phasewise_folder/state"
  if __phasewise_has_jobs; then return 0; fi
  __phasewise_write_state "$__phasewise_folder/state"
}

# The state in which a phase fails, with the locals of the failing function, once for each phase: what comes after is on
# the way out. Only the phase's own shell, for a failing subshell fails in it once more.
__phasewise_save_failed_state() {
  if [[ $BASHPID != "$__phasewise_pid" || -s $__phasewise_folder/failed-state ]]; then return 0; fi
  __phasewise_write_state "$__phasewise_folder/failed-state"
}

__phasewise_write_state() {
  __phasewise_print_state 2> /dev/null >| "$1"
}

__phasewise_print_state() {
  builtin printf '%s\0' 'phasewise state 1' "$BASH_VERSION" "$PWD" "$(builtin umask)"
  builtin declare -p
  builtin printf '\0'
  builtin declare -f
  builtin printf '\0'
  builtin declare -F
  builtin printf '\0'
  builtin shopt -p
  builtin set +o
  builtin printf '\0'
  builtin trap -p
  builtin printf '\0'
  builtin alias -p
  builtin printf '\0'
  builtin declare -p DIRSTACK
  builtin printf '\0complete\0'
}
