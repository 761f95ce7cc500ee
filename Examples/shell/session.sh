#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Uses the customer session of the device from a shell. It needs socat and jq, and no sessionctl; where that is
# installed, `sessionctl token` and `sessionctl watch` do all of this.
#
# session.sh token      prints whose token there is, and until when it lives
# session.sh watch      prints who the customer is, now and whenever that changes, until it is interrupted
# session.sh sign-in    signs a customer in at an OpenID provider: prints the address and the code that they need, or the
#                       address for a browser, whose last address it then reads; interrupted, it gives that up
#
# SESSIOND_SOCKET names the daemon's socket; without it, it is where an installed daemon has it.

set -eu
socket=${SESSIOND_SOCKET:-/run/sessiond/sessiond.sock}
# How long a call may take, in seconds. The daemon is told, and answers by then; one that hangs is waited for a little longer.
deadline=10
grace=1

# One call: its result on standard output; an error's message on standard error, and status 1.
call() {
    jq -cn --arg method "$1" --argjson params "$2" --argjson deadline "$deadline" \
        '{jsonrpc: "2.0", id: 1, method: $method, params: ($params + {_deadlineSeconds: $deadline})}' |
        # Where nothing comes before it, the second line is the answer.
        { socat -t $((deadline + grace)) - "UNIX-CONNECT:$socket" &&
            printf '{"error":{"message":"sessiond has not answered %s within %d s"}}\n' "$1" "$deadline"; } |
        jq -en 'first(inputs) | if .error then (.error.message + "\n" | halt_error(1)) else .result end'
}

# Everything that a watching connection is told, for as long as somebody reads it: a daemon that restarts is waited for.
messages() {
    # Blank lines, which are nothing to jq: writing one fails where it is gone.
    while echo; do
        echo '{"jsonrpc":"2.0","id":1,"method":"session.watch"}' |
            socat -,ignoreeof "UNIX-CONNECT:$socket" 2>/dev/null || true
        sleep 0.5
    done
}

# Gives up the sign-in that was begun: nobody is there any more to tell how it ends.
cancel() {
    call session.cancelSignIn "$attempt" >/dev/null
    exit 1
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
    messages |
        jq -n --unbuffered -r '
            foreach (inputs | .result.snapshot // .params.status // empty | "\(.state) \(.uuid) \(.generation)") as $view
            ({}; {last: .view, view: $view}; select(.view != .last) | .view)'
    ;;
sign-in)
    begun=$(call session.beginSignIn '{}')
    [ -n "$begun" ] || exit 1
    attempt=$(printf '%s\n' "$begun" | jq -c '{attempt}')
    trap cancel INT TERM
    # An app shows the address for a browser in a web view, and has the one from that which the customer is sent back to.
    printf '%s\n' "$begun" | jq -r '.authorizationURL // "\(.verificationURI) \(.userCode)"'
    if printf '%s\n' "$begun" | jq -e .authorizationURL >/dev/null; then
        IFS= read -r address
        completion=$(printf '%s\n' "$attempt" | jq -c --arg url "$address" '. + {callbackURL: $url}')
        call session.completeSignIn "$completion" >/dev/null || cancel
    fi
    # It goes on by itself, over restarts too; the daemon asks the provider. It is asked here, once a second.
    while status=$(call session.status '{}' 2>/dev/null) || true; do
        [ -n "$status" ] && ! printf '%s\n' "$status" | jq -e --argjson ours "$attempt" \
            '.pendingSignIn.attempt == $ours.attempt' >/dev/null && break
        sleep 1
    done
    printf '%s\n' "$status" | jq -r .state
    printf '%s\n' "$status" | jq -e .signedIn >/dev/null
    ;;
*)
    echo "usage: session.sh token|watch|sign-in" >&2
    exit 64
    ;;
esac
