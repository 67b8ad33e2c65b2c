"""Verifies access tokens with public keys."""

from __future__ import annotations

import time
from typing import Any, Callable, Dict, Optional

import jwt

from .errors import ConnectionError, TokenError

#: The age after which keys are loaded again.
_FRESH_SECONDS = 300.0
#: The age after which keys that could not be loaded again are refused.
_MAX_AGE_SECONDS = 900.0
#: The shortest and the longest interval between two attempts to load the keys. It doubles after each failure.
_MIN_INTERVAL_SECONDS = 10.0
_MAX_INTERVAL_SECONDS = 60.0


class JwtChecks:
    """The public keys of an issuer, the times at which they can be loaded, and the checks of RFC 9068 §4."""

    def __init__(self, issuer: str, now: Callable[[], float] = time.monotonic) -> None:
        self._issuer = issuer
        self._now = now
        self._keys: Dict[str, Any] = {}
        self._loaded_at = self._next_attempt_at = float("-inf")
        self._failures = 0
        self._failure = ""

    def has_key(self, token: str) -> bool:
        """Returns whether the token's key is known and not too old. Errors: `TokenError` for a text that is not an access token."""
        return _key_id(token) in self._keys and self._age() <= _MAX_AGE_SECONDS

    def has_fresh_key(self, token: str) -> bool:
        """Returns whether the token's key is known and need not be loaded again. Errors: as `has_key`."""
        return _key_id(token) in self._keys and self._age() <= _FRESH_SECONDS

    def can_load(self) -> bool:
        """Returns whether enough time has passed since the last attempt to load the keys."""
        return self._now() >= self._next_attempt_at

    def begin_load(self) -> None:
        """Counts an attempt to load the keys. It counts as failed until `set_keys`."""
        interval = min(_MIN_INTERVAL_SECONDS * float(2**self._failures), _MAX_INTERVAL_SECONDS)
        self._next_attempt_at = self._now() + interval
        self._failures = min(self._failures + 1, 8)
        self._failure = ""

    def fail_load(self, reason: str) -> None:
        """Records the reason for which the last attempt failed, for the errors until the next one."""
        self._failure = reason

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
        self._next_attempt_at = self._loaded_at + _MIN_INTERVAL_SECONDS
        self._failures = 0

    def verify(self, token: str, tenant_id: Optional[str]) -> Dict[str, Any]:
        """Returns the claims of a token. With `tenant_id`, the token must be one of this tenant.

        Errors: `TokenError`; `ConnectionError` if the last attempt to load the keys failed and the token's key is unknown, or
        if all keys are older than 15 minutes.
        """
        key = self._key(token)
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

    def _key(self, token: str) -> Any:
        key = self._keys.get(_key_id(token))
        if key is not None and self._age() <= _MAX_AGE_SECONDS:
            return key
        if self._failures > 0 or self._age() > _MAX_AGE_SECONDS:
            raise ConnectionError(f"The issuer's keys could not be loaded. {self._failure}".rstrip())
        raise TokenError("The token was signed with an unknown key.")

    def _age(self) -> float:
        return self._now() - self._loaded_at


def _key_id(token: str) -> str:
    try:
        header = jwt.get_unverified_header(token)
    except jwt.PyJWTError as cause:
        raise TokenError("The token is not a JWT.") from cause
    # RFC 9068 §4: only an access token counts, not an ID token.
    if str(header.get("typ", "")).lower() not in ("at+jwt", "application/at+jwt"):
        raise TokenError("The token is not an access token.")
    return str(header.get("kid", ""))
