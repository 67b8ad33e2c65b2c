"""The checks of a sign-in with the authorization code flow, independent of how requests are sent."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import secrets
import time
from dataclasses import dataclass, field, replace
from typing import Any, Dict, Optional, Tuple
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt

from .errors import LoginError

#: The maximum tolerated clock skew.
_SKEW_SECONDS = 60
#: All characters except %x20-21 / %x23-5B / %x5D-7E.
_FORBIDDEN = re.compile(r"[^ !#-\[\]-~]")
_MAX_SHOWN = 200


@dataclass(frozen=True)
class PendingLogin:
    """The state that ties a sign-in to its response. Store it where only this browser's user has access, then delete it."""

    client_id: str
    redirect_uri: str
    issuer: str
    state: str = field(repr=False)
    nonce: str = field(repr=False)
    #: The PKCE code verifier (RFC 7636); a secret.
    verifier: str = field(repr=False)
    expects_id_token: bool


@dataclass(frozen=True)
class TokenSet:
    """The tokens of a signed-in user. `expires_in` is in seconds."""

    access_token: str = field(repr=False)
    expires_in: float
    scope: str
    refresh_token: Optional[str] = field(default=None, repr=False)
    id_token: Optional[str] = field(default=None, repr=False)
    #: The verified claims of the ID token of the sign-in; `None` if there was none.
    id_claims: Optional[Dict[str, Any]] = None
    #: The time at which the access token expires, in seconds since 1970; `None` if unknown.
    expires_at: Optional[float] = None


def begin(endpoint: str, issuer: str, client_id: str, redirect_uri: str, scope: str) -> Tuple[str, PendingLogin]:
    """Returns the URL to send the browser to, with PKCE S256, `state` and `nonce`, and the state to store."""
    state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
    digest = hashlib.sha256(verifier.encode()).digest()
    parameters = {
        "response_type": "code",
        "client_id": client_id,
        "redirect_uri": redirect_uri,
        "scope": scope,
        "state": state,
        "nonce": nonce,
        "code_challenge": base64.urlsafe_b64encode(digest).decode().rstrip("="),
        "code_challenge_method": "S256",
    }
    expects_id_token = "openid" in scope.split(" ")
    pending = PendingLogin(client_id, redirect_uri, issuer, state, nonce, verifier, expects_id_token)
    return f"{endpoint}?{urlencode(parameters)}", pending


def code_of(callback_url: str, pending: PendingLogin) -> str:
    """Returns the code of a response, after the checks of RFC 9207 and RFC 6749 §4.1.2. Errors: `LoginError`."""
    answer = {name: values[0] for name, values in parse_qs(urlsplit(callback_url).query).items()}
    if not hmac.compare_digest(answer.get("state", "").encode(), pending.state.encode()):
        raise LoginError("state_mismatch", "The response does not belong to this sign-in.")
    if answer.get("iss") != pending.issuer:
        raise LoginError("issuer_mismatch", "The response comes from a different issuer.")
    if "error" in answer:
        description = _clean(answer.get("error_description", ""))
        raise LoginError(_clean(answer["error"]) or "invalid_request", description or "The sign-in was refused.")
    if "code" not in answer:
        raise LoginError("invalid_request", "The response contains no code.")
    return answer["code"]


def _clean(text: str) -> str:
    """Returns at most 200 of the characters that RFC 6749 §4.1.2.1 allows in an error, since anyone can write the URL."""
    return _FORBIDDEN.sub("", text)[:_MAX_SHOWN]


def token_set_of(answer: Any, pending: PendingLogin) -> TokenSet:
    """Reads a token response and validates its ID token. Errors: `LoginError`."""
    tokens = renewed_tokens_of(answer)
    return replace(tokens, id_claims=_id_claims(tokens.id_token, pending))


def renewed_tokens_of(answer: Any) -> TokenSet:
    """Reads the response to a renewal, whose ID token is not validated. Errors: `LoginError`."""
    try:
        access_token, expires_in = str(answer["access_token"]), float(answer["expires_in"])
    except (KeyError, TypeError, ValueError):
        raise LoginError("invalid_response", "The response is not a token response.") from None
    return TokenSet(
        access_token,
        expires_in,
        str(answer.get("scope", "")),
        answer.get("refresh_token"),
        answer.get("id_token"),
        expires_at=time.time() + expires_in,
    )


def _id_claims(id_token: Any, pending: PendingLogin) -> Optional[Dict[str, Any]]:
    """Validates an ID token (OpenID Connect Core §3.1.3.7).

    The token came directly from the token endpoint, so the connection authenticates it instead of its signature (item 6).
    """
    if id_token is None:
        if pending.expects_id_token:
            raise LoginError("id_token_invalid", "The response contains no ID token.")
        return None
    try:
        claims: Dict[str, Any] = jwt.decode(id_token, options={"verify_signature": False})
    except jwt.PyJWTError:
        raise LoginError("id_token_invalid", "The ID token cannot be read.") from None
    audience, expires = claims.get("aud"), claims.get("exp")
    is_good = (
        claims.get("iss") == pending.issuer
        and pending.client_id in (audience if isinstance(audience, list) else [audience])
        and isinstance(expires, (int, float))
        and expires + _SKEW_SECONDS > time.time()
        and hmac.compare_digest(str(claims.get("nonce", "")).encode(), pending.nonce.encode())
    )
    if not is_good:
        raise LoginError("id_token_invalid", "The ID token does not belong to this sign-in.")
    return claims
