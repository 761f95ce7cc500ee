# SPDX-License-Identifier: Apache-2.0
"""Uses `sessiond.Client` as an app does that blocks: a thread for each call and each following."""

import json
import os
import sys
import threading

import sessiond
from python_driver import answer, arguments, change, error, snake, write


def call(client, name, method, options):
    try:
        value = getattr(client, snake(method))(**arguments(options))
    except sessiond.SessionError as raised:
        write({"id": name, "error": error(raised)})
    else:
        write({"id": name, "answer": answer(method, value)})


def follow(name, changes):
    for each in changes:
        write({"id": name, "change": change(each)})
    write({"id": name, "ended": True})


def main():
    client = sessiond.Client(sys.argv[1])
    following = {}
    threading.stack_size(256 * 1024)
    for line in sys.stdin:
        asked = json.loads(line)
        if "cancel" in asked:
            following.pop(asked["cancel"]).close()
        elif "changes" in asked:
            changes = following[asked["id"]] = client.changes()
            threading.Thread(target=follow, args=(asked["id"], changes), daemon=True).start()
        else:
            job = (client, asked["id"], asked["call"], asked.get("options", {}))
            threading.Thread(target=call, args=job, daemon=True).start()
    # Whatever is under way.
    sys.stdout.flush()
    os._exit(0)


if __name__ == "__main__":
    main()
