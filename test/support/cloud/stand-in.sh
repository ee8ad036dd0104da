#!/bin/bash
# Stands in for gcloud and terraform on the PATH: tells the test what it was called with, its standard input and the
# settings in its environment, then writes and exits as the test says. Each goes over as one line of base64.
exec 3<>"/dev/tcp/127.0.0.1/$STAND_IN_PORT"
printf '%s\0' "${0##*/}" "$@" | base64 -w0 >&3
printf '\n' >&3
base64 -w0 >&3
printf '\n' >&3
env -0 | base64 -w0 >&3
printf '\n' >&3
IFS=' ' read -r code out err <&3
base64 -d <<<"${out#-}"
base64 -d <<<"${err#-}" >&2
exit "$code"
