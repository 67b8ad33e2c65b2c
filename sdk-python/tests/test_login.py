"""Sign-ins of users."""

from __future__ import annotations

import time
from dataclasses import replace
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
import jwt
import pytest

from cpod import ConfigurationError, CpodClient, LoginError

ISSUER = "http://localhost:8000"
CALLBACK = "https://app.example/callback"


def signed_in(client_of, **changes):
    """Begins a sign-in and returns its client, URL, state and the requests sent."""
    nonces = []

    def answer(request):
        if request.method == "GET":
            return httpx.Response(200, json={"issuer": ISSUER, "authorization_endpoint": f"{ISSUER}/oauth/authorize"})
        raise AssertionError(request.url)

    client, sent = client_of(answer)
    url, pending = client.begin_login(redirect_uri=CALLBACK, scope="openid projects.read")
    claims = {"iss": ISSUER, "aud": "a", "exp": time.time() + 60, "nonce": pending.nonce, **changes}
    nonces.append(jwt.encode(claims, "a secret of more than thirty-two bytes"))
    client._open_http.json = lambda request: {"access_token": "t", "expires_in": 60, "id_token": nonces[0]}
    return client, url, pending, sent


def test_a_sign_in_yields_tokens_and_verified_claims(client_of):
    client, url, pending, _ = signed_in(client_of)
    query = parse_qs(urlsplit(url).query)
    assert (query["state"], query["code_challenge_method"]) == ([pending.state], ["S256"])
    tokens = client.exchange_code(f"{CALLBACK}?code=c&state={pending.state}&iss={ISSUER}", pending)
    assert (tokens.access_token, tokens.id_claims["nonce"]) == ("t", pending.nonce)


@pytest.mark.parametrize(
    "changes", [{"iss": "https://evil.example"}, {"aud": "b"}, {"exp": 1}, {"nonce": "other"}, {"nonce": None}]
)
def test_an_id_token_of_another_sign_in_is_refused(client_of, changes):
    client, _, pending, _ = signed_in(client_of, **changes)
    with pytest.raises(LoginError):
        client.exchange_code(f"{CALLBACK}?code=c&state={pending.state}&iss={ISSUER}", pending)


@pytest.mark.parametrize("query", ["", "code=c&state=x&iss={iss}", "code=c&state={state}", "state={state}&iss={iss}&error=denied"])
def test_a_response_that_does_not_belong_to_the_sign_in_is_refused(client_of, query):
    client, _, pending, _ = signed_in(client_of)
    with pytest.raises(LoginError):
        client.exchange_code(f"{CALLBACK}?{query.format(state=pending.state, iss=ISSUER)}", replace(pending))


def refused(client_of, **response):
    client, _, pending, _ = signed_in(client_of)
    query = urlencode({"state": pending.state, "iss": ISSUER, **response})
    with pytest.raises(LoginError) as caught:
        client.exchange_code(f"{CALLBACK}?{query}", pending)
    return caught.value


def test_a_refusal_shows_only_the_characters_that_the_rfc_allows(client_of):
    raw = "Denied.\r\nGET \"/admin\" \\ \x1b[31m\x00\u202e\u00e9~!"
    fault = refused(client_of, error="access_denied\r\n\u202e", error_description=raw)
    assert (fault.code, str(fault)) == ("access_denied", "Denied.GET /admin  [31m~!")


def test_a_refusal_shows_at_most_200_characters(client_of):
    fault = refused(client_of, error="e" * 300, error_description="\n" + "d" * 300)
    assert (fault.code, str(fault)) == ("e" * 200, "d" * 200)


@pytest.mark.parametrize("description", ["", "\r\n", "\u4f60\u597d"])
def test_a_refusal_without_a_readable_description_has_a_message(client_of, description):
    fault = refused(client_of, error="\u4f60", error_description=description)
    assert (fault.code, str(fault)) == ("invalid_request", "The sign-in was refused.")


def test_a_public_app_signs_in_users_with_pkce_and_without_a_secret():
    sent = []
    tokens = {"access_token": "t", "expires_in": 60, "refresh_token": "r"}

    def answer(request):
        sent.append(request)
        if request.method == "GET":
            return httpx.Response(200, json={"issuer": ISSUER, "authorization_endpoint": f"{ISSUER}/oauth/authorize"})
        return httpx.Response(200, json=tokens if request.url.path.endswith("token") else None)

    client = CpodClient.from_client_id("app-cli", transport=httpx.MockTransport(answer))
    url, pending = client.begin_login(redirect_uri="http://127.0.0.1:1234/callback", scope="offline_access")
    assert parse_qs(urlsplit(url).query)["client_id"] == ["app-cli"]
    callback = f"http://127.0.0.1:1234/callback?code=c&state={pending.state}&iss={ISSUER}"
    assert client.exchange_code(callback, pending).refresh_token == "r"
    client.revoke_token("r")
    exchange, revocation = [(request.headers, dict(httpx.QueryParams(request.content.decode()))) for request in sent[1:]]
    assert exchange[1]["client_id"] == "app-cli" and exchange[1]["code_verifier"] == pending.verifier
    assert revocation[1] == {"token": "r", "client_id": "app-cli"}
    assert "authorization" not in exchange[0] and "authorization" not in revocation[0]


def test_a_public_app_has_no_token_and_cannot_introspect():
    client = CpodClient.from_client_id("app-cli", transport=httpx.MockTransport(lambda request: httpx.Response(500)))
    for call in (lambda: client.projects.get("x"), lambda: client.validate_token("t"), client.access_token):
        with pytest.raises(ConfigurationError, match="Credentials are missing"):
            call()


def test_an_app_with_a_secret_sends_it_only_in_the_header(client_of):
    client, sent = client_of(lambda request: httpx.Response(200))
    client.revoke_token("r")
    assert sent[0].headers["authorization"].startswith("Basic ")
    assert sent[0].content == b"token=r"
