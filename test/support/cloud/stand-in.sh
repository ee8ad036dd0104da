#!/bin/bash
# Stands in for gcloud and terraform on the PATH: tells the test what it was called with, its standard input and the
# settings in its environment, then writes and exits as the test says. Built-ins of the shell only: it runs a thousand
# times.
IFS= read -r -d '' input
settings=()
for name in "${!TF_@}" "${!GOOGLE_@}" "${!CLOUDSDK_@}" USER_PROJECT_OVERRIDE; do
  [ -v "$name" ] && settings+=("$name=${!name}")
done
exec 3<>"/dev/tcp/127.0.0.1/$STAND_IN_PORT"
printf '%s\0' "${0##*/}" "$input" "$#" "$@" "${settings[@]}" END >&3
IFS= read -r -d '' code <&3
IFS= read -r -d '' out <&3
IFS= read -r -d '' err <&3
printf '%s' "$out"
printf '%s' "$err" >&2
exit "$code"
