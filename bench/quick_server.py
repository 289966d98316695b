"""A server that takes half a millisecond per response, and a minimal client, each in a separate process.

`python -m bench.quick_server` prints its port and serves. With a port and a number of seconds, it queries that server for
that time, and then prints how long each response took: a socket, a clock, and nothing else in the process.
"""

from __future__ import annotations

import json
import socket
import sys
import threading
import time

PAUSE = 0.0005
REST = 0.01  # seconds between two requests of the plain client
REQUEST = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"


def serve() -> None:
    with socket.create_server(("127.0.0.1", 0), backlog=512) as server:
        print(server.getsockname()[1], flush=True)
        while True:
            threading.Thread(target=_answer, args=(server.accept()[0],), daemon=True).start()


def _answer(connection: socket.socket) -> None:
    with connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        while connection.recv(65536):
            time.sleep(PAUSE)
            connection.sendall(ANSWER)


def ask(port: int, seconds: float) -> list[float]:
    taken = []
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        with socket.create_connection(("127.0.0.1", port)) as connection:
            began = time.perf_counter()
            connection.sendall(REQUEST)
            connection.recv(65536)
            taken.append(time.perf_counter() - began)
        time.sleep(REST)
    return taken


if __name__ == "__main__":
    if len(sys.argv) > 1:
        print(json.dumps(ask(int(sys.argv[1]), float(sys.argv[2]))))
    else:
        serve()
