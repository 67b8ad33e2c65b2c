"""A proxy between the client and the platform that treats streams of events badly."""

from __future__ import annotations

import re
import socket
import threading
from contextlib import contextmanager
from typing import Dict, Iterator, List
from urllib.parse import urlsplit

#: An event, from its type to its end.
_EVENT = re.compile(rb"event: .*?\n\n", re.DOTALL)


class Proxy:
    """Forwards connections. With `is_buffering`, it holds streams back; otherwise it cuts the first one after an event."""

    def __init__(self, target: str, is_buffering: bool) -> None:
        self._target = (urlsplit(target).hostname, urlsplit(target).port)
        self._is_buffering = is_buffering
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._sockets: List[socket.socket] = []
        #: The last request on a connection to the platform.
        self._requests: Dict[socket.socket, bytes] = {}
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        #: The number of pieces that were held back, or of streams that were cut.
        self.faults = 0
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        """Closes the port and all connections."""
        _end(self._listener, *self._sockets)

    def _accept(self) -> None:
        try:
            while True:
                client, _ = self._listener.accept()
                upstream = socket.create_connection(self._target)
                self._sockets += [client, upstream]
                for forward in (self._send, self._receive):
                    threading.Thread(target=forward, args=(client, upstream), daemon=True).start()
        except OSError:
            return

    def _send(self, client: socket.socket, upstream: socket.socket) -> None:
        for content in _pieces(client):
            self._requests[upstream] = content
            upstream.sendall(content)
        _end(client, upstream)

    def _receive(self, client: socket.socket, upstream: socket.socket) -> None:
        for content in _pieces(upstream):
            is_stream = b"/events HTTP/1.1" in self._requests[upstream]
            event = _EVENT.search(content) if is_stream and self.faults == 0 else None
            if is_stream and self._is_buffering:
                self.faults += 1
            elif event is not None:
                self.faults += 1
                client.sendall(content[: event.end()])
                break
            else:
                client.sendall(content)
        _end(client, upstream)


def _pieces(connection: socket.socket) -> Iterator[bytes]:
    try:
        while content := connection.recv(65_536):
            yield content
    except OSError:
        return


def _end(*connections: socket.socket) -> None:
    for connection in connections:
        try:
            connection.shutdown(socket.SHUT_RDWR)
        except OSError:
            # The other side has closed it.
            pass
        connection.close()


@contextmanager
def proxy_to(target: str, *, is_buffering: bool = False) -> Iterator[Proxy]:
    """Opens a proxy for the duration of a block."""
    proxy = Proxy(target, is_buffering)
    try:
        yield proxy
    finally:
        proxy.close()
