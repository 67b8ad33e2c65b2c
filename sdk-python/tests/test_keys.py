"""Loads of the issuer's public keys."""

from __future__ import annotations

import asyncio
import json
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from cpod import ConnectionError, TokenError
from cpod.aio.keys import AsyncIssuerKeys
from cpod.jwt_checks import JwtChecks
from cpod.sync.keys import IssuerKeys

ISSUER = "http://localhost:8000"
KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)


def signed(kid="k1"):
    now = int(time.time())
    claims = {"iss": ISSUER, "aud": ISSUER, "sub": "ada", "tenant_id": "ten-1", "iat": now, "exp": now + 60}
    return jwt.encode(claims, KEY, algorithm="RS256", headers={"kid": kid, "typ": "at+jwt"})


class Issuer:
    """Serves key sets, counts the loads, and can be down."""

    def __init__(self):
        self.loads = 0
        self.kids = ["k1"]
        self.is_down = False

    def json(self, request):
        if request.path.endswith("openid-configuration"):
            self.loads += 1
            if self.is_down:
                raise ConnectionError("The backend could not be reached.")
            return {"issuer": ISSUER}
        jwk = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(KEY.public_key()))
        return {"keys": [{**jwk, "kid": kid} for kid in self.kids]}


@pytest.fixture
def clock():
    return [1000.0]


@pytest.fixture
def issuer():
    return Issuer()


@pytest.fixture
def keys(issuer, clock):
    return IssuerKeys(issuer, JwtChecks(ISSUER, lambda: clock[0]))


def test_an_unknown_key_id_causes_at_most_one_load_in_10_seconds(keys, issuer, clock):
    keys.verify(signed(), None)
    for _ in range(5):
        with pytest.raises(TokenError, match="unknown key"):
            keys.verify(signed("k2"), None)
    assert issuer.loads == 1
    clock[0] += 10
    issuer.kids = ["k1", "k2"]
    assert keys.verify(signed("k2"), None)["sub"] == "ada"
    assert issuer.loads == 2


def test_failed_loads_are_spaced_at_growing_intervals(keys, issuer, clock):
    issuer.is_down = True
    attempts = []
    for second in range(200):
        clock[0] = 1000.0 + second
        before = issuer.loads
        with pytest.raises(ConnectionError, match="could not be"):
            keys.verify(signed(), None)
        if issuer.loads > before:
            attempts.append(second)
    assert attempts == [0, 10, 30, 70, 130, 190]


def test_an_attempt_after_a_failure_restores_the_service_and_resets_the_interval(keys, issuer, clock):
    issuer.is_down = True
    for _ in range(2):
        with pytest.raises(ConnectionError):
            keys.verify(signed(), None)
        clock[0] += 10
    issuer.is_down = False
    clock[0] += 10
    assert keys.verify(signed(), None)["sub"] == "ada"
    clock[0] += 10
    with pytest.raises(TokenError):
        keys.verify(signed("k2"), None)
    assert issuer.loads == 4


def test_known_keys_are_used_for_15_minutes_without_the_issuer(keys, issuer, clock):
    keys.verify(signed(), None)
    issuer.is_down = True
    clock[0] += 900
    assert keys.verify(signed(), None)["sub"] == "ada"
    with pytest.raises(ConnectionError):
        keys.verify(signed("k2"), None)
    clock[0] += 1
    with pytest.raises(ConnectionError):
        keys.verify(signed(), None)
    issuer.is_down = False
    clock[0] += 60
    assert keys.verify(signed(), None)["sub"] == "ada"


def test_a_removed_key_is_refused_after_the_next_load(keys, issuer, clock):
    keys.verify(signed(), None)
    issuer.kids = ["k2"]
    clock[0] += 301
    with pytest.raises(TokenError, match="unknown key"):
        keys.verify(signed(), None)


def test_an_error_between_attempts_names_the_reason_of_the_last_one(clock):
    class Impostor:
        def json(self, request):
            return {"issuer": "https://evil.example"}

    keys = IssuerKeys(Impostor(), JwtChecks(ISSUER, lambda: clock[0]))
    for _ in range(2):
        with pytest.raises(ConnectionError, match="CPOD_ISSUER"):
            keys.verify(signed(), None)


def test_threads_share_one_load_and_calls_with_a_known_key_do_not_wait(keys, issuer, clock):
    keys.verify(signed(), None)
    has_begun, may_end = threading.Event(), threading.Event()
    answer = issuer.json

    def slow(request):
        has_begun.set()
        assert may_end.wait(60)
        return answer(request)

    issuer.json, issuer.kids = slow, ["k1", "k2"]
    clock[0] += 301
    with ThreadPoolExecutor(8) as pool:
        waiting = [pool.submit(keys.verify, signed("k2"), None) for _ in range(8)]
        assert has_begun.wait(60)
        assert keys.verify(signed(), None)["sub"] == "ada"
        assert not any(one.done() for one in waiting)
        may_end.set()
        assert [one.result()["sub"] for one in waiting] == ["ada"] * 8
    assert issuer.loads == 2


@pytest.mark.parametrize("is_down", [False, True])
def test_asynchronous_calls_share_one_load(issuer, clock, is_down):
    issuer.is_down = is_down

    class Slow:
        async def json(self, request):
            await asyncio.sleep(0)
            return issuer.json(request)

    async def run():
        keys = AsyncIssuerKeys(Slow(), JwtChecks(ISSUER, lambda: clock[0]))
        return await asyncio.gather(*(keys.verify(signed(), None) for _ in range(20)), return_exceptions=True)

    outcomes = asyncio.run(run())
    assert issuer.loads == 1
    assert all(isinstance(one, ConnectionError if is_down else dict) for one in outcomes)
