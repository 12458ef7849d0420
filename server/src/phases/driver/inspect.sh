# Asks a derivation's stdenv what it would do, and leaves the answers in the file `inspection`: fields ended by NUL. Run as
# driver.sh is, in a throwaway build directory; nothing of the derivation is built.
umask 022
__phasewise_folder=$PHASEWISE_CONTROL
unset -v PHASEWISE_CONTROL
ulimit -f 200000
exec >| "$__phasewise_folder/inspect.log" 2>&1
source "$__phasewise_folder/settings.sh"
source "$__phasewise_driver/texts.sh"
source "$__phasewise_driver/chain.sh"
BASH_ARGV0=$__phasewise_script

# In a function, so that `declare -p` is one command to redirect; the locals of its callers are told, too.
__phasewise_tell_declarations() {
  builtin declare -p
  builtin printf '\0'
}

# An alias keeps scope and parameters of what it stands in for, which a function of that name would not; and bash does not
# end a shell for what fails inside `source` after `if` or before `||`, but it does inside `builtin source`.
__phasewise_source=$__phasewise_driver/source.sh
__phasewise_inside=0
__phasewise_depth=0
__phasewise_recorded=0
shopt -s expand_aliases
alias source='source "$__phasewise_source" "$#" "$@"' .='. "$__phasewise_source" "$#" "$@"'

\source "$__phasewise_folder/prelude.sh"

unalias source .
shopt -u expand_aliases
trap - EXIT
set +eu
__phasewise_answers=$__phasewise_folder/inspection

__phasewise_tell_functions() {
  builtin local __phasewise_name __phasewise_names IFS=$'\n'
  __phasewise_names=($(builtin compgen -A function))
  builtin shopt -s extdebug
  builtin printf 'places\0'
  builtin declare -F "${__phasewise_names[@]}"
  builtin printf '\0'
  builtin shopt -u extdebug
  for __phasewise_name in "${__phasewise_names[@]}"; do
    [[ $__phasewise_name == __phasewise* ]] && continue
    builtin printf 'function\0%s\0' "$__phasewise_name"
    builtin declare -f "$__phasewise_name"
    builtin printf '\0'
  done
}

__phasewise_tell_functions >| "$__phasewise_answers"
__phasewise_patch
if [[ $__phasewise_structure == phases ]]; then
  __phasewise_define_phases
fi
{
  builtin printf 'variables\0'
  __phasewise_tell_declarations
  builtin printf 'complete\0'
} >> "$__phasewise_answers"
exit 0
