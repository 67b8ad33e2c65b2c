"""Sign-ins of users and the renewal of their tokens, against a running platform.

`CPOD_USER_EMAIL` and `CPOD_USER_PASSWORD` are those of a user of the administrator's tenant.
"""

from __future__ import annotations

import asyncio
import os
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from sign_in import callback_of

from cpod import AsyncCpodClient, CpodClient, InvalidRequestError, UnauthorizedError

CALLBACK = "http://127.0.0.1:8123/callback"
SCOPES = ["openid", "email", "offline_access", "projects.read"]
USER = {"email": os.environ.get("CPOD_USER_EMAIL", ""), "password": os.environ.get("CPOD_USER_PASSWORD", "")}


@pytest.fixture(scope="module")
def apps():
    """The options of a public app, which has no secret, and of a confidential one."""
    common = {
        "declared_scopes": SCOPES,
        "grant_types": ["authorization_code", "refresh_token"],
        "redirect_uris": [CALLBACK],
    }
    with CpodClient.from_env(scope="admin") as admin:
        public = admin.apps.register({"name": "Python CLI", "app_type": "native", **common})
        confidential = admin.apps.register({"name": "Python web", "app_type": "web", **common})
        assert public.client_secret is None
        yield {
            "public": {"client_id": public.client_id},
            "confidential": {"client_id": confidential.client_id, "client_secret": confidential.client_secret},
        }
        for app in (public, confidential):
            admin.apps.delete(app.client_id)


@pytest.fixture(params=["public", "confidential"])
def app(apps, request):
    return apps[request.param]


def signed_out(app):
    """Returns a client of the app without a user."""
    base_url = os.environ["CPOD_BASE_URL"]
    if "client_secret" in app:
        return CpodClient(base_url=base_url, **app)
    return CpodClient.from_client_id(app["client_id"], base_url=base_url)


def begun(client):
    """Signs the user in, up to the redirect. Returns its URL and the pending login."""
    url, pending = client.begin_login(redirect_uri=CALLBACK, scope=" ".join(SCOPES))
    return callback_of(url, CALLBACK, **USER), pending


def sign_in(app):
    with signed_out(app) as client:
        return client.exchange_code(*begun(client))


def expired(tokens):
    """Returns the same tokens, such that the first call renews them."""
    return replace(tokens, expires_at=0.0)


def client_for(tokens, app, kind=CpodClient, **options):
    return kind.from_token(tokens, base_url=os.environ["CPOD_BASE_URL"], **app, **options)


def test_a_user_signs_in_and_the_tokens_are_renewed_with_rotation(app):
    tokens = sign_in(app)
    assert tokens.id_claims["aud"] in (app["client_id"], [app["client_id"]])
    stored = []
    with client_for(tokens, app, on_tokens=stored.append) as client:
        sub = client.userinfo().sub
        assert stored == []
    for number in range(2):
        with client_for(expired(tokens), app, on_tokens=stored.append) as client:
            assert client.userinfo().sub == sub == tokens.id_claims["sub"]
        assert len(stored) == number + 1
        assert stored[-1].refresh_token not in (None, tokens.refresh_token)
        assert stored[-1].access_token != tokens.access_token
        tokens = stored[-1]


def test_a_code_works_once_and_only_with_its_verifier(app):
    with signed_out(app) as client:
        callback, pending = begun(client)
        with pytest.raises(InvalidRequestError) as caught:
            client.exchange_code(callback, replace(pending, verifier="x" * 43))
        assert caught.value.code == "invalid_grant"
        callback, pending = begun(client)
        tokens = client.exchange_code(callback, pending)
        with pytest.raises(InvalidRequestError) as caught:
            client.exchange_code(callback, pending)
        assert caught.value.code == "invalid_grant"
    # RFC 6749 §4.1.2: the second use also revokes the tokens of the first.
    with client_for(expired(tokens), app) as client, pytest.raises(InvalidRequestError):
        client.userinfo()


def test_a_used_refresh_token_ends_the_sign_in(app):
    stored = []
    first = sign_in(app)
    for _ in range(2):
        with client_for(expired(stored[-1] if stored else first), app, on_tokens=stored.append) as client:
            client.userinfo()
    # The first token was replaced twice, so whoever presents it did not get it from this client.
    for tokens in (first, stored[-1]):
        with client_for(expired(tokens), app, on_tokens=stored.append) as client:
            with pytest.raises(InvalidRequestError) as caught:
                client.userinfo()
        assert caught.value.code == "invalid_grant"
    assert len(stored) == 2


def test_a_revoked_sign_in_is_not_renewed(app):
    tokens = sign_in(app)
    with signed_out(app) as client:
        client.revoke_token(tokens.refresh_token)
    with client_for(expired(tokens), app) as client, pytest.raises(InvalidRequestError):
        client.userinfo()
    with client_for(replace(tokens, refresh_token=None), app) as client, pytest.raises(UnauthorizedError):
        client.userinfo()


def test_threads_that_renew_at_once_share_one_renewal(app):
    tokens = sign_in(app)
    stored, start = [], threading.Barrier(8)
    with client_for(expired(tokens), app, on_tokens=stored.append) as client:

        def call(_):
            start.wait(60)
            return client.userinfo().sub

        with ThreadPoolExecutor(8) as pool:
            assert set(pool.map(call, range(8))) == {tokens.id_claims["sub"]}
    assert len(stored) == 1 and stored[0].refresh_token != tokens.refresh_token


def test_tasks_that_renew_at_once_share_one_renewal(app):
    tokens = sign_in(app)
    stored = []

    async def store(renewed):
        stored.append(renewed)

    async def run():
        async with client_for(expired(tokens), app, AsyncCpodClient, on_tokens=store) as client:
            return await asyncio.gather(*(client.userinfo() for _ in range(8)))

    assert {one.sub for one in asyncio.run(run())} == {tokens.id_claims["sub"]}
    assert len(stored) == 1 and stored[0].refresh_token != tokens.refresh_token


def test_clients_that_renew_the_same_token_at_once_get_the_same_set(app):
    """Two processes that share their store, at the moment at which the token expires."""
    tokens = sign_in(app)
    stored, start = [], threading.Barrier(2)

    def call(_):
        with client_for(expired(tokens), app, on_tokens=stored.append) as client:
            start.wait(60)
            return client.userinfo().sub

    with ThreadPoolExecutor(2) as pool:
        assert set(pool.map(call, range(2))) == {tokens.id_claims["sub"]}
    assert len(stored) == 2
    assert len({one.refresh_token for one in stored}) == len({one.access_token for one in stored}) == 1
    # Nobody was taken for a thief: the sign-in continues.
    with client_for(expired(stored[0]), app) as client:
        assert client.userinfo().sub == tokens.id_claims["sub"]
