"""Answers how what happens in a hall reaches its displays at once: server-sent events from one small process.

The web server has a few threads, so it cannot hold a hundred open answers; this process holds them with one. It
knows tickets' numbers and counters, nothing personal, and only reads, apart from its own heartbeat. When PostgreSQL
is away it goes on trying; listeners that come back name the last event they had and get those they missed.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import signal
import sys
import urllib.parse
import uuid
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import psycopg

from motcua.project.config import Config
from motcua.project.postgres import Embedded
from motcua.store.floor.feed import CHANNEL, EVENTS_SINCE, HALL_OF_STREAM, HEARTBEAT, message

TICK_SECONDS, HEARTBEAT_SECONDS, RETRY_SECONDS = 5.0, 5.0, 0.3
LISTENERS_MAX, WAITING_MAX, REQUEST_MAX = 2000, 200, 8192
_HEAD = (
    "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream; charset=utf-8\r\nCache-Control: no-store\r\n"
    "X-Accel-Buffering: no\r\nX-Content-Type-Options: nosniff\r\nConnection: close\r\nVary: Origin\r\n"
)
_TICK = b"event: tick\ndata: {}\n\n"


@dataclass(eq=False, slots=True)
class Listener:
    """A browser that listens to a hall, and what is still to be written to it."""

    hall_id: int
    last_seq: int
    waiting: asyncio.Queue[bytes | None] = field(default_factory=lambda: asyncio.Queue(WAITING_MAX))

    def give(self, seq: int, text: bytes) -> None:
        """Hand over an event that the listener has not had; one that does not keep up is let go and comes back."""
        if seq <= self.last_seq:
            return
        self.last_seq = seq
        try:
            self.waiting.put_nowait(text)
        except asyncio.QueueFull:
            self.close()

    def close(self) -> None:
        while not self.waiting.empty():
            self.waiting.get_nowait()
        self.waiting.put_nowait(None)


class Live:
    """The listeners by hall, and the two connections: one that is told, one that asks."""

    def __init__(self, config: Config) -> None:
        self.config = config
        self.url = config.database_url or Embedded(config.var).url()
        self.listeners: dict[int, set[Listener]] = {}
        self.asking: psycopg.AsyncConnection[tuple[object, ...]] | None = None
        self.lock = asyncio.Lock()

    async def listen(self) -> None:
        """Be told of what happens, for ever; after each gap all listeners get what they missed."""
        while True:
            try:
                async with await psycopg.AsyncConnection.connect(
                    self.url, autocommit=True, connect_timeout=3
                ) as told:
                    await told.execute(f"LISTEN {CHANNEL}".encode())
                    for hall_id in list(self.listeners):
                        await self.send_new(hall_id)
                    async for notice in told.notifies():
                        await self.send_new(json.loads(notice.payload)[0])
            except (psycopg.Error, OSError) as error:
                _say(f"database away: {error}")
            await asyncio.sleep(RETRY_SECONDS)

    async def beat(self) -> None:
        """Say every few seconds that this part lives, and to how many it sends."""
        while True:
            with contextlib.suppress(psycopg.Error, OSError):
                await self.ask(HEARTBEAT, [sum(len(found) for found in self.listeners.values())], is_answered=False)
            await asyncio.sleep(HEARTBEAT_SECONDS)

    async def ask(
        self, statement: str, values: list[object], *, is_answered: bool = True
    ) -> list[tuple[object, ...]]:
        """Return the rows; a connection that broke is thrown away, and the caller tries again."""
        async with self.lock:
            if self.asking is None or self.asking.closed:
                self.asking = await psycopg.AsyncConnection.connect(self.url, autocommit=True, connect_timeout=3)
            try:
                cursor = await self.asking.execute(statement.encode(), values)
                return await cursor.fetchall() if is_answered else []
            except (psycopg.Error, OSError):
                await self.asking.close()
                raise

    async def send_new(self, hall_id: int) -> None:
        """Give the hall's listeners the events after the last that each has had."""
        # Only who listened before the question: who comes meanwhile asks for the events before the last alone.
        found = list(self.listeners.get(hall_id, ()))
        if not found:
            return
        for row in await self._events(hall_id, min(listener.last_seq for listener in found)):
            text = message(row)
            for listener in found:
                listener.give(int(str(row[0])), text)

    async def _events(self, hall_id: int, seq: int) -> list[tuple[object, ...]]:
        return list(reversed(await self.ask(EVENTS_SINCE, [hall_id, seq])))

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one connection: a stream of a hall, or whether this part is well."""
        try:
            async with asyncio.timeout(10):
                head = await _request(reader)
            await self._answer(head, writer)
        except (ConnectionError, TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, ValueError):
            return
        finally:
            writer.close()
            with contextlib.suppress(ConnectionError, TimeoutError):
                await writer.wait_closed()

    async def _answer(self, head: Head, writer: asyncio.StreamWriter) -> None:
        path = urllib.parse.urlsplit(head.target)
        if head.method != "GET" or not path.path.startswith(("/live/", "/health")):
            await _plain(writer, "404 Not Found")
            return
        if path.path == "/health":
            await _plain(writer, "200 OK")
            return
        if sum(len(found) for found in self.listeners.values()) >= LISTENERS_MAX:
            await _plain(writer, "503 Service Unavailable")
            return
        try:
            stream = uuid.UUID(path.path.removeprefix("/live/"))
            rows = await self.ask(HALL_OF_STREAM, [stream])
        except ValueError:
            rows = []
        except (psycopg.Error, OSError):
            await _plain(writer, "503 Service Unavailable")
            return
        if not rows:
            await _plain(writer, "404 Not Found")
            return
        hall_id, seq = (int(str(value)) for value in rows[0])
        wanted = head.fields.get("last-event-id") or urllib.parse.parse_qs(path.query).get("after", [""])[0]
        # A number from another life of the database, ahead of it, would hear nothing.
        last = min(int(wanted), seq) if wanted.isdecimal() and len(wanted) < 18 else seq
        await self._stream(Listener(hall_id, last), head, writer)

    async def _stream(self, listener: Listener, head: Head, writer: asyncio.StreamWriter) -> None:
        allowed = allowed_origin(head, self.config.public_url)
        extra = f"Access-Control-Allow-Origin: {allowed}\r\n" if allowed else ""
        writer.write(f"{_HEAD}{extra}\r\nretry: 1000\n\n".encode() + _TICK)
        self.listeners.setdefault(listener.hall_id, set()).add(listener)
        try:
            await writer.drain()
            for row in await self._events(listener.hall_id, listener.last_seq):
                listener.give(int(str(row[0])), message(row))
            async for text in _texts(listener):
                writer.write(text)
                async with asyncio.timeout(30):
                    await writer.drain()
        except (psycopg.Error, OSError):
            return
        finally:
            self.listeners[listener.hall_id].discard(listener)


async def _texts(listener: Listener) -> AsyncIterator[bytes]:
    """Yield what is to be written: events as they come, and a tick when there were none for a while."""
    while True:
        try:
            async with asyncio.timeout(TICK_SECONDS):
                text = await listener.waiting.get()
        except TimeoutError:
            text = _TICK
        if text is None:
            return
        yield text


@dataclass(frozen=True, slots=True)
class Head:
    """The head of a request."""

    method: str
    target: str
    fields: dict[str, str]


async def _request(reader: asyncio.StreamReader) -> Head:
    raw = await reader.readuntil(b"\r\n\r\n")
    first, *lines = raw.decode("latin-1").split("\r\n")
    method, target, _version = first.split(" ", 2)
    fields = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    return Head(method, target, fields)


def allowed_origin(head: Head, public_url: str) -> str:
    """Return the origin that may read the answer: the same host on the web server's port, or the public address."""
    origin = head.fields.get("origin", "")
    if not origin:
        return ""
    host = urllib.parse.urlsplit(f"//{head.fields.get('host', '')}").hostname
    public = urllib.parse.urlsplit(public_url)
    is_same = urllib.parse.urlsplit(origin).hostname == host
    return origin if is_same or origin == f"{public.scheme}://{public.netloc}" else ""


async def _plain(writer: asyncio.StreamWriter, status: str) -> None:
    text = status.encode()
    writer.write(
        f"HTTP/1.1 {status}\r\nContent-Type: text/plain\r\nContent-Length: {len(text)}\r\nConnection: close\r\n\r\n".encode()
        + text
    )
    await writer.drain()


async def _main(config: Config) -> None:
    live = Live(config)
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopped.set)
    server = await asyncio.start_server(live.serve, "0.0.0.0", config.live_port, limit=REQUEST_MAX)  # noqa: S104
    tasks = [asyncio.create_task(live.listen()), asyncio.create_task(live.beat())]
    await stopped.wait()
    server.close()
    for task in tasks:
        task.cancel()


def run_live(config: Config) -> None:
    """Send until a signal says stop."""
    asyncio.run(_main(config))


def _say(text: str) -> None:
    print(text.strip().splitlines()[0], file=sys.stderr, flush=True)
