"""A server that behaves exactly as a test says, below the level of HTTP."""

from __future__ import annotations

import socket
import threading
from contextlib import contextmanager
from typing import Callable, Dict, Iterator, List


class Exchange:
    """One connection, after the head of its request was read."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._held = b""
        while b"\r\n\r\n" not in self._held:
            self._held += self._received()
        head, self._held = self._held.split(b"\r\n\r\n", 1)
        first, *lines = head.decode().split("\r\n")
        self.target = first.split(" ")[1]
        self.headers: Dict[str, str] = {name.lower(): value for name, value in (line.split(": ", 1) for line in lines)}

    def read_until(self, end: bytes) -> bytes:
        """Reads the body up to and including `end`, wherever it is split."""
        while end not in self._held:
            self._held += self._received()
        found, self._held = self._held.split(end, 1)
        return found + end

    def read_to_close(self) -> bytes:
        """Reads the body until the client closes the connection."""
        while piece := self._connection.recv(65_536):
            self._held += piece
        return self._held

    def send(self, text: str) -> None:
        """Sends text, with LF as line ends."""
        self._connection.sendall(text.replace("\n", "\r\n").encode())

    def _received(self) -> bytes:
        piece = self._connection.recv(65_536)
        if not piece:
            raise ConnectionResetError("The client closed the connection.")
        return piece


@contextmanager
def serving(answer: Callable[[Exchange], None]) -> Iterator[str]:
    """Serves one request per connection, with one thread for each. Yields the URL. Raises what `answer` raised."""
    faults: List[BaseException] = []
    threads: List[threading.Thread] = []

    def handle(connection: socket.socket) -> None:
        with connection:
            try:
                answer(Exchange(connection))
            except BaseException as fault:
                faults.append(fault)

    def accept() -> None:
        while True:
            connection, peer = listener.accept()
            if peer == last.getsockname():
                return
            threads.append(threading.Thread(target=handle, args=(connection,), daemon=True))
            threads[-1].start()

    with socket.create_server(("127.0.0.1", 0)) as listener, socket.socket() as last:
        last.bind(("127.0.0.1", 0))
        acceptor = threading.Thread(target=accept, daemon=True)
        acceptor.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            # Connections are accepted in order, so none is left when this one arrives.
            last.connect(listener.getsockname())
            acceptor.join()
            for thread in threads:
                thread.join()
    assert faults == []
