"""Sign-ins of users."""

from __future__ import annotations

import time
from dataclasses import replace
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
import jwt
import pytest

from cpod import LoginError

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
