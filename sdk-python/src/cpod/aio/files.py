"""Files and their content."""

from __future__ import annotations

from typing import AsyncIterator, Optional, Tuple

import httpx

from .. import models as m
from ..content import AsyncContent, async_pieces, size_of
from ..requests import Request, known, segment, segments
from .api import AsyncFilesApi
from .arrival import content_of

#: `AsyncFileContent.bytes` hides the name of the type inside its class.
_Bytes = bytes


class AsyncFileContent:
    """The content of a file, which arrives as you read it. Read it once, with `stream`, `bytes` or `text`.

    Reading it to its end closes it. If you may stop earlier, use it in an `async with` block, or close it with `aclose`.
    """

    def __init__(self, response: httpx.Response) -> None:
        self._response = response
        headers = response.headers
        self.content_type: str = headers.get("content-type", "application/octet-stream")
        self.etag: str = headers.get("etag", "")
        self.version = int(headers.get("x-file-version", "0"))
        #: The size of the returned content, in bytes; `None` if a proxy removed it.
        self.size: Optional[int] = int(headers["content-length"]) if "content-length" in headers else None

    @property
    def stream(self) -> AsyncIterator[_Bytes]:
        """The content in pieces. Errors: `ConnectionError` if it is interrupted, `TimeoutError` if it stops arriving."""
        return content_of(self._response)

    async def bytes(self) -> _Bytes:
        """Returns the content, completely in memory. Errors: as for `stream`."""
        return b"".join([piece async for piece in self.stream])

    async def text(self) -> str:
        """Returns the content as UTF-8, completely in memory. Errors: as for `stream`."""
        return (await self.bytes()).decode()

    async def aclose(self) -> None:
        """Closes the connection if the content has not been read to its end."""
        await self._response.aclose()

    async def __aenter__(self) -> "AsyncFileContent":
        return self

    async def __aexit__(self, *fault: object) -> None:
        await self.aclose()


class AsyncFiles(AsyncFilesApi):
    """Files in three tiers: `private`, `user` and `shared`. Needs the scopes `files.read` and `files.write`."""

    async def write(
        self,
        tier: str,
        path: str,
        content: AsyncContent,
        *,
        content_type: str = "application/octet-stream",
        size: Optional[int] = None,
        if_match: Optional[str] = None,
        if_none_match: Optional[str] = None,
        sha256: Optional[str] = None,
        project_id: Optional[str] = None,
        timeout: Optional[float] = None,
    ) -> m.File:
        """Creates a file, or its next version. `if_none_match="*"`: the file must not exist yet.

        Text and bytes are sent again where that is safe. A file opened in binary mode is sent once, from its position, and an
        iterator of bytes is sent once; neither is read into memory. `size` announces the number of bytes of an iterator;
        `sha256`, in base64, lets the backend verify the content.
        Errors: `ConfigurationError` for content that is not bytes or has a different size. The backend then stores nothing.
        """
        whole = content.encode() if isinstance(content, str) else content if isinstance(content, bytes) else None
        length = None if whole is not None else size_of(content) if size is None else size
        is_conditional = if_match is not None or if_none_match is not None
        headers = {
            "content-type": content_type,
            "content-length": None if length is None else str(length),
            "if-match": if_match,
            "if-none-match": if_none_match,
            "repr-digest": None if sha256 is None else f"sha-256=:{sha256}:",
        }
        request = Request(
            "PUT",
            _place(tier, path),
            query=known({"projectId": project_id}),
            content=async_pieces(content, length) if whole is None else whole,
            headers=headers,
            repeat="never" if is_conditional else "always",
            timeout=timeout,
        )
        return await self._http.model(m.File, request)

    async def read(
        self,
        tier: str,
        path: str,
        *,
        version: Optional[int] = None,
        byte_range: Optional[Tuple[int, Optional[int]]] = None,
        timeout: Optional[float] = None,
    ) -> AsyncFileContent:
        """Opens a file. `byte_range` has the first and the last byte, counted from 0; `None` for the end of the file.

        `timeout` limits the wait for each piece of the content, in seconds.
        """
        span = None if byte_range is None else f"bytes={byte_range[0]}-{'' if byte_range[1] is None else byte_range[1]}"
        request = Request(
            "GET",
            _place(tier, path),
            query=known({"version": version}),
            # Without compression, because `size` is the number of bytes that arrive.
            headers={"accept": "*/*", "accept-encoding": "identity", "range": span},
            repeat="always",
            timeout=timeout,
        )
        return AsyncFileContent(await self._http.send(request, is_stream=True))


def _place(tier: str, path: str) -> str:
    return f"/v1/files/{segment(tier)}/{segments(path)}"
