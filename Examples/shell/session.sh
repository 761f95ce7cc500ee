#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Uses the customer session of the device from a shell. It needs socat and jq, and no sessionctl; where that is
# installed, `sessionctl token` and `sessionctl watch` do all of this.
#
# session.sh token    prints whose token there is, and until when it lives
# session.sh watch    prints who the customer is, now and whenever that changes, until it is interrupted
#
# SESSIOND_SOCKET names the daemon's socket; without it, it is where an installed daemon has it.

set -eu
socket=${SESSIOND_SOCKET:-/run/sessiond/sessiond.sock}

# One call: its result on standard output; an error's message on standard error, and status 1.
call() {
    jq -cn --arg method "$1" --argjson params "$2" '{jsonrpc: "2.0", id: 1, method: $method, params: $params}' |
        socat -t 30 - "UNIX-CONNECT:$socket" |
        jq -e 'if .error then (.error.message | halt_error(1)) else .result end'
}

# Everything that a watching connection is told, for ever: a daemon that restarts is waited for.
messages() {
    while :; do
        echo '{"jsonrpc":"2.0","id":1,"method":"session.watch"}' |
            socat -,ignoreeof "UNIX-CONNECT:$socket" 2>/dev/null || true
        sleep 0.5
    done
}

case ${1-} in
token)
    answer=$(call session.retrieveToken '{"minimumValiditySeconds":60}')
    # What could not be asked has no answer, and socat has said why.
    [ -n "$answer" ] || exit 1
    # .token is what goes into the header `Authorization: Bearer …`; it is never printed.
    printf '%s\n' "$answer" | jq -r '"\(.uuid) \(.expiresAt)"'
    ;;
watch)
    # The snapshot that a connection begins with has all that happened before it: a change is what differs from the last.
    last=
    messages |
        jq --unbuffered -r '(.result.snapshot // .params.status // empty) | "\(.state) \(.uuid) \(.generation)"' |
        while read -r view; do
            [ "$view" = "$last" ] || echo "$view"
            last=$view
        done
    ;;
*)
    echo "usage: session.sh token|watch" >&2
    exit 64
    ;;
esac
