# Texts of phases and hooks are sourced from generated files where stdenv would eval them, so that bash counts their lines
# from 1 and names them. Everything else stays: parsing command by command, and stdenv's functions as the scope of `local`.

__phasewise_reached=

# name, text; leaves the file's path in __phasewise_file. A text that returns gets a last line which tells whether it did,
# for `return` would leave the evaluating function, and leaves only the file here.
__phasewise_text() {
  __phasewise_file=$__phasewise_folder/texts/${1//[^A-Za-z0-9_.-]/_}.sh
  __phasewise_reached=1
  if [[ $2 == *return* ]]; then
    __phasewise_reached=
    builtin printf '%s\n__phasewise_end\n' "$2" >| "$__phasewise_file"
  else
    builtin printf '%s\n' "$2" >| "$__phasewise_file"
  fi
  if [[ -n ${__phasewise_entries-} ]]; then __phasewise_enters "$1" "$__phasewise_file"; fi
}

__phasewise_end() {
  __phasewise_ended=$?
  __phasewise_reached=1
  return "$__phasewise_ended"
}

# The text of a string in a hook array; named for the array that runHook is walking through and the place in it.
__phasewise_hook_text() {
  builtin local __phasewise_place=0 __phasewise_entry __phasewise_slice="${hookName%Hook}Hooks[@]"
  for __phasewise_entry in ${!__phasewise_slice+"${!__phasewise_slice}"}; do
    [[ $__phasewise_entry == "$1" ]] && break
    __phasewise_place=$((__phasewise_place + 1))
  done
  __phasewise_text "${hookName%Hook}Hooks.$__phasewise_place" "$1"
}

# Marks in the output what an entry of a hook prints. The last command of `_eval`: it gives what the entry gave.
__phasewise_hook_begins() {
  if [[ -n ${hookName-} && -n ${__phasewise_terminal-} ]]; then __phasewise_mark_output "hook $hookName" || builtin :; fi
}

__phasewise_hook_ends() {
  builtin local __phasewise_status=$?
  if [[ -n ${hookName-} && -n ${__phasewise_terminal-} ]]; then __phasewise_mark_output "hooked $hookName" || builtin :; fi
  return "$__phasewise_status"
}

# 1 when it cannot be seen whether a phase's text was reached (an unknown runPhase): then each phase counts as run.
__phasewise_always=1

__phasewise_patch() {
  builtin local __phasewise_name __phasewise_body
  for __phasewise_name in runPhase genericBuild _callImplicitHook _eval; do
    __phasewise_body=$(builtin declare -f "$__phasewise_name") || continue
    __phasewise_body=${__phasewise_body//'eval "${!curPhase:-$curPhase}"'/"$__phasewise_run_phase_text"}
    __phasewise_body=${__phasewise_body//'eval "${!hookName}"'/"$__phasewise_run_hook_text"}
    __phasewise_body=${__phasewise_body//'eval "$1"'/"$__phasewise_run_array_text"}
    __phasewise_body=${__phasewise_body//'eval "$buildCommand"'/"$__phasewise_run_build_command"}
    if [[ $__phasewise_body == *__phasewise_began=1* ]]; then __phasewise_always=0; fi
    if [[ $__phasewise_name == _eval ]]; then
      __phasewise_body=${__phasewise_body/'{'/$'{\n__phasewise_hook_begins'}
      __phasewise_body=${__phasewise_body%'}'*}$'__phasewise_hook_ends\n}'
    fi
    builtin eval "$__phasewise_body"
  done
}

__phasewise_run_phase_text='__phasewise_began=1
if [[ -n ${!curPhase-} ]]; then
  __phasewise_text "$curPhase" "${!curPhase}"
  source "$__phasewise_file"
  [[ -n $__phasewise_reached ]] || return 0
else
  if [[ -n ${__phasewise_entries-} ]]; then __phasewise_enters "$curPhase" "$curPhase"; fi
  "$curPhase"
fi'
__phasewise_run_hook_text='{ __phasewise_text "$hookName" "${!hookName}"; source "$__phasewise_file"; }'
# Words are taken apart without IFS, which a phase may have set, and without `builtin eval`, in which errexit counts even in a condition.
__phasewise_run_array_text='if [[ $1 == _callImplicitHook\ * ]]; then
  __phasewise_words=${1#* }
  _callImplicitHook "${__phasewise_words%% *}" "${__phasewise_words#* }"
else
  __phasewise_hook_text "$1"
  source "$__phasewise_file"
fi'
__phasewise_run_build_command='{ __phasewise_text buildCommand "$buildCommand"; source "$__phasewise_file"; }'
