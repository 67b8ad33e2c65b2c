"""Clients with a backend in memory."""

from __future__ import annotations

from typing import Any, Callable, List, Tuple

import httpx
import pytest

from cpod import CpodClient
from cpod.sync import http as sync_http

Handler = Callable[[httpx.Request], httpx.Response]


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> List[float]:
    """Records the waits between retries instead of waiting."""
    waits: List[float] = []
    monkeypatch.setattr(sync_http, "thread_sleep", waits.append)
    return waits


@pytest.fixture
def client_of() -> Callable[..., Tuple[CpodClient, List[httpx.Request]]]:
    """Returns a client whose backend issues tokens and otherwise calls a handler, and the requests it received."""

    def make(handler: Handler, **options: Any) -> Tuple[CpodClient, List[httpx.Request]]:
        sent: List[httpx.Request] = []
        issued = iter(range(1, 1000))

        def answer(request: httpx.Request) -> httpx.Response:
            sent.append(request)
            if request.url.path == "/v1/oauth/token":
                return httpx.Response(200, json={"access_token": f"token-{next(issued)}", "expires_in": 100})
            return handler(request)

        credentials = {} if "api_key" in options or "token" in options else {"client_id": "a", "client_secret": "b"}
        return CpodClient(transport=httpx.MockTransport(answer), **credentials, **options), sent

    return make
