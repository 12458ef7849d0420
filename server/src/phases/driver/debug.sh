# Stops a phase that is debugged: at points that `points.sh` names, at steps, at a command that fails. A stopped shell tells
# the controller where it is (file `stop.PID`, then a line in the FIFO `events`) and waits for lines in a FIFO of its own:
# `go …` lets it run on, `code N` has it run the file `code.N` in the stopped frame, with its locals and parameters.
# The trap texts run in that frame, too. They begin with an arithmetic command, for that alone leaves `$_` as it is.

# What a stopped shell does until it goes on.
__phasewise_stay='while __phasewise_wait; do builtin eval "$__phasewise_code"; __phasewise_answer "$?"; done'
# bash parses a trap's text anew for each command, so what each command pays for is short, and the rest in a variable; so are
# the names: __D is what to do, __K what leaves $_ as it was and tells whether to run the command, __L is $_, __pw_r the
# status, and __pw_a has a key for each line to look at. `case` is the test that costs least and leaves $? to what follows.
__phasewise_try="if __phasewise_hit \"\$_\" \"\$LINENO\" \"\$BASH_COMMAND\"; then $__phasewise_stay; fi"
__D="((__pw_r=\$?,1));$__phasewise_try"
__K=:
__phasewise_look='eval "$__D";"$__K" "$__L"'
__phasewise_step_trap="case \$((\${#FUNCNAME[@]}<=__phasewise_depth||\${__pw_a[LINENO]-0})) in 1)$__phasewise_look;esac"
# After a failure that was ignored or a command that was skipped: first the shell's options as they were. Not
# before the ERR trap, whose own commands come here as well, is through.
__phasewise_after_trap="((__pw_r=\$?,__phasewise_mend==1))&&{ __phasewise_mended \"\$_\"; : \"\$__L\"; $__phasewise_try; \"\$__K\" \"\$__L\"; }"
__phasewise_error_trap="((__pw_r=\$?,1))&&{ __phasewise_keep_last \"\$_\"; __phasewise_on_error \"\$__pw_r\" \"\$LINENO\" \"\$BASH_COMMAND\"; if __phasewise_failing \"\$LINENO\" \"\$BASH_COMMAND\"; then $__phasewise_stay; fi; : \"\$__L\"; ((__phasewise_mend=__phasewise_mend?1:0,1)); }"

# First in the EXIT trap: `exit`, or an error for which bash runs no ERR trap. There is no way back from it.
__phasewise_end_trap="((__pw_r=\$?,1))&&{ if __phasewise_ends \"\$LINENO\" \"\$BASH_COMMAND\"; then $__phasewise_stay; fi; __phasewise_on_exit \"\$__pw_r\" \"\$__phasewise_end_line\" \"\$__phasewise_end_command\"; } && :; "

__phasewise_debug_begin() {
  unset -v __pw_a __phasewise_functions __phasewise_points
  builtin declare -ga __pw_a __phasewise_functions
  builtin declare -gA __phasewise_points
  __phasewise_depth=-1
  __phasewise_their_debug= __phasewise_entering= __K=: __phasewise_mend=0 __phasewise_from= __phasewise_catch= __phasewise_pausing=
  __phasewise_ending= __phasewise_exit_prefix=$__phasewise_end_trap
  __phasewise_seen_depth=-1 __phasewise_seen_command= __phasewise_step= __phasewise_stepper= __phasewise_answers=
  __phasewise_read_points
  __phasewise_begin_stepping
  __phasewise_errors=$__phasewise_error_trap
  builtin trap '((__pw_r=$?,1))&&{ __phasewise_signalled "$_"; : "$__L"; }' URG
  # A signal of ours must not end what a phase waits for.
  if ! builtin declare -F wait > /dev/null; then
    wait() {
      while :; do
        __phasewise_signal=
        builtin wait "$@"
        __phasewise_waited=$?
        [[ $__phasewise_waited -gt 128 && -n $__phasewise_signal ]] || return "$__phasewise_waited"
      done
    }
    __phasewise_own_wait=1
  fi
  __phasewise_rearm
}

__phasewise_debug_end() {
  builtin trap - DEBUG URG
  builtin set +T
  if [[ -n ${__phasewise_own_wait-} ]]; then unset -f wait; fi
  if [[ $__phasewise_mend != 0 ]]; then
    __phasewise_flags=$__phasewise_mend_options
    builtin shopt -u extdebug
    builtin set -E
  fi
  unset -v __phasewise_errors __phasewise_entries __phasewise_own_wait __pw_a __pw_r __D __L __K
}

