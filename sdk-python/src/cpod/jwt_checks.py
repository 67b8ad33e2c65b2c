"""Verifies access tokens with public keys."""

from __future__ import annotations

import time
from typing import Any, Callable, Dict, Optional

import jwt

from .errors import ConnectionError, TokenError

_KEYS_SECONDS = 300.0
_LEAST_SECONDS = 10.0


class JwtChecks:
    """The public keys of an issuer, and the checks of RFC 9068 §4."""

    def __init__(self, issuer: str, now: Callable[[], float] = time.monotonic) -> None:
        self._issuer = issuer
        self._now = now
        self._keys: Dict[str, Any] = {}
        self._loaded_at = float("-inf")

    def needs_keys(self, token: str) -> bool:
        """Returns whether the keys must be loaded first. Errors: `TokenError` for a text that is not an access token."""
        age = self._now() - self._loaded_at
        return age > _KEYS_SECONDS or (_key_id(token) not in self._keys and age > _LEAST_SECONDS)

    def check_issuer(self, metadata: Any) -> None:
        """RFC 8414 §3.3: a document that names a different issuer is invalid."""
        if not isinstance(metadata, dict) or metadata.get("issuer") != self._issuer:
            raise ConnectionError(f"The backend's metadata does not name the issuer {self._issuer}: set CPOD_ISSUER.")

    def set_keys(self, document: Any) -> None:
        """Replaces the keys with those of a JSON Web Key Set (RFC 7517)."""
        try:
            keys = jwt.PyJWKSet.from_dict(document)
        except (jwt.PyJWTError, AttributeError, TypeError) as cause:
            raise ConnectionError("The response is not a key set.") from cause
        self._keys = {one.key_id: one for one in keys.keys if one.key_id and one.key_type == "RSA"}
        self._loaded_at = self._now()

    def verify(self, token: str, tenant_id: Optional[str]) -> Dict[str, Any]:
        """Returns the claims of a token. With `tenant_id`, the token must be one of this tenant. Errors: `TokenError`."""
        key = self._keys.get(_key_id(token))
        if key is None:
            raise TokenError("The token was signed with an unknown key.")
        try:
            claims: Dict[str, Any] = jwt.decode(
                token,
                key.key,
                algorithms=["RS256"],
                issuer=self._issuer,
                audience=self._issuer,
                options={"require": ["exp", "iat", "iss", "aud", "sub"]},
            )
        except jwt.PyJWTError as cause:
            raise TokenError(f"The token is invalid: {cause}") from cause
        if tenant_id is not None and claims.get("tenant_id") != tenant_id:
            raise TokenError("The token is of a different tenant.")
        return claims


def _key_id(token: str) -> str:
    try:
        header = jwt.get_unverified_header(token)
    except jwt.PyJWTError as cause:
        raise TokenError("The token is not a JWT.") from cause
    # RFC 9068 §4: only an access token counts, not an ID token.
    if str(header.get("typ", "")).lower() not in ("at+jwt", "application/at+jwt"):
        raise TokenError("The token is not an access token.")
    return str(header.get("kid", ""))
