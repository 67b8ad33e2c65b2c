"""Descriptions of requests: their paths, queries and bodies."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, AsyncIterable, Dict, Iterable, Literal, Mapping, Optional, TypeVar, Union
from urllib.parse import quote, urlencode

from .errors import ConfigurationError
from .model import Model

#: The rule for retrying a call. `always`: repeating has the same effect. `keyed`: the call carries an idempotency key.
#: `never`: the call is retried only if the response says that nothing was done.
Repeat = Literal["always", "keyed", "never"]

M = TypeVar("M", bound=Model)
#: A body: a model, or a mapping with the names of the API.
Body = Union[M, Mapping[str, Any]]


@dataclass(frozen=True)
class Request:
    """A call, independent of the way in which it is sent."""

    method: str
    path: str
    query: Mapping[str, Any] = field(default_factory=dict)
    #: A body in JSON; `None` for none.
    json: Any = field(default=None, repr=False)
    form: Optional[Mapping[str, str]] = field(default=None, repr=False)
    #: Bytes, or the pieces of a stream, which can be sent only once.
    content: Union[bytes, Iterable[bytes], AsyncIterable[bytes], None] = field(default=None, repr=False)
    headers: Mapping[str, Optional[str]] = field(default_factory=dict, repr=False)
    repeat: Repeat = "never"
    #: False for a call that carries its own credentials or needs none.
    needs_token: bool = True
    timeout: Optional[float] = None
    max_retries: Optional[int] = None

    @property
    def target(self) -> str:
        """The path with its query."""
        known = {name: _query_text(value) for name, value in self.query.items() if value is not None}
        return f"{self.path}?{urlencode(known)}" if known else self.path

    @property
    def is_streamed(self) -> bool:
        """Returns whether the content is a stream."""
        return self.content is not None and not isinstance(self.content, bytes)


def segment(part: Union[str, int]) -> str:
    """Encodes one part of a path. Refuses `.`, `..` and empty parts, which would name a different resource."""
    text = str(part)
    if text in ("", ".", ".."):
        raise ConfigurationError(f'"{text}" is not a valid ID or name.')
    return quote(text, safe="")


def segments(names: str) -> str:
    """Encodes a path that consists of several names, such as a file path."""
    return "/".join(segment(name) for name in names.split("/"))


def body_of(value: Any) -> Any:
    """Returns a body by the names of the API, wherever it contains models."""
    if isinstance(value, Model):
        return value.to_wire()
    if isinstance(value, Mapping):
        return {name: body_of(one) for name, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [body_of(one) for one in value]
    return value


def known(members: Dict[str, Any]) -> Dict[str, Any]:
    """Returns the members that are not `None`."""
    return {name: value for name, value in members.items() if value is not None}


def _query_text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
