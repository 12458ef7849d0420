# The chain of shells: which phases there are, and the loop that runs one, goes back to an earlier shell, or ends.

__phasewise_index=0

# Leaves in the file `phases` each phase's name and `1` when it would run, `0` when not, all ended by NUL, and does what genericBuild does before its first.
__phasewise_define_phases() {
  if builtin declare -F definePhases > /dev/null; then
    definePhases
  elif [[ -z ${phases[*]-} ]]; then
    # An older stdenv has its list inside genericBuild: let it begin, in a shell that ends where the first phase would.
    __phasewise_listed=$(
      __phasewise_list() { builtin printf '%s\n' "${phases[*]-}" >&3; exit 0; }
      runPhase() { __phasewise_list; }
      showPhaseHeader() { __phasewise_list; }
      header() { __phasewise_list; }
      dumpVars() { __phasewise_list; }
      exec 3>&1 > /dev/null
      genericBuild < /dev/null 2>&1
    )
    phases=$__phasewise_listed
  fi
  # shellcheck disable=SC2048,SC2086 # split as genericBuild splits it
  {
    builtin local __phasewise_phase IFS=$' \t\n'
    for __phasewise_phase in ${phases[*]-}; do
      __phasewise_runs=0
      if __phasewise_would_run "$__phasewise_phase"; then __phasewise_runs=1; fi
      builtin printf '%s\0' "$__phasewise_phase" "$__phasewise_runs"
    done
  } >| "$__phasewise_folder/phases"
}

# Whether stdenv's own runPhase would reach the phase's text: asks it, in a shell of its own where the text is a marker.
__phasewise_would_run() {
  [[ $__phasewise_structure == phases ]] || return 0
  (
    dumpVars() { :; }
    showPhaseHeader() { :; }
    date() { :; }
    __phasewise_text() { exit 55; }
    if [[ $1 =~ ^[A-Za-z_][A-Za-z0-9_]*$ ]]; then
      unset -v "$1"
      builtin printf -v "$1" 'exit 55'
    fi
    builtin eval "function $1 { exit 55; }"
    __phasewise_run "$1"
    exit 0
  ) > /dev/null 2>&1 < /dev/null
  [[ $? == 55 ]]
}

__phasewise_ready() {
  __phasewise_mark_output "ready $__phasewise_index"
  __phasewise_event ready "$__phasewise_index" "$1"
}

__phasewise_loop() {
  while :; do
    __phasewise_line=
    # The time limit is the watch over the controller: when it is gone, nobody will ever send a command.
    if ! IFS= builtin read -r -t 2 __phasewise_line <> "$__phasewise_folder/commands"; then
      builtin kill -0 "$__phasewise_controller" 2> /dev/null || exit 78
      continue
    fi
    case $__phasewise_line in
      'run '* | 'debug '*)
        __phasewise_debugged=${__phasewise_line%% *}
        __phasewise_line=${__phasewise_line#* }
        # A job belongs to the shell that started it, which alone may wait for it: that shell runs the next phase itself.
        if __phasewise_has_jobs; then
          >| "$__phasewise_folder/failures"
          __phasewise_enter "$__phasewise_line"
        else
          __phasewise_fork __phasewise_step "$__phasewise_line"
        fi
        ;;
      'hook '*) __phasewise_fork __phasewise_hook_alone "${__phasewise_line#hook }" ;;
      'rewind '*) __phasewise_leave "${__phasewise_line#rewind }" ;;
      'edit') __phasewise_edit ;;
      'finish') __phasewise_finish ;;
      'exit') __phasewise_leave exit ;;
    esac
  done
}

# Ends this shell unless it is the one that is meant; the parent looks at the file `target` for what to do.
__phasewise_leave() {
  if [[ $1 == "$__phasewise_index" ]]; then
    __phasewise_return_to_directory
    __phasewise_ready 0
    return 0
  fi
  builtin printf '%s' "$1" >| "$__phasewise_folder/target"
  trap - EXIT ERR
  exit 77
}

# The directory may have been restored from a copy meanwhile: same name, another inode.
__phasewise_return_to_directory() {
  builtin local __phasewise_old=${OLDPWD-} __phasewise_had=${OLDPWD+1}
  builtin cd -- "$PWD" 2> /dev/null
  OLDPWD=$__phasewise_old
  if [[ -z $__phasewise_had ]]; then
    unset -v OLDPWD
    builtin declare -gx OLDPWD
  fi
}

