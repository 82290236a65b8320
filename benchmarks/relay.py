"""A relay that is far away: TLS on the outside, and each byte comes half a round trip later.

    python -m benchmarks.relay PORT CERTIFICATE ROUND_TRIP_SECONDS

Prints the port that it listens at, and passes on to PORT until its standard input ends. What is
on its way is kept in memory, so that the relay delays and does not throttle.
"""

from __future__ import annotations

import asyncio
import contextlib
import ssl
import sys
from collections.abc import Awaitable, Callable

CHUNK = 256 * 1024  # bytes
ON_THE_WAY = 400  # chunks each way at most: more than a second of anything here

Attend = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


async def pass_on(
    source: asyncio.StreamReader, sink: asyncio.StreamWriter, delay: float, opened: float
) -> None:
    """Write what `source` sends to `sink`, `delay` seconds after it came, and then its end.

    Nothing counts as having come before the moment `opened`.
    """
    now = asyncio.get_running_loop().time
    waiting: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue(ON_THE_WAY)

    async def receive() -> None:
        data = b"-"
        while data:
            try:
                data = await source.read(CHUNK)
            except OSError:  # cut off
                data = b""
            await waiting.put((max(now(), opened) + delay, data))

    receiving = asyncio.ensure_future(receive())
    try:
        while True:
            due, data = await waiting.get()
            if (left := due - now()) > 0:
                await asyncio.sleep(left)
            if not data:
                break
            sink.write(data)
            await sink.drain()
    except OSError:  # nobody listens any more
        receiving.cancel()
    if sink.can_write_eof():
        with contextlib.suppress(OSError):
            sink.write_eof()
    else:  # TLS, which ends both ways at once
        sink.close()


def between(port: int, round_trip: float, handshakes: int) -> Attend:
    """Return what connects each visitor to `port`, with this round trip between them.

    Before the first byte, as many round trips pass as `handshakes` of the network take.
    """

    async def attend(visitor: asyncio.StreamReader, to_visitor: asyncio.StreamWriter) -> None:
        opened = asyncio.get_running_loop().time() + handshakes * round_trip
        with contextlib.suppress(asyncio.CancelledError):  # the relay ends
            host, to_host = await asyncio.open_connection("127.0.0.1", port, limit=CHUNK)
            await asyncio.gather(
                pass_on(visitor, to_host, round_trip / 2, opened),
                pass_on(host, to_visitor, round_trip / 2, opened),
            )
            for writer in (to_visitor, to_host):
                writer.close()
                with contextlib.suppress(OSError):
                    await writer.wait_closed()

    return attend


async def serve(port: int, certificate: str, round_trip: float) -> None:
    """Relay until standard input ends."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    # The distance is outside of TLS, whose handshake takes round trips of its own.
    end_of_tls = await asyncio.start_server(
        between(port, 0, 0), "127.0.0.1", 0, ssl=context, limit=CHUNK
    )
    inner = end_of_tls.sockets[0].getsockname()[1]
    far_end = await asyncio.start_server(between(inner, round_trip, 1), "127.0.0.1", 0, limit=CHUNK)
    sys.stdout.write(f"{far_end.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), sys.argv[2], float(sys.argv[3])))
