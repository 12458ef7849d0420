# Sourced where a script says `source FILE …` or `. FILE …` (aliases in inspect.sh), so that the file runs in the very scope and
# with the parameters that it would have. Arguments: the number of the caller's parameters, these, what stands after `source`.
# Of each file that stdenv's setup itself sources, the file `sources` gets its name and all variables before and after.

__phasewise_count=$1
if (($# == __phasewise_count + 2)); then
  __phasewise_sourced=("${@: -1}")
  builtin set -- "${@:2:__phasewise_count}"
else
  __phasewise_sourced=("${@:__phasewise_count+2}")
fi

if [[ ${__phasewise_sourced[0]-} == "${stdenv-}/setup" ]]; then
  __phasewise_inside=1
elif [[ $__phasewise_inside == 1 ]]; then
  __phasewise_depth=$((__phasewise_depth + 1))
  if [[ $__phasewise_depth == 1 && " ${FUNCNAME[*]} " != *' _callImplicitHook '* ]]; then
    __phasewise_recorded=1
    builtin printf 'source\0%s\0' "${__phasewise_sourced[0]-}" >> "$__phasewise_folder/sources"
    __phasewise_tell_declarations >> "$__phasewise_folder/sources"
  fi
fi

\source "${__phasewise_sourced[@]}"
__phasewise_status=$?

if [[ $__phasewise_depth == 0 ]]; then
  # The setup script is through: what a package's own builder sources is no setup hook.
  __phasewise_inside=0
else
  __phasewise_depth=$((__phasewise_depth - 1))
  if [[ $__phasewise_depth == 0 && $__phasewise_recorded == 1 ]]; then
    __phasewise_recorded=0
    __phasewise_tell_declarations >> "$__phasewise_folder/sources"
  fi
fi
return "$__phasewise_status"
