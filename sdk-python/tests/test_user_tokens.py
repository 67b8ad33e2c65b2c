"""Renewal of the tokens of signed-in users."""

from __future__ import annotations

import asyncio
import base64
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import httpx
import pytest

from cpod import AsyncCpodClient, ConfigurationError, CpodClient, TokenSet, UnauthorizedError, UnavailableError

APP = {"client_id": "app-1", "client_secret": "s"}


class Backend:
    """Accepts the newest access token and refresh token only, as the platform does after the grace period."""

    def __init__(self):
        self.number = 0
        self.forms = []
        self.is_down = False
        self.is_rotating = True
        self.seen = []

    def __call__(self, request):
        if request.url.path == "/v1/oauth/token":
            return self.renew(request)
        self.seen.append(request.headers["authorization"])
        is_good = request.headers["authorization"] == f"Bearer access-{self.number}"
        return httpx.Response(200, json={"sub": "usr-1"}) if is_good else httpx.Response(401)

    def renew(self, request):
        form = dict(httpx.QueryParams(request.content.decode()))
        self.forms.append((request.headers.get("authorization"), form))
        if self.is_down:
            return httpx.Response(503)
        if form["refresh_token"] != f"refresh-{self.number if self.is_rotating else 0}":
            return httpx.Response(400, json={"error": "invalid_grant"})
        self.number += 1
        body = {"access_token": f"access-{self.number}", "expires_in": 100, "scope": "openid"}
        return httpx.Response(200, json={**body, **({"refresh_token": f"refresh-{self.number}"} if self.is_rotating else {})})


@pytest.fixture
def backend():
    return Backend()


def held(remaining=100.0, **changes):
    return TokenSet("access-0", 100.0, "openid", **{"refresh_token": "refresh-0", "expires_at": time.time() + remaining, **changes})


def client_for(backend, tokens, **options):
    return CpodClient.from_token(tokens, transport=httpx.MockTransport(backend), max_retries=0, **{**APP, **options})


def test_a_token_is_used_until_it_is_refused_then_renewed_with_rotation(backend):
    stored = []
    client = client_for(backend, held(), on_tokens=stored.append)
    client.userinfo()
    assert backend.forms == []
    for number in (1, 2):
        backend.seen.clear()
        client._tokens.refuse(f"access-{number - 1}")
        client.userinfo()
        assert backend.seen == [f"Bearer access-{number}"]
    basic = "Basic " + base64.b64encode(b"app-1:s").decode()
    assert backend.forms == [
        (basic, {"grant_type": "refresh_token", "refresh_token": f"refresh-{number}"}) for number in (0, 1)
    ]
    assert [(one.access_token, one.refresh_token) for one in stored] == [("access-1", "refresh-1"), ("access-2", "refresh-2")]
    assert all(time.time() < one.expires_at <= time.time() + 100 for one in stored)


def test_a_refusal_by_the_backend_renews_the_token_once(backend):
    client = client_for(backend, replace(held(), access_token="old"))
    assert client.userinfo().sub == "usr-1"
    assert backend.seen == ["Bearer old", "Bearer access-1"]


@pytest.mark.parametrize("changes", [{"expires_at": None}, {"expires_at": 1.0}, {"remaining": 0}, {"remaining": -10}])
def test_a_token_that_may_have_expired_is_renewed_before_the_first_call(backend, changes):
    client = client_for(backend, held(**changes))
    client.userinfo()
    assert backend.seen == ["Bearer access-1"]


def test_a_public_app_renews_with_its_id_only(backend):
    client = client_for(backend, held(expires_at=None), client_secret=None)
    client.userinfo()
    assert backend.forms == [
        (None, {"grant_type": "refresh_token", "refresh_token": "refresh-0", "client_id": "app-1"})
    ]


def test_a_response_without_a_refresh_token_keeps_the_previous_one(backend):
    backend.is_rotating = False
    stored = []
    client = client_for(backend, held(expires_at=None), on_tokens=stored.append)
    client.userinfo()
    client._tokens.refuse("access-1")
    client.userinfo()
    assert [one.refresh_token for one in stored] == ["refresh-0", "refresh-0"]


def test_a_renewal_keeps_the_id_token_and_its_claims(backend):
    stored = []
    signed_in = held(expires_at=None, id_token="id-0", id_claims={"sub": "usr-1"})
    client_for(backend, signed_in, on_tokens=stored.append).userinfo()
    assert (stored[0].id_token, stored[0].id_claims) == ("id-0", {"sub": "usr-1"})


def test_a_renewal_that_could_not_be_stored_fails_the_call_and_is_stored_by_the_next_one(backend):
    stored, faults = [], [OSError("The disk is full."), ConfigurationError("There is no store.")]

    def store(tokens):
        if faults:
            raise faults.pop(0)
        stored.append(tokens)

    client = client_for(backend, held(expires_at=None), on_tokens=store)
    for kind in (OSError, ConfigurationError):
        with pytest.raises(kind):
            client.userinfo()
    assert (backend.seen, stored) == ([], [])
    client.userinfo()
    assert (len(backend.forms), [one.refresh_token for one in stored]) == (1, ["refresh-1"])


def test_an_outage_of_the_token_endpoint_does_not_affect_a_valid_token(backend):
    backend.is_down = True
    client = client_for(backend, held(remaining=1000.0))
    client._tokens._renew_at = 0.0
    assert client.userinfo().sub == "usr-1"
    client = client_for(backend, held(expires_at=None))
    with pytest.raises(UnavailableError):
        client.userinfo()


def test_a_set_without_a_refresh_token_is_used_as_is(backend):
    client = client_for(backend, held(refresh_token=None), client_id=None, client_secret=None)
    client.userinfo()
    backend.number = 1
    with pytest.raises(UnauthorizedError):
        client.userinfo()


def test_a_renewal_needs_the_client_id():
    with pytest.raises(ConfigurationError, match="client_id"):
        CpodClient.from_token(held())


def test_threads_share_one_renewal_and_one_store(backend):
    stored, may_store = [], threading.Event()

    def store(tokens):
        assert may_store.wait(60)
        stored.append(tokens)

    client = client_for(backend, held(expires_at=None), on_tokens=store)
    with ThreadPoolExecutor(8) as pool:
        calls = [pool.submit(client.userinfo) for _ in range(8)]
        while not backend.forms:
            time.sleep(0.001)
        assert backend.seen == []
        may_store.set()
        assert [one.result().sub for one in calls] == ["usr-1"] * 8
    assert (len(backend.forms), len(stored)) == (1, 1)


def test_asynchronous_calls_share_one_renewal_and_one_store(backend):
    stored = []

    async def store(tokens):
        await asyncio.sleep(0)
        stored.append(tokens.refresh_token)

    async def run():
        options = {"transport": httpx.MockTransport(backend), "max_retries": 0, **APP}
        async with AsyncCpodClient.from_token(held(expires_at=None), on_tokens=store, **options) as client:
            return await asyncio.gather(*(client.userinfo() for _ in range(20)))

    assert len(asyncio.run(run())) == 20
    assert (len(backend.forms), stored) == (1, ["refresh-1"])
