"""Content to upload: text, bytes, binary files and iterators."""

from __future__ import annotations

import asyncio
import os
from typing import Any, AsyncIterable, AsyncIterator, BinaryIO, Iterable, Iterator, Optional, Union

from .errors import ConfigurationError

#: The size of the pieces in which a file is read.
_PIECE_BYTES = 65_536

Content = Union[str, bytes, BinaryIO, Iterable[bytes]]
AsyncContent = Union[str, bytes, BinaryIO, AsyncIterable[bytes]]


def size_of(content: Any) -> Optional[int]:
    """Returns the number of bytes that a file contains after its position; `None` for an iterator or a pipe."""
    if not hasattr(content, "seekable") or not content.seekable():
        return None
    position: int = content.tell()
    end: int = content.seek(0, os.SEEK_END)
    content.seek(position)
    return end - position


def thread_pieces(content: Any, size: Optional[int]) -> Iterator[bytes]:
    """Returns the pieces of a file or an iterator. Errors: `ConfigurationError`; see also `_SizeCheck`."""
    if not hasattr(content, "read") and not hasattr(content, "__iter__"):
        raise ConfigurationError("The content must be text, bytes, a binary file or an iterator of bytes.")
    return _thread_pieces(content, _SizeCheck(size))


def _thread_pieces(content: Any, check: _SizeCheck) -> Iterator[bytes]:
    for piece in iter(lambda: content.read(_PIECE_BYTES), b"") if hasattr(content, "read") else content:
        yield check.add(piece)
    check.end()


def async_pieces(content: Any, size: Optional[int]) -> AsyncIterator[bytes]:
    """Returns the pieces of a file, which is read in a thread, or of an asynchronous iterator. Errors: as above."""
    if not hasattr(content, "read") and not hasattr(content, "__aiter__"):
        raise ConfigurationError("The content must be text, bytes, a binary file or an asynchronous iterator of bytes.")
    return _async_pieces(content, _SizeCheck(size))


async def _async_pieces(content: Any, check: _SizeCheck) -> AsyncIterator[bytes]:
    async for piece in _file_pieces(content) if hasattr(content, "read") else content:
        yield check.add(piece)
    check.end()


async def _file_pieces(file: BinaryIO) -> AsyncIterator[bytes]:
    while piece := await asyncio.to_thread(file.read, _PIECE_BYTES):
        yield piece


class _SizeCheck:
    """Checks the pieces of an upload. An error aborts the upload, so that the backend stores nothing.

    Errors: `ConfigurationError` for text, and for more or fewer bytes than announced.
    """

    def __init__(self, size: Optional[int]) -> None:
        self._size = size
        self._sent = 0

    def add(self, piece: Any) -> bytes:
        if not isinstance(piece, bytes):
            raise ConfigurationError("The content must consist of bytes. Open the file in binary mode.")
        self._sent += len(piece)
        if self._size is not None and self._sent > self._size:
            raise ConfigurationError(f"The content has more than the announced {self._size} bytes.")
        return piece

    def end(self) -> None:
        if self._size is not None and self._sent != self._size:
            raise ConfigurationError(f"The content has {self._sent} bytes, not the announced {self._size}.")
