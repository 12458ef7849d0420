# Runs a command in the namespaces that unshare has just made: as process 1 it mounts the view of the machine that
# `isolationPlan.ts` wrote down, makes it the root, and starts the command in a user namespace below, which has no power over
# the mounts. When this shell ends everything in its process namespace ends. Exit status 125 and a line when it cannot be had.
# Arguments: folder of the plan, lines for uid_map and gid_map, `deny` or `allow`
# for its setgroups, 1 to set up the loopback interface, then the working directory and the arguments of `env -i`.
__phasewise_plan=$1
__phasewise_users=$2
__phasewise_groups=$3
__phasewise_setgroups=$4
__phasewise_loopback=$5
shift 5

refuse() {
  echo "phasewise: $1" >&2
  exit 125
}

if [ -s "$__phasewise_plan/writable" ]; then
  mount --all -o remount,bind,ro || refuse 'the file systems could not be made read-only'
fi
mount --fstab "$__phasewise_plan/fstab" --all || refuse 'the view of the file systems could not be mounted'
while IFS= read -r __phasewise_path; do
  mount -o remount,bind,rw "$__phasewise_path" || refuse "$__phasewise_path could not be made writable"
done < "$__phasewise_plan/writable"
if [ "$__phasewise_loopback" = 1 ]; then
  # Builds talk to themselves in their tests. Where none of these is installed they find no loopback interface.
  ip link set lo up 2> /dev/null || ifconfig lo up 2> /dev/null || busybox ip link set lo up 2> /dev/null
fi
cd "$__phasewise_plan/root" && pivot_root . . && umount -l . && cd / || refuse 'the root could not be changed'
for __phasewise_path in "$__phasewise_plan/here" "$__phasewise_plan/go"; do
  [ -p "$__phasewise_path" ] || mkfifo "$__phasewise_path" || refuse 'no channel could be made'
done

# The namespace's users are written from here, by one who has the rights.
(
  IFS= read -r __phasewise_id < "$__phasewise_plan/here"
  if [ "$__phasewise_setgroups" = deny ]; then echo deny > "/proc/$__phasewise_id/setgroups"; fi
  if echo "$__phasewise_users" > "/proc/$__phasewise_id/uid_map" &&
    echo "$__phasewise_groups" > "/proc/$__phasewise_id/gid_map"; then
    echo go > "$__phasewise_plan/go"
  else
    echo stop > "$__phasewise_plan/go"
  fi
) < /dev/null &

# Arguments of the inner shell: folder of the plan, working directory, then the command of env.
unshare --user sh -c '
  echo $$ > "$1/here"
  IFS= read -r __phasewise_answer < "$1/go"
  if [ "$__phasewise_answer" != go ] || ! cd "$2"; then
    echo "phasewise: the build directory could not be entered in its namespace" >&2
    exit 125
  fi
  shift 2
  exec env -i "$@"
' sh "$__phasewise_plan" "$@"
exit $?
