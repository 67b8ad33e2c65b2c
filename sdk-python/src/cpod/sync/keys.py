"""Loads the issuer's public keys and verifies tokens with them."""

from __future__ import annotations

from typing import Any, Dict, Optional

from ..errors import CpodError
from ..jwt_checks import JwtChecks
from ..requests import Request
from ..runtime import ThreadLock
from .http import Http


class IssuerKeys:
    """The issuer's public keys (RFC 7517).

    They are loaded when a token needs them, and again for an unknown key ID or after 5 minutes. Only one load runs at a
    time. The next attempt follows after at least 10 s; after each consecutive failure, this interval doubles, up to 60 s.
    While loads fail, keys stay in use for 15 minutes after the last success; then every token is refused.
    """

    def __init__(self, http: Http, checks: JwtChecks) -> None:
        self._http = http
        self._checks = checks
        self._lock = ThreadLock()

    def verify(self, token: str, tenant_id: Optional[str]) -> Dict[str, Any]:
        """Returns the claims of a token; with `tenant_id`, of a token of this tenant.

        Errors: `TokenError` for an invalid token; `ConnectionError` if there is no usable key.
        """
        if not self._checks.has_fresh_key(token):
            self._load(token)
        return self._checks.verify(token, tenant_id)

    def metadata(self) -> Any:
        """Returns the issuer's metadata (RFC 8414). Errors: `ConnectionError` if it names a different issuer."""
        metadata = self._http.json(_get("/.well-known/openid-configuration"))
        self._checks.check_issuer(metadata)
        return metadata

    def _load(self, token: str) -> None:
        # A token with a usable key does not wait for the load of another call.
        if self._lock.locked() and self._checks.has_key(token):
            return
        with self._lock:
            # The call that held the lock may have loaded the keys, or failed.
            if self._checks.has_fresh_key(token) or not self._checks.can_load():
                return
            self._checks.begin_load()
            try:
                self.metadata()
                self._checks.set_keys(self._http.json(_get("/.well-known/jwks.json")))
            except CpodError as fault:
                # Without a usable key, the verification raises an error with this reason.
                self._checks.fail_load(str(fault))


def _get(path: str) -> Request:
    return Request("GET", path, repeat="always", needs_token=False)
