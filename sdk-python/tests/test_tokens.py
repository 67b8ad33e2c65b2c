"""Verification of access tokens with public keys."""

from __future__ import annotations

import json
import time

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from cpod import ConfigurationError, ConnectionError, TokenError

ISSUER = "http://localhost:8000"
KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
OTHER = rsa.generate_private_key(public_exponent=65537, key_size=2048)
JWK = {**json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(KEY.public_key())), "kid": "k1"}


def signed(key=KEY, algorithm="RS256", kid="k1", typ="at+jwt", **changes):
    now = int(time.time())
    claims = {"iss": ISSUER, "aud": ISSUER, "sub": "ada", "tenant_id": "ten-1", "iat": now, "exp": now + 60, **changes}
    return jwt.encode(claims, key, algorithm=algorithm, headers={"kid": kid, "typ": typ})


def backend(is_active=True, issuer=ISSUER):
    def answer(request):
        if request.url.path.endswith("openid-configuration"):
            return httpx.Response(200, json={"issuer": issuer})
        if request.url.path.endswith("jwks.json"):
            return httpx.Response(200, json={"keys": [JWK]})
        return httpx.Response(200, json={"active": is_active})

    return answer


def test_a_valid_token_yields_its_claims_and_keys_are_kept(client_of):
    client, sent = client_of(backend())
    assert client.verify_token(signed())["sub"] == "ada"
    client.verify_token(signed(), check_revocation=False, tenant_id="ten-1")
    assert [request.url.path for request in sent].count("/.well-known/jwks.json") == 1


@pytest.mark.parametrize(
    "token",
    [
        signed(key=OTHER),
        signed(kid="k2"),
        signed(typ="JWT"),
        signed(iss="https://evil.example"),
        signed(aud="https://other.example"),
        signed(exp=1),
        signed(key="a secret of more than thirty-two bytes", algorithm="HS256"),
        signed(key=None, algorithm="none"),
        "abc",
        "",
    ],
)
def test_any_other_token_is_refused(client_of, token):
    client, _ = client_of(backend())
    for check_revocation in (True, False):
        with pytest.raises(TokenError):
            client.verify_token(token, check_revocation=check_revocation, tenant_id="ten-1")


@pytest.mark.parametrize("changes", [{"tenant_id": "ten-2"}, {"tenant_id": None}, {"tenant_id": ["ten-1"]}])
@pytest.mark.parametrize("check_revocation", [True, False])
def test_a_token_of_another_tenant_is_refused(client_of, changes, check_revocation):
    client, _ = client_of(backend())
    with pytest.raises(TokenError, match="tenant"):
        client.verify_token(signed(**changes), check_revocation=check_revocation, tenant_id="ten-1")


@pytest.mark.parametrize("tenant_id", [None, ""])
def test_verification_without_introspection_needs_the_tenant(client_of, tenant_id):
    client, sent = client_of(backend())
    with pytest.raises(ConfigurationError, match="tenant_id"):
        client.verify_token(signed(), check_revocation=False, tenant_id=tenant_id)
    assert sent == []


def test_the_tenant_can_be_a_setting_of_the_client(client_of):
    client, _ = client_of(backend(), tenant_id="ten-1")
    assert client.verify_token(signed(), check_revocation=False)["sub"] == "ada"
    with pytest.raises(TokenError, match="tenant"):
        client.verify_token(signed(tenant_id="ten-2"), check_revocation=False)


def test_a_revoked_token_is_refused(client_of):
    client, _ = client_of(backend(is_active=False))
    with pytest.raises(TokenError, match="revoked"):
        client.verify_token(signed())


def test_keys_of_another_issuer_are_not_used(client_of):
    client, _ = client_of(backend(issuer="https://evil.example"))
    with pytest.raises(ConnectionError, match="issuer"):
        client.verify_token(signed())
