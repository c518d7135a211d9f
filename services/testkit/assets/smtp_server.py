"""A real SMTP server for the tests: keeps every message it takes as a file.

Usage: smtp_server.py FOLDER

Listens on a free port of 127.0.0.1, prints that port, and serves until its standard input closes.
A message lies in FOLDER as NNNNNN.json ({"from": ..., "to": [...]}) and NNNNNN.eml; the .json is
put in place last, so who sees it can read both. A recipient whose local part is "refused" is
refused for good (550), one called "later" for now (451).
"""

import asyncio
import json
import os
import sys

from aiosmtpd.smtp import SMTP


class Keep:
    """Takes messages and writes them down."""

    def __init__(self, folder):
        self.folder = folder
        self.count = 0

    async def handle_RCPT(self, server, session, envelope, address, options):
        local = address.split("@")[0]
        if local == "refused":
            return "550 5.1.1 no such mailbox"
        if local == "later":
            return "451 4.3.0 try again later"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server, session, envelope):
        self.count += 1
        stem = os.path.join(self.folder, f"{self.count:06d}")
        with open(stem + ".eml", "wb") as file:
            file.write(envelope.original_content)
        with open(stem + ".part", "w", encoding="utf-8") as file:
            json.dump({"from": envelope.mail_from, "to": envelope.rcpt_tos}, file)
        os.rename(stem + ".part", stem + ".json")
        return "250 2.0.0 kept"


async def main(folder):
    """Serve until the parent closes our standard input or dies."""
    loop = asyncio.get_running_loop()
    keep = Keep(folder)
    server = await loop.create_server(
        lambda: SMTP(keep, hostname="localhost", enable_SMTPUTF8=True, loop=loop), "127.0.0.1", 0
    )
    print(server.sockets[0].getsockname()[1], flush=True)
    closed = loop.create_future()
    loop.add_reader(sys.stdin, lambda: sys.stdin.buffer.read1() or closed.set_result(None))
    await closed


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
