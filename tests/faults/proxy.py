"""A TCP proxy in front of a server's unix socket, with dials for what networks and dying servers do.

    async with Proxy(socket) as proxy:
        proxy.port          # a client connects here, on loopback
        proxy.cut(3)        # three of its connections end
        with proxy.hanging():  # nothing goes through, and nothing ends

Each dial counts its hits: a fault that hit nothing does not count.
"""

from __future__ import annotations

import asyncio
import random
import socket
import struct
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Self

_CHUNK = 64 * 1024  # bytes
_INSTANT_RESET = struct.pack("ii", 1, 0)  # SO_LINGER that turns close() into a TCP reset


class Proxy:
    def __init__(self, target: Path, rng: random.Random | None = None) -> None:
        self.hits: Counter[str] = Counter()  # dial -> connections that it hit
        self.latency = 0.0  # seconds, in each direction
        self._target = target
        self._rng = rng or random.Random(0)
        self._links: set[_Link] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._flowing = asyncio.Event()
        self._flowing.set()
        self._forgets = False
        self._turned = 0  # how often a lasting dial was turned
        self._halves = 0  # responses still to be cut in half
        self._trips: list[Trip] = []
        self._listener: asyncio.Server | None = None
        self._closed_door: socket.socket | None = None
        self.port = 0

    async def __aenter__(self) -> Self:
        await self._listen()
        return self

    async def __aexit__(self, *_: object) -> None:
        self._flowing.set()
        if self._closed_door:
            self._closed_door.close()
        if self._listener:
            self._listener.close()
        for link in list(self._links):
            link.reset()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    # ------------------------------------------------------------ dials

    def cut(self, count: int = 1) -> int:
        """Close `count` connections as the server would. Returns how many there were."""
        chosen = self._some(count)
        for link in chosen:
            link.close()
        self.hits["cut"] += len(chosen)
        return len(chosen)

    def reset(self, count: int = 1) -> int:
        """Close `count` connections with a TCP reset, so that data in transit is lost."""
        chosen = self._some(count)
        for link in chosen:
            link.reset()
        self.hits["reset"] += len(chosen)
        return len(chosen)

    def halve(self, count: int = 1) -> None:
        """Cut the server's next `count` responses in the middle, with a reset."""
        self._halves += count

    def whole_again(self) -> None:
        self._halves = 0

    def breaks_at(
        self, *words: bytes, answered: bool = True, then: Callable[[], None] = lambda: None
    ) -> Trip:
        """Reset the first connection on which the client sends these words, one after another.

        With `answered`, the server does what the last of them asks for, and only its response is lost.
        """
        trip = Trip(words, answered, then)
        self._trips.append(trip)
        return trip

    def notices(self, *words: bytes, then: Callable[[], None]) -> Trip:
        """Call `then` when a client first sends these words on one connection, which continues."""
        trip = Trip(words, True, then, breaks=False)
        self._trips.append(trip)
        return trip

    @contextmanager
    def hanging(self, *, forgets: bool = False) -> Iterator[None]:
        """Keep and accept connections, but pass nothing on.

        With `forgets`, the connections that hung never resume nor end, as if a firewall had lost track of them.
        """
        self._flowing.clear()
        self._forgets = forgets
        self._turned += 1
        hung = set(self._links)
        try:
            yield
        finally:
            for link in hung | self._links:
                link.forgotten = forgets
            self._flowing.set()

    @contextmanager
    def slow(self, seconds: float) -> Iterator[None]:
        self.latency = seconds
        self._turned += 1
        try:
            yield
        finally:
            self.latency = 0.0

    def refuse(self) -> None:
        """Refuse connections as if the server were down, and close existing ones."""
        if self._listener is None:
            return
        self._listener.close()
        self._listener = None
        self._closed_door = _bound(self.port)
        for link in list(self._links):
            link.reset()
            self.hits["refuse"] += 1

    async def accept_again(self) -> None:
        if self._listener is None:
            await self._listen()

    # ------------------------------------------------------------ flow

    async def _listen(self) -> None:
        door = self._closed_door or _bound(self.port)
        self._closed_door = None
        self._listener = await asyncio.start_server(self._accept, sock=door)
        self.port = door.getsockname()[1]

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        try:
            server = await asyncio.open_unix_connection(str(self._target))
        except OSError:
            writer.transport.abort()
            return
        link = _Link((reader, writer), server)
        self._links.add(link)
        try:
            await self._carry(link)
        except asyncio.CancelledError:
            return  # we are closing; asyncio's streams would log an error
        finally:
            self._links.discard(link)
            link.close()

    async def _carry(self, link: _Link) -> None:
        """Pass data on until either side ends."""
        ways = [
            asyncio.create_task(self._pump(link, link.client[0], link.server[1], answer=False)),
            asyncio.create_task(self._pump(link, link.server[0], link.client[1], answer=True)),
        ]
        try:
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for way in ways:
                way.cancel()
            await asyncio.gather(*ways, return_exceptions=True)

    async def _pump(
        self, link: _Link, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, answer: bool
    ) -> None:
        with suppress(OSError):
            while data := await reader.read(_CHUNK):
                await self._let_through(link)
                if answer and self._halves:
                    self._break_off(link, data)
                    return
                if link.tripped or self._trips_over(link, data, answer=answer):
                    link.reset()
                    return
                writer.write(data)
                await writer.drain()

    async def _let_through(self, link: _Link) -> None:
        if self.latency:
            self._met("slow", link)
            await asyncio.sleep(self.latency)
        if not self._flowing.is_set():
            self._met("forgotten" if self._forgets else "hang", link)
            await self._flowing.wait()
        if link.forgotten:
            await asyncio.Event().wait()

    def _met(self, dial: str, link: _Link) -> None:
        """Count a lasting fault once per connection that it hits."""
        self.hits[dial] += self._turned not in link.met
        link.met.add(self._turned)

    def _trips_over(self, link: _Link, data: bytes, *, answer: bool) -> bool:
        """Whether the connection breaks here, before the data is passed on."""
        if answer:
            return False
        for trip in [trip for trip in self._trips if trip.heard(link, data)]:
            self._trips.remove(trip)
            trip.happened.set()
            trip.then()
            if trip.breaks:
                self.hits["trip"] += 1
                link.tripped = True
                return not trip.answered
        return False

    def _break_off(self, link: _Link, data: bytes) -> None:
        self._halves -= 1
        self.hits["half"] += 1
        link.client[1].write(data[: len(data) // 2])
        asyncio.get_running_loop().call_soon(link.reset)

    def _some(self, count: int) -> list[_Link]:
        living = sorted(self._links, key=lambda link: link.born)
        return self._rng.sample(living, min(count, len(living)))


class Trip:
    """The place where a connection breaks, and whether it did."""

    def __init__(
        self, words: Sequence[bytes], answered: bool, then: Callable[[], None], *, breaks: bool = True
    ) -> None:
        self.answered, self.breaks = answered, breaks
        self.then = then
        self.happened = asyncio.Event()
        self._words = words
        self._said: dict[_Link, int] = {}  # how many of the words, on each connection

    def heard(self, link: _Link, data: bytes) -> bool:
        """Whether the client has now sent all the words on this connection."""
        said = self._said.get(link, 0)
        while said < len(self._words) and self._words[said] in data:
            said += 1
        self._said[link] = said
        return said == len(self._words)


class _Link:
    """A client's connection and its counterpart to the server."""

    def __init__(
        self,
        client: tuple[asyncio.StreamReader, asyncio.StreamWriter],
        server: tuple[asyncio.StreamReader, asyncio.StreamWriter],
    ) -> None:
        self.client, self.server = client, server
        self.born = asyncio.get_running_loop().time()
        self.met: set[int] = set()  # which turns of a dial
        self.forgotten = False
        self.tripped = False  # the server's next response is dropped

    def close(self) -> None:
        for _, writer in (self.client, self.server):
            writer.close()

    def reset(self) -> None:
        raw = self.client[1].get_extra_info("socket")
        if raw is not None:
            with suppress(OSError):
                raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _INSTANT_RESET)
        for _, writer in (self.client, self.server):
            writer.transport.abort()


def _bound(port: int) -> socket.socket:
    """Bind a loopback port without listening, so that connections to it are refused."""
    door = socket.socket()
    door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    door.bind(("127.0.0.1", port))
    door.setblocking(False)
    return door
