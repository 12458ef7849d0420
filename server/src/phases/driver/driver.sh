# The shell of a phase session: run by the derivation's own builder bash, with its options, in the builder's environment.
# It does what the builder's script does before genericBuild, then waits for commands. Each phase runs in a forked child of
# the shell before it; the child goes on as the next shell, and its parent, waiting, is the exact state before the phase.
# PHASEWISE_CONTROL names the control folder; nothing but names that begin with __phasewise is left behind.
umask 022
__phasewise_folder=$PHASEWISE_CONTROL
unset -v PHASEWISE_CONTROL
source "$__phasewise_folder/settings.sh"
source "$__phasewise_driver/record.sh"
source "$__phasewise_driver/traps.sh"
source "$__phasewise_driver/texts.sh"
source "$__phasewise_driver/chain.sh"
source "$__phasewise_driver/state.sh"
BASH_ARGV0=$__phasewise_script

if [[ -n $__phasewise_begin ]]; then
  # The state that an earlier shell had before the phase of this index, in place of what follows.
  set +eu
  source "$__phasewise_folder/restore.sh"
  __phasewise_index=$__phasewise_begin
  set -- ${__phasewise_parameters[@]+"${__phasewise_parameters[@]}"}
else
  source "$__phasewise_folder/prelude.sh"

  __phasewise_flags=$-
  __phasewise_parameters=("$@")
  set +eu
  __phasewise_take_exit_trap
  # What genericBuild does before its first phase, where it does it.
  if [[ $(builtin declare -f genericBuild) == *'export GZIP_NO_TIMESTAMPS=1'* ]]; then
    export GZIP_NO_TIMESTAMPS=1
  fi
  __phasewise_patch
  if [[ $__phasewise_structure == phases ]]; then
    __phasewise_define_phases
  fi
fi
set -E
__phasewise_watch_errors
__phasewise_save_state
__phasewise_ready 0
__phasewise_loop
