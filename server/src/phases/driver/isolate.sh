# Makes a view of the machine and runs a command in it: in the namespaces that unshare has just made, as process 1, it mounts what
# `isolationPlan.ts` wrote down and moves that over the root. Who enters the namespace of mounts anew, as nsenter does, then sees
# the view alone; this shell keeps the machine's root and so its programs. The command begins a user namespace below, which has no
# power over the mounts. When this shell ends everything in its process namespace ends. Exit status 125 and a line when it cannot be had.
# Arguments: folder of the plan; what to do beside that (`loopback`, `name`, `root`: keep the machine's root open as descriptor 9);
# lines for uid_map and gid_map and `deny` or `allow` for setgroups, empty where the command maps its users itself; then the arguments
# of nsenter.
__phasewise_plan=$1
__phasewise_tasks=$2
__phasewise_users=$3
__phasewise_groups=$4
__phasewise_setgroups=$5
shift 5

refuse() {
  echo "phasewise: $1" >&2
  exit 125
}

# As Nix sets it.
ulimit -S -c 0 2> /dev/null

case $__phasewise_tasks in
  *loopback*)
    # Builds talk to themselves in their tests. Where none of these is installed they find no loopback interface.
    { ip link set lo up || ifconfig lo up || busybox ip link set lo up; } 2> /dev/null &
    ;;
esac
case $__phasewise_tasks in
  *name*) { hostname localhost || busybox hostname localhost; } 2> /dev/null & ;;
esac

if [ -n "$__phasewise_users" ]; then
  for __phasewise_path in "$__phasewise_plan/here" "$__phasewise_plan/go"; do
    [ -p "$__phasewise_path" ] || mkfifo "$__phasewise_path" || refuse 'no channel could be made'
  done
fi
if [ -s "$__phasewise_plan/writable" ]; then
  mount --all -o remount,bind,ro || refuse 'the file systems could not be made read-only'
fi
mount --fstab "$__phasewise_plan/fstab" --all || refuse 'the view of the file systems could not be mounted'
while IFS= read -r __phasewise_path; do
  mount -o remount,bind,rw "$__phasewise_path" || refuse "$__phasewise_path could not be made writable"
done < "$__phasewise_plan/writable"
cd / && mount --no-mtab --move "$__phasewise_plan/root" / || refuse 'the root could not be changed'
wait

if [ -n "$__phasewise_users" ]; then
  # The namespace's users are written from here, by one who has the rights.
  __phasewise_processes=/proc
  if [ -d "$__phasewise_plan/proc" ]; then __phasewise_processes=$__phasewise_plan/proc; fi
  (
    IFS= read -r __phasewise_id < "$__phasewise_plan/here"
    __phasewise_id=$__phasewise_processes/$__phasewise_id
    if [ "$__phasewise_setgroups" = deny ]; then echo deny > "$__phasewise_id/setgroups"; fi
    if echo "$__phasewise_users" > "$__phasewise_id/uid_map" &&
      echo "$__phasewise_groups" > "$__phasewise_id/gid_map"; then
      echo go > "$__phasewise_plan/go"
    else
      echo stop > "$__phasewise_plan/go"
    fi
  ) < /dev/null &
fi

case $__phasewise_tasks in
  *root*) nsenter --mount=/proc/self/ns/mnt "$@" 9< / ;;
  *) nsenter --mount=/proc/self/ns/mnt "$@" ;;
esac
exit $?