# A function and its argument, in a child of this shell.
__phasewise_fork() {
  >| "$__phasewise_folder/failures"
  # The parent would print "Killed" with the whole subshell's text; its own error output is away meanwhile.
  builtin exec {__phasewise_stderr}>&2 2> /dev/null
  __phasewise_keep_traps
  (
    builtin exec 2>&"$__phasewise_stderr" {__phasewise_stderr}>&-
    source "$__phasewise_folder/traps"
    "$1" "$2"
  )
  __phasewise_status=$?
  builtin exec 2>&"$__phasewise_stderr" {__phasewise_stderr}>&-
  if [[ $__phasewise_status == 77 && -s $__phasewise_folder/target ]]; then
    __phasewise_target=$(< "$__phasewise_folder/target")
    if [[ $__phasewise_target != "$__phasewise_index" ]]; then exit 77; fi
    >| "$__phasewise_folder/target"
    __phasewise_return_to_directory
    __phasewise_status=0
  elif [[ $__phasewise_status == 78 ]] && ! builtin kill -0 "$__phasewise_controller" 2> /dev/null; then
    exit 78
  fi
  __phasewise_ready "$__phasewise_status"
}

__phasewise_step() {
  __phasewise_enter "$1"
  __phasewise_loop
}

# In the forked child: one phase, with the options and traps that a real build has there.
__phasewise_enter() {
  __phasewise_pid=$BASHPID
  >| "$__phasewise_folder/failed-state"
  __phasewise_event started "$__phasewise_index" "$BASHPID"
  __phasewise_mark_output "started $__phasewise_index"
  if [[ $__phasewise_debugged == debug ]]; then
    __phasewise_debug=$__phasewise_folder/debug/$__phasewise_index
    source "$__phasewise_driver/debug.sh"
    __phasewise_debug_begin
  fi
  __phasewise_arm
  __phasewise_set_options "$__phasewise_flags"
  __phasewise_began=$__phasewise_always
  __phasewise_run "$1"
  { __phasewise_flags=$-; set +eux; } 2> /dev/null
  if [[ $__phasewise_debugged == debug ]]; then __phasewise_debug_end; fi
  __phasewise_disarm
  __phasewise_index=$((__phasewise_index + 1))
  __phasewise_save_state
  __phasewise_mark_output "done $__phasewise_index"
  __phasewise_event done "$__phasewise_index" "$__phasewise_began"
}

__phasewise_run() {
  if [[ $__phasewise_structure == buildCommand ]]; then
    genericBuild
  elif builtin declare -F runPhase > /dev/null; then
    curPhase=$1
    runPhase "$1"
  else
    # An older stdenv runs its phases inside genericBuild: give it a list of one.
    builtin local phases=$1
    genericBuild
  fi
}

# In a forked child that ends with it: one hook, as a phase would run it. A name that nothing is behind is refused, for runHook
# would look for a program of that name.
__phasewise_hook_alone() {
  __phasewise_event started "$__phasewise_index" "$BASHPID"
  __phasewise_mark_output "started $__phasewise_index"
  if ! __phasewise_has_hook "$1"; then
    builtin printf '%s\n' "There is no hook $1 at this point of the build."
    exit 127
  fi
  __phasewise_arm
  __phasewise_set_options "$__phasewise_flags"
  runHook "$1"
  { set +eux; } 2> /dev/null
  __phasewise_disarm
  exit 0
}

__phasewise_has_hook() {
  builtin declare -F runHook > /dev/null && [[ $1 =~ ^[A-Za-z_][A-Za-z0-9_]*$ ]] || return 1
  builtin declare -F "$1" > /dev/null && return 0
  builtin local __phasewise_slice="${1%Hook}Hooks[@]"
  [[ -n ${!1-} || -n ${!__phasewise_slice-} ]]
}

# Variables of an edited derivation, in this shell and those that it will fork.
__phasewise_edit() {
  source "$__phasewise_folder/edit.sh"
  __phasewise_save_state
  __phasewise_ready 0
}

# What the build's shell does at its end (exitHook), beside the chain.
__phasewise_finish() {
  builtin exec {__phasewise_stderr}>&2 2> /dev/null
  __phasewise_keep_traps
  (
    builtin exec 2>&"$__phasewise_stderr" {__phasewise_stderr}>&-
    source "$__phasewise_folder/traps"
    __phasewise_end_build
  )
  __phasewise_status=$?
  builtin exec 2>&"$__phasewise_stderr" {__phasewise_stderr}>&-
  __phasewise_ready "$__phasewise_status"
}
