#!/bin/sh
# Ends what a killed parent leaves behind. Reads from stdin, whose other end the parent holds:
#   add PID MARK SIGNALS SECONDS     SIGNALS in turn (comma separated; 0 only waits), SECONDS for each, then KILL
#   forget PID
# The end of the input means that the parent is gone, whatever ended it. What was added last is ended first.
# MARK is the start of the process as local/processes/identity.ts reads it, so a reused pid is left alone.

mark_of() {
  if [ -r /proc/self/stat ]; then
    read -r stat 2>/dev/null <"/proc/$1/stat" || return
    set -- ${stat##*) }
    [ "$1" = Z ] || echo "${20}"
  else
    set -- $(LC_ALL=C TZ=UTC ps -o state=,lstart= -p "$1")
    case $1 in Z* | '') return ;; esac
    shift
    IFS=_
    echo "$*"
  fi
}

same() { [ "$(mark_of "$pid" 2>/dev/null)" = "$mark" ]; }

gone() {
  tenths=$((seconds * 10))
  while same; do
    [ "$tenths" -gt 0 ] || return 1
    tenths=$((tenths - 1))
    sleep 0.1
  done
}

end_one() {
  for signal in $(IFS=,; echo $signals); do
    same || return
    kill -s "$signal" "$pid" 2>/dev/null
    gone && return
  done
  same && kill -s KILL "$pid" 2>/dev/null
  kill -s KILL -- "-$pid" 2>/dev/null
}

list=
while read -r verb pid mark signals seconds; do
  case $verb in
    add) list="$pid/$mark/$signals/$seconds $list" ;;
    forget)
      kept=
      for entry in $list; do
        [ "${entry%%/*}" = "$pid" ] || kept="$kept $entry"
      done
      list=$kept
      ;;
  esac
done

for entry in $list; do
  pid=${entry%%/*} rest=${entry#*/}
  mark=${rest%%/*} rest=${rest#*/}
  signals=${rest%%/*} seconds=${rest#*/}
  end_one
done
