"""An in-memory backend."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Callable, List, Mapping, Optional, Pattern, Sequence, Tuple
from urllib.parse import unquote

import httpx

from ..aio.client import AsyncCpodClient
from ..sync.client import CpodClient
from .exchange import MemoryRequest, failure, request_of
from .routes import ROUTES, Asked
from .store import MemoryStore, SkillStandIn

_URL = "http://localhost"
_TOKEN = "memory-token"

Answering = Callable[[MemoryRequest], httpx.Response]


@dataclass(frozen=True)
class RecordedCall:
    """A recorded call to the test double. `action` is the policy action; empty for OAuth calls."""

    method: str
    path: str
    action: str
    allowed: bool


class MemoryCpod:
    """An in-memory backend for tests of code that uses the SDK.

    `client` and `async_client` are real clients whose calls this class handles; `transport` is for clients of your own. It
    fails closed like the real backend: 403 for anything not allowed, 404 for anything missing, 501 for an unknown call, and
    503 for everything during an outage. `calls` contains all calls, in order.
    """

    def __init__(self) -> None:
        self.calls: List[RecordedCall] = []
        self.transport = httpx.MockTransport(lambda request: self._exchange(request_of(request)))
        options: Any = {"base_url": _URL, "transport": self.transport, "max_retries": 0}
        self.client = CpodClient.from_token(_TOKEN, **options)
        self.async_client = AsyncCpodClient.from_token(_TOKEN, **options)
        self._store = MemoryStore()
        self._allowed: List[Tuple[Pattern[str], Pattern[str]]] = []
        self._answers: List[Tuple[str, Pattern[str], Answering]] = []
        self._is_out = False

    def allow(self, action: str, resource: str = "*") -> "MemoryCpod":
        """Allows an action of the backend or the app, as the tenant's policy would: `file.put`, `invoice.*`, `*`.

        `resource` is, for example, `invoice/42` or `file/*`; all resources by default.
        """
        self._allowed.append((_pattern(action), _pattern(resource)))
        return self

    def deny_all(self) -> "MemoryCpod":
        """Revokes everything that was allowed."""
        self._allowed.clear()
        return self

    def outage(self, is_out: bool = True) -> "MemoryCpod":
        """Starts or ends an outage, during which every call gets 503."""
        self._is_out = is_out
        return self

    def set_token(self, token: str, claims: Mapping[str, Any]) -> "MemoryCpod":
        """Sets the claims of a caller's token. Any token without claims is invalid.

        By default, `iss` and `aud` are those of the platform's ordinary tokens.
        """
        self._store.tokens[token] = {"iss": _URL, "aud": _URL, **claims}
        return self

    def set_secret(self, name: str, value: str) -> "MemoryCpod":
        """Sets the value of a secret."""
        self._store.secrets[name] = value
        return self

    def set_flag(self, key: str, value: Any) -> "MemoryCpod":
        """Sets the value of a flag."""
        self._store.flags[key] = value
        return self

    def set_skill(self, name: str, stand_in: SkillStandIn) -> "MemoryCpod":
        """Sets the function that runs for a skill. If it raises an error, the job fails."""
        self._store.skills[name] = stand_in
        return self

    def answer(self, method: str, path: str, answer: Answering) -> "MemoryCpod":
        """Defines the response to calls that the double does not support, or overrides the double's own response.

        `path` can contain `*` for one segment.
        """
        self._answers.insert(0, (method, _pattern(path, "[^/]+"), answer))
        return self

    @property
    def audit_events(self) -> Sequence[Mapping[str, Any]]:
        """The events written to the audit log, by the names of the API."""
        return tuple(self._store.audit_events)

    def file_text(self, tier: str, path: str) -> Optional[str]:
        """Returns the content of a file as text; `None` if it does not exist."""
        found = self._store.files.get(f"{tier}/{path}")
        return None if found is None else found[1].decode()

    def _exchange(self, request: MemoryRequest) -> httpx.Response:
        method, path = request.method, request.path
        own = next((one for kind, where, one in self._answers if kind == method and where.fullmatch(path)), None)
        routes = ((one, one.path.fullmatch(path)) for one in ROUTES if one.method == method)
        route, found = next(((one, match) for one, match in routes if match), (None, None))
        action = route.action if route is not None and own is None else ""
        parts = [unquote(one) for one in found.groups()] if found is not None else []
        resource = f"{action.partition('.')[0]}/{'/'.join(parts)}"
        is_in = not self._is_out and (action == "" or self._is_allowed(action, resource))
        self.calls.append(RecordedCall(method, path, action, is_in))
        if self._is_out:
            return failure(503, "unavailable", "The test double simulates an outage.")
        if own is not None:
            return own(request)
        if route is None:
            return failure(501, "not_implemented", f"The double does not support {method} {path}: use answer().")
        if not is_in:
            return failure(403, "forbidden", f"{action} was not allowed: use allow().")
        return route.answer(Asked(request, parts, self._store, self._is_allowed))

    def _is_allowed(self, action: str, resource: str) -> bool:
        return any(one.fullmatch(action) and other.fullmatch(resource) for one, other in self._allowed)


def _pattern(text: str, any: str = ".*") -> Pattern[str]:
    return re.compile(any.join(re.escape(part) for part in text.split("*")))
