# Our traps, by which a phase's failure is seen, beside those of stdenv and of phases, which hold as in a real build.

# A shell that is forked forgets the traps of its parent (all but ERR, with errtrace); it sources this file of them. Not DEBUG
# and RETURN: no function, and so no phase, inherits those.
__phasewise_keep_traps() {
  builtin trap -p HUP INT QUIT ILL TRAP ABRT BUS FPE USR1 SEGV USR2 PIPE ALRM TERM CHLD CONT TSTP TTIN TTOU URG XCPU XFSZ \
    VTALRM PROF WINCH IO SYS >| "$__phasewise_folder/traps"
}

# What stands before the text that is meant for the build's end: a phase that keeps the trap and sets it again keeps both.
# "&& :" leaves the status, which with errexit would end the trap here.
__phasewise_plain_exit_prefix='__phasewise_on_exit "$?" "$LINENO" "$BASH_COMMAND" && :; '
__phasewise_exit_prefix=$__phasewise_plain_exit_prefix

# Before a phase. One that an earlier phase set for ERR is gone then: functions, as runPhase is one, inherit none. (A real build
# still runs it at its end, when it fails.)
__phasewise_arm() {
  builtin trap "$__phasewise_exit_prefix$__phasewise_at_exit" EXIT
  __phasewise_watch_errors
}

# After a phase: what it made of the EXIT trap is for the build's end.
__phasewise_disarm() {
  __phasewise_take_exit_trap
  __phasewise_exit_prefix=$__phasewise_plain_exit_prefix
  __phasewise_watch_errors
}

# Leaves the text of the EXIT trap in __phasewise_at_exit, and no such trap. Without a subshell: those forget traps.
__phasewise_take_exit_trap() {
  builtin local __phasewise_now=
  builtin trap -p EXIT >| "$__phasewise_folder/traps"
  IFS= builtin read -r -d '' __phasewise_now < "$__phasewise_folder/traps"
  builtin trap - EXIT
  builtin eval "builtin set -- $__phasewise_now"
  __phasewise_at_exit=${3-}
  __phasewise_at_exit=${__phasewise_at_exit#"$__phasewise_exit_prefix"}
}

__phasewise_watch_errors() {
  builtin trap "${__phasewise_errors:-$__phasewise_plain_errors}" ERR
}
__phasewise_plain_errors='__phasewise_on_error "$?" "$LINENO" "$BASH_COMMAND"'

# The ERR trap: it is there at all times, but only a command that ends the shell is a failure.
__phasewise_on_error() {
  [[ $- == *e* ]] || return 0
  { __phasewise_save_failed_state; } 2> /dev/null
  __phasewise_record error "$1" "$2" "$3"
}

# First in the EXIT trap of a phase's shell: it failed, or left early. Leaves options and status to what comes after.
__phasewise_on_exit() {
  builtin local __phasewise_options=$-
  builtin trap - EXIT ERR
  { __phasewise_save_failed_state; } 2> /dev/null
  { set +eux; } 2> /dev/null
  __phasewise_record exit "$1" "$2" "$3"
  __phasewise_event failed "$__phasewise_index" "$1"
  __phasewise_set_options "$__phasewise_options"
  return "$1"
}

# What the build's shell does at its end, without a phase.
__phasewise_end_build() {
  builtin trap - ERR
  builtin trap "$__phasewise_at_exit" EXIT
  __phasewise_set_options "$__phasewise_flags"
  exit 0
}

# Those of $- that make a shell end or talk.
__phasewise_set_options() {
  if [[ $1 == *u* ]]; then set -u; fi
  if [[ $1 == *e* ]]; then set -e; fi
  if [[ $1 == *x* ]]; then set -x; fi
}
