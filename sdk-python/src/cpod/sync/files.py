"""Files and their content."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Optional, Tuple, Union

from .. import models as m
from ..requests import Request, known, segment, segments
from .api import FilesApi


@dataclass(frozen=True)
class FileContent:
    """The content of a file, completely in memory."""

    content: bytes = field(repr=False)
    content_type: str
    etag: str
    version: int

    @property
    def text(self) -> str:
        """The content as UTF-8."""
        return self.content.decode()


class Files(FilesApi):
    """Files in three tiers: `private`, `user` and `shared`. Needs the scopes `files.read` and `files.write`."""

    def write(
        self,
        tier: str,
        path: str,
        content: Union[str, bytes],
        *,
        content_type: str = "application/octet-stream",
        if_match: Optional[str] = None,
        if_none_match: Optional[str] = None,
        project_id: Optional[str] = None,
        timeout: Optional[float] = None,
    ) -> m.File:
        """Creates a file, or its next version. `if_none_match="*"`: the file must not exist yet."""
        is_conditional = if_match is not None or if_none_match is not None
        request = Request(
            "PUT",
            f"/v1/files/{segment(tier)}/{segments(path)}",
            query=known({"projectId": project_id}),
            content=content.encode() if isinstance(content, str) else content,
            headers={"content-type": content_type, "if-match": if_match, "if-none-match": if_none_match},
            repeat="never" if is_conditional else "always",
            timeout=timeout,
        )
        return self._http.model(m.File, request)

    def read(
        self,
        tier: str,
        path: str,
        *,
        version: Optional[int] = None,
        byte_range: Optional[Tuple[int, Optional[int]]] = None,
        timeout: Optional[float] = None,
    ) -> FileContent:
        """Returns a file. `byte_range` has the first and the last byte, counted from 0; `None` for the end of the file."""
        span = None if byte_range is None else f"bytes={byte_range[0]}-{'' if byte_range[1] is None else byte_range[1]}"
        request = Request(
            "GET",
            f"/v1/files/{segment(tier)}/{segments(path)}",
            query=known({"version": version}),
            headers={"accept": "*/*", "range": span},
            repeat="always",
            timeout=timeout,
        )
        response = self._http.send(request)
        return FileContent(
            response.content,
            response.headers.get("content-type", "application/octet-stream"),
            response.headers.get("etag", ""),
            int(response.headers.get("x-file-version", "0")),
        )
