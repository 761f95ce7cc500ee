sessiond --socket /tmp/till.sock --state-directory /tmp/till-state &
export SESSIOND_SOCKET=/tmp/till.sock
sessionctl wait --for=ready
