"""A network between the clinic and PostgreSQL that breaks after COMMIT was sent and before it is answered.

Whoever asked cannot know whether it was saved.
"""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

COMMIT = b"COMMIT\0"
# Seconds in which the server has done what it was sent.
DONE = 0.1


@dataclass
class Proxy:
    """It cuts every `each`-th commit while that is not 0."""

    socket: Path
    each: int = 0
    port: int = 0
    commits: int = 0
    cuts: int = 0
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    async def serve(self, opened: threading.Event, over: asyncio.Event) -> None:
        server = await asyncio.start_server(self._carry, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        opened.set()
        await over.wait()
        server.close()

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            answers, asks = await asyncio.open_unix_connection(str(self.socket / ".s.PGSQL.5432"))
        except OSError:
            writer.close()
            return
        back = asyncio.create_task(_pour(answers, writer))
        try:
            while said := await reader.read(65536):
                is_cut = COMMIT in said and self._is_due()
                if is_cut:
                    # Not a word of the answer comes through.
                    back.cancel()
                asks.write(said)
                await asks.drain()
                if is_cut:
                    await asyncio.sleep(DONE)
                    break
        except OSError:
            pass
        finally:
            back.cancel()
            for each in (asks, writer):
                with suppress(OSError, RuntimeError):
                    each.transport.abort()

    def _is_due(self) -> bool:
        self.commits += 1
        due = bool(self.each) and self.commits % self.each == 0
        self.cuts += due
        return due


async def _pour(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while said := await reader.read(65536):
            writer.write(said)
            await writer.drain()
        writer.close()


@contextmanager
def open_proxy(socket: Path) -> Iterator[Proxy]:
    """A proxy to the PostgreSQL whose socket lies there."""
    proxy, opened, loop = Proxy(socket), threading.Event(), asyncio.new_event_loop()
    over = asyncio.Event()
    thread = threading.Thread(target=lambda: loop.run_until_complete(proxy.serve(opened, over)))
    thread.start()
    opened.wait(10)
    try:
        yield proxy
    finally:
        loop.call_soon_threadsafe(over.set)
        thread.join()
        for task in asyncio.all_tasks(loop):
            task.cancel()
        loop.run_until_complete(asyncio.sleep(0.1))
        loop.close()
