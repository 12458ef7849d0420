# What the shell tells the controller: events (one line each, through a FIFO opened by path for each, so that no descriptor
# leaks into build tools), marks in the output, and the place of a failing command.

# "<>" because opening a FIFO for writing alone would wait forever for a controller that is gone.
__phasewise_event() {
  builtin printf '%s\n' "$1 $2 $3" 1<> "$__phasewise_folder/events"
}

# Puts a mark into the output, by path: whatever a phase did to its descriptors, what came before it was written before.
__phasewise_mark_output() {
  { builtin printf '\e]%s;%s\a' "$__phasewise_mark" "$1" > "$__phasewise_terminal"; } 2> /dev/null
}

# kind, status, line, command; then the stack of functions below the caller, innermost first.
__phasewise_record() {
  builtin local __phasewise_frame
  {
    builtin printf '%s\0' "$1" "$BASHPID" "$2" "$3" "$4" "$((${#FUNCNAME[@]} - 2))"
    for ((__phasewise_frame = 2; __phasewise_frame < ${#FUNCNAME[@]}; __phasewise_frame++)); do
      builtin printf '%s\0' "${FUNCNAME[__phasewise_frame]}" "${BASH_SOURCE[__phasewise_frame]}" \
        "${BASH_LINENO[__phasewise_frame - 1]}"
    done
  } >> "$__phasewise_folder/failures"
}
