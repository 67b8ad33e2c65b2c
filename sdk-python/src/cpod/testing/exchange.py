"""The requests and responses of the test double."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any, Iterable, Mapping, Tuple
from urllib.parse import parse_qsl

import httpx


@dataclass(frozen=True)
class MemoryRequest:
    """A call in the form that the test double processes."""

    method: str
    #: The path as sent, with encoded segments.
    path: str
    query: Mapping[str, str]
    headers: httpx.Headers = field(repr=False)
    content: bytes = field(repr=False)
    #: The body as JSON or form data; empty if it is neither.
    body: Mapping[str, Any] = field(repr=False)


def request_of(request: httpx.Request) -> MemoryRequest:
    """Reads a request. Its content must have been read."""
    path = request.url.raw_path.decode().partition("?")[0]
    return MemoryRequest(
        request.method, path, dict(request.url.params), request.headers, request.content, _body_of(request)
    )


def failure(status: int, error: str, description: str) -> httpx.Response:
    """Returns an error in the backend's format."""
    body = {"error": error, "error_description": description, "status": status, "request_id": "memory"}
    return httpx.Response(status, json=body)


def event_stream(events: Iterable[Tuple[str, str, Any]]) -> httpx.Response:
    """Returns a stream of messages, each with its ID, event and data. It ends after the last message."""
    text = "".join(f"id: {id}\nevent: {event}\ndata: {json.dumps(data)}\n\n" for id, event, data in events)
    return httpx.Response(200, content=text.encode(), headers={"content-type": "text/event-stream"})


def _body_of(request: httpx.Request) -> Mapping[str, Any]:
    kind = request.headers.get("content-type", "")
    if kind == "application/x-www-form-urlencoded":
        return dict(parse_qsl(request.content.decode()))
    if kind != "application/json" or not request.content:
        return {}
    value = json.loads(request.content)
    return value if isinstance(value, dict) else {}
