# Ends the processes of a session whose controller died: its standard input is a pipe from the controller and ends with it.
# The session's folders stay: another controller goes on there.
# Arguments: the session's work directory, then what is to be removed at the end (of a shell, which nobody goes on with). Its first line of input is the process id of the driver, which starts after this. Runs
# under any POSIX sh, on Linux and macOS.
work=$1
shift
driver=
rounds=5
if read -r driver; then
  read -r _ || :
  kill -KILL "$driver" 2> /dev/null
else
  # The controller died while it started the driver, which may not yet be to be seen as the session's.
  rounds=20
fi

# Everything that has the session's build directory in its environment, or sees the work directory mounted (an isolated
# session; its first process does not die with unshare, which lost its hold when the rights changed), belongs to it; new ones
# may be born meanwhile.
strays() {
  if [ -d /proc/self ]; then
    {
      grep -lszxF -- "NIX_BUILD_TOP=$work/build" /proc/[0-9]*/environ
      grep -lsF -- "/${work##*/}/" /proc/[0-9]*/mountinfo
    } 2> /dev/null | tr -dc '0-9\n'
  else
    ps -axEo pid=,command= 2> /dev/null | grep -F "NIX_BUILD_TOP=$work/build" | grep -v grep | awk '{ print $1 }'
  fi
}
while [ "$rounds" -gt 0 ]; do
  rounds=$((rounds - 1))
  found=$(strays)
  if [ -n "$found" ]; then
    # shellcheck disable=SC2086 # one word a process
    kill -KILL $found 2> /dev/null
  elif [ -n "$driver" ]; then
    break
  else
    sleep 0.2
  fi
done
if [ "$#" -gt 0 ]; then
  rm -rf -- "$@" 2> /dev/null || { chmod -R u+rwX -- "$@" && rm -rf -- "$@"; } 2> /dev/null
fi
