# SPDX-License-Identifier: Apache-2.0
"""Uses `sessiond.AsyncClient` as an app does: a task for each call and each following."""

import asyncio
import json
import sys

import sessiond
from python_driver import answer, arguments, change, error, snake, write


async def call(client, name, method, options):
    try:
        value = await getattr(client, snake(method))(**arguments(options))
    except sessiond.SessionError as raised:
        write({"id": name, "error": error(raised)})
    except asyncio.CancelledError:
        write({"id": name, "error": {"name": "cancelled", "retryable": False}})
        raise
    else:
        write({"id": name, "answer": answer(method, value)})


async def follow(client, name):
    try:
        async for each in client.changes():
            write({"id": name, "change": change(each)})
    finally:
        write({"id": name, "ended": True})


async def main():
    loop, lines = asyncio.get_running_loop(), asyncio.StreamReader(limit=1 << 24)
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), sys.stdin)
    tasks = {}
    async with sessiond.AsyncClient(sys.argv[1]) as client:
        async for line in lines:
            asked = json.loads(line)
            if "cancel" in asked:
                tasks.pop(asked["cancel"]).cancel()
            elif "changes" in asked:
                tasks[asked["id"]] = asyncio.create_task(follow(client, asked["id"]))
            else:
                job = (client, asked["id"], asked["call"], asked.get("options", {}))
                tasks[asked["id"]] = asyncio.create_task(call(*job))
        for task in tasks.values():
            task.cancel()


if __name__ == "__main__":
    asyncio.run(main())