# Functions to stop in are looked up now: their lines are added to the points.
__phasewise_read_points() {
  builtin local __phasewise_name __phasewise_place
  source "$__phasewise_debug/points.sh"
  for __phasewise_name in ${__phasewise_functions[@]+"${__phasewise_functions[@]}"}; do
    __phasewise_place=$(builtin shopt -s extdebug; builtin declare -F "$__phasewise_name") || continue
    __phasewise_place=${__phasewise_place#* }
    __pw_a[${__phasewise_place%% *}]=1
    __phasewise_points[${__phasewise_place#* }:${__phasewise_place%% *}]=1
  done
  __phasewise_lines_test
}

# Leaves the test for the lines to look at: each pattern costs, so lines that differ in their last digit are one.
__phasewise_lines_test() {
  builtin local __phasewise_line __phasewise_tens= __phasewise_ones= __phasewise_patterns=
  for __phasewise_line in "${!__pw_a[@]}" ''; do
    if [[ -n $__phasewise_line && -n $__phasewise_ones && ${__phasewise_line%?} == "$__phasewise_tens" ]]; then
      __phasewise_ones+=${__phasewise_line: -1}
      continue
    fi
    if [[ ${#__phasewise_ones} -gt 1 ]]; then __phasewise_ones="[$__phasewise_ones]"; fi
    __phasewise_patterns+=${__phasewise_ones:+|$__phasewise_tens$__phasewise_ones}
    __phasewise_tens=${__phasewise_line%?} __phasewise_ones=${__phasewise_line: -1}
  done
  if [[ $__phasewise_patterns == *'|'*'|'*'|'*'|'* ]]; then
    __phasewise_lines='${__pw_a[LINENO]-} in 1'
  else
    __phasewise_lines="\$LINENO in ${__phasewise_patterns#|}"
  fi
}

# Name of a phase or hook that is about to run, the file of its text or else its function: whether to stop at its first
# command. Until that is there each command is looked at, and none for it afterwards.
__phasewise_enters() {
  __phasewise_entering=
  if [[ $__phasewise_entries != *" $1 "* ]]; then return 0; fi
  __phasewise_take_their_debug
  if [[ -n $__phasewise_their_debug ]]; then __phasewise_their_debug= && return 0; fi
  __phasewise_entering=$2
  __phasewise_rearm
}

# The text by which a DEBUG trap of theirs is set again.
__phasewise_take_their_debug() {
  builtin trap -p DEBUG >| "$__phasewise_debug/theirs"
  IFS= builtin read -r -d '' __phasewise_their_debug < "$__phasewise_debug/theirs" || :
  if [[ $__phasewise_their_debug == *__phasewise_* || $__phasewise_their_debug == *'"$__D"'* ]]; then __phasewise_their_debug=; fi
}

# The trap for DEBUG that is needed now: none where nothing but a failure stops.
__phasewise_rearm() {
  if [[ -n $__phasewise_their_debug ]]; then
    builtin eval "$__phasewise_their_debug"
    __phasewise_their_debug=
  elif [[ $__phasewise_mend != 0 ]]; then
    builtin set -T
    builtin trap "$__phasewise_after_trap" DEBUG
  elif [[ -n $__phasewise_entering ]]; then
    builtin set -T
    builtin trap "$__phasewise_look" DEBUG
  elif [[ $__phasewise_depth -ge 0 ]]; then
    builtin set -T
    builtin trap "$__phasewise_step_trap" DEBUG
  elif [[ ${#__pw_a[@]} -gt 0 ]]; then
    builtin set -T
    builtin trap "case $__phasewise_lines)$__phasewise_look;esac" DEBUG
  else
    builtin trap - DEBUG
    builtin set +T
  fi
}

# The controller changed the points, or asks to stop.
__phasewise_signalled() {
  __L=$1
  __phasewise_signal=1
  __phasewise_read_points
  __phasewise_begin_stepping
  __phasewise_rearm
}

# Stops at the next command when the controller wants that, which names the reason.
__phasewise_begin_stepping() {
  if [[ -z $__phasewise_pausing ]]; then return 0; fi
  __phasewise_step=$__phasewise_pausing
  __phasewise_depth=999999
  __phasewise_from=
}

# The last argument before, line, command: whether to stop before this command.
__phasewise_hit() {
  __L=$1
  if [[ ${BASH_SOURCE[1]-} == "$__phasewise_driver"/* || $3 == *__phasewise_* ]]; then return 1; fi
  builtin local __phasewise_here=$((${#FUNCNAME[@]} - 1)) __phasewise_entered=0
  if ((__phasewise_here == __phasewise_seen_depth + 1)) && [[ $3 == "$__phasewise_seen_command" ]]; then __phasewise_entered=1; fi
  __phasewise_seen_depth=$__phasewise_here
  __phasewise_seen_command=$3
  builtin local __phasewise_stepped=0
  if __phasewise_steps "$__phasewise_here" "$__phasewise_entered" "$2"; then __phasewise_stepped=1; fi
  builtin local __phasewise_reached_entry=
  if [[ -n $__phasewise_entering ]]; then
    if [[ $__phasewise_entering == "${BASH_SOURCE[1]}" || $__phasewise_entering == "${FUNCNAME[1]}" ]]; then
      __phasewise_reached_entry=1 __phasewise_entered=1
    fi
    __phasewise_entering=
    __phasewise_rearm
  fi
  if [[ -n $__phasewise_reached_entry || -n ${__phasewise_points[${BASH_SOURCE[1]}:$2]-} ]]; then
    __phasewise_stop point "$2" "$3" "$__phasewise_entered" "$__phasewise_stepped"
    return 0
  fi
  if [[ $__phasewise_stepped == 0 ]]; then return 1; fi
  __phasewise_stop "$__phasewise_step" "$2" "$3" 0 1
  return 0
}

# Depth, whether a function was just entered, line: whether a step ends here.
__phasewise_steps() {
  if (($1 > __phasewise_depth || $2)); then return 1; fi
  if [[ $__phasewise_step == over && $BASHPID != "$__phasewise_stepper" ]]; then return 1; fi
  # A phase begins in its own text or function, not in what calls these.
  if [[ $__phasewise_step == entry ]]; then
    [[ ${BASH_SOURCE[2]} == "$__phasewise_folder"/texts/* || ${FUNCNAME[2]} == "${curPhase-}" ]]
    return
  fi
  if [[ -n $__phasewise_pass && ${BASH_SOURCE[2]} == "${NIX_STORE:-/nix/store}"/* ]]; then return 1; fi
  [[ "$1:$BASHPID:${BASH_SOURCE[2]}:$3" != "$__phasewise_from" ]]
}

# Line and command: whether to stop at this command, which failed.
__phasewise_failing() {
  [[ $- == *e* ]] || return 1
  builtin local __phasewise_here="$2"
  if [[ $2 == 'source "$__phasewise_file"' ]]; then
    # A text that ends with a status of failure, though no command of its own failed.
    __phasewise_here="source $__phasewise_file"
  elif [[ ${BASH_SOURCE[1]-} == "$__phasewise_driver"/* || $2 == *__phasewise_* ]]; then
    return 1
  fi
  __phasewise_ending=1
  [[ -n $__phasewise_catch ]] || return 1
  # Theirs, where they set one, is theirs again afterwards.
  __phasewise_take_their_debug
  builtin trap - DEBUG
  __phasewise_mark_output "stop $BASHPID"
  __phasewise_stop error "$1" "$__phasewise_here" 0 0
}

# Line and command as the EXIT trap has them: whether to stop on the way out of the phase's own shell.
__phasewise_ends() {
  __phasewise_end_line=$1 __phasewise_end_command=$2
  [[ -n $__phasewise_catch_end && -z $__phasewise_ending && $BASHPID == "$__phasewise_pid" ]] || return 1
  builtin trap - DEBUG
  builtin local __phasewise_theirs=0
  builtin trap -p ERR >| "$__phasewise_debug/theirs"
  IFS= builtin read -r -d '' __phasewise_error_now < "$__phasewise_debug/theirs"
  if [[ -n $__phasewise_error_now && $__phasewise_error_now != *__phasewise_* ]]; then __phasewise_theirs=1; fi
  __phasewise_mark_output "stop $BASHPID"
  __phasewise_stop end "$1" "$2" "$__phasewise_theirs" 0
}

__phasewise_keep_last() {
  __L=$1
}

# Reason, line, command, whether a function was just entered, whether a step ends here: tells the controller.
__phasewise_stop() {
  __phasewise_options=$-
  { builtin set +eux; } 2> /dev/null
  __phasewise_in=$__phasewise_debug/in
  if [[ $BASHPID != "$__phasewise_pid" ]]; then __phasewise_in+=.$BASHPID; fi
  builtin printf '%s\0' "$1" "$BASHPID" "$__phasewise_pid" "$__pw_r" "$2" "$3" "$4" "$5" "$PWD" "$__phasewise_options" \
    "$((${#FUNCNAME[@]} - 2))" "${FUNCNAME[@]:2}" "${BASH_SOURCE[@]:2}" "${BASH_LINENO[@]:1}" >| "$__phasewise_debug/stop.$BASHPID"
  __phasewise_stop_depth=$((${#FUNCNAME[@]} - 2))
  __phasewise_place="$__phasewise_stop_depth:$BASHPID:${BASH_SOURCE[2]-}:$2"
  __K=: __phasewise_failed=$1
  builtin trap -p ERR >| "$__phasewise_debug/theirs"
  IFS= builtin read -r -d '' __phasewise_error_now < "$__phasewise_debug/theirs"
  __phasewise_say "stopped $BASHPID"
}

# Not "1<>": bash tells such a function without the 1, and one that is made of that again says it elsewhere.
__phasewise_say() {
  { builtin printf '%s\n' "$1" >&3; } 3<> "$__phasewise_debug/events"
}

# Nobody will ever let this shell go on.
__phasewise_abandon() {
  __phasewise_ending=1
  builtin exit 78
}

# True: there is code to run in the frame. False: go on.
__phasewise_wait() {
  builtin local __phasewise_line
  while :; do
    __phasewise_line=
    # The controller makes a subshell's FIFO when it hears of its stop.
    if [[ ! -p $__phasewise_in ]]; then
      builtin read -r -t 0.01 __phasewise_line <> "$__phasewise_debug/never"
      builtin kill -0 "$__phasewise_controller" 2> /dev/null || __phasewise_abandon
      continue
    fi
    if ! IFS= builtin read -r -t 2 __phasewise_line <> "$__phasewise_in"; then
      builtin kill -0 "$__phasewise_controller" 2> /dev/null || __phasewise_abandon
      continue
    fi
    case $__phasewise_line in
      'code '*)
        __phasewise_answers=${__phasewise_line#code }
        __phasewise_code="builtin source \"\$__phasewise_debug/code.$__phasewise_answers\" > \"\$__phasewise_debug/output.$__phasewise_answers\" 2>&1"
        builtin trap - ERR
        return 0
        ;;
      'go '*)
        __phasewise_go "${__phasewise_line#go }"
        return 1
        ;;
    esac
  done
}

# In a subshell of the stopped frame: the state there, without what the debugger has in it.
__phasewise_print_frame() {
  __phasewise_flags=$__phasewise_options
  builtin set +T
  if [[ -n ${__phasewise_own_wait-} ]]; then unset -f wait; fi
  __phasewise_print_state
}

# Commands of a user's: `exit` would end the phase, and with it what is looked at.
__phasewise_guard() {
  if builtin declare -F exit > /dev/null; then return 0; fi
  __phasewise_guarded=$BASH_SUBSHELL
  exit() {
    if [[ $BASH_SUBSHELL != "$__phasewise_guarded" ]]; then builtin exit "$@"; fi
    builtin printf '%s\n' 'exit would end the phase here: stop it, or go on, with the debugger.'
    builtin return 1
  }
}
__phasewise_guarded=

__phasewise_answer() {
  { builtin set +eux; } 2> /dev/null
  if [[ -n $__phasewise_guarded ]]; then
    unset -f exit
    __phasewise_guarded=
  fi
  __phasewise_say "answered $BASHPID $__phasewise_answers $1"
}

# How to go on: continue, in, over, out, ignore, skip, on.
__phasewise_go() {
  __phasewise_read_points
  if [[ $1 != on ]]; then
    __phasewise_from=$__phasewise_place
    __phasewise_stepper=$BASHPID
    __phasewise_step=step
  fi
  case $1 in
    on) ;;
    in) __phasewise_depth=999998 ;;
    over) __phasewise_depth=$__phasewise_stop_depth __phasewise_step=over ;;
    out) __phasewise_depth=$((__phasewise_stop_depth - 1)) __phasewise_step=over ;;
    *) __phasewise_depth=-1 ;;
  esac
  if [[ $1 == skip && $__phasewise_failed != error ]]; then
    __K=false
    builtin shopt -s extdebug
  fi
  if [[ $1 == ignore || $1 == skip ]]; then
    __phasewise_mend=1
    if [[ $__phasewise_failed == error ]]; then __phasewise_mend=2; fi
    __phasewise_mend_options=$__phasewise_options
    __phasewise_options=${__phasewise_options//e/}
    __phasewise_ending=
    >| "$__phasewise_folder/failures"
    >| "$__phasewise_folder/failed-state"
  fi
  builtin eval "${__phasewise_error_now:-builtin trap - ERR}"
  __phasewise_rearm
  if [[ $__phasewise_options == *u* ]]; then builtin set -u; fi
  if [[ $__phasewise_options == *e* ]]; then builtin set -e; fi
  if [[ $__phasewise_options == *x* ]]; then builtin set -x; fi
}

# Before the first command after an ignored failure or a skipped command. bash's extdebug takes -E and -T with it.
__phasewise_mended() {
  __L=$1
  __phasewise_mend=0 __K=:
  if builtin shopt -q extdebug; then builtin shopt -u extdebug; fi
  builtin set -E
  __phasewise_rearm
  if [[ $__phasewise_mend_options == *e* ]]; then builtin set -e; fi
}
