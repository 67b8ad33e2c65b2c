"""The sources of the client's tokens."""

from __future__ import annotations

import time
from typing import Callable, Optional, Tuple

from ..errors import ConfigurationError, CpodError
from ..runtime import ThreadLock

#: The fraction of its lifetime after which a token is renewed, so that no token expires in transit.
_RENEWED_AT = 0.8
#: The delay after a failed renewal while the token is still valid.
_NEXT_TRY_SECONDS = 5.0


class TokenSource:
    """The source of a client's tokens. This one has none: every call that needs a token fails."""

    def token(self) -> str:
        """Returns a token that is valid now."""
        raise ConfigurationError(
            "Credentials are missing: set CPOD_API_KEY, or CPOD_CLIENT_ID and CPOD_CLIENT_SECRET, or use from_token."
        )

    def refuse(self, token: str) -> bool:
        """Records that the backend refused a token. Returns whether `token` can return another one."""
        return False


class FixedToken(TokenSource):
    """A token that the caller manages: it is used as is and not renewed."""

    def __init__(self, value: str) -> None:
        self._value = value

    def token(self) -> str:
        return self._value


class RenewedToken(TokenSource):
    """A token that is fetched on first use, renewed at 80% of its lifetime, and fetched again after a refusal.

    Concurrent calls share one fetch. `fetch` returns a token and its lifetime in seconds; `first` is the initial token, if
    there is one.
    """

    def __init__(
        self,
        fetch: Callable[[], Tuple[str, float]],
        now: Callable[[], float] = time.monotonic,
        first: Optional[Tuple[str, float]] = None,
    ) -> None:
        self._fetch = fetch
        self._now = now
        self._lock = ThreadLock()
        self._value: Optional[str] = None
        self._renew_at = self._ends_at = 0.0
        if first is not None:
            self._hold(first, now())

    def token(self) -> str:
        value = self._value
        if value is not None and self._now() < self._renew_at:
            return value
        with self._lock:
            if self._value is not None and self._now() < self._renew_at:
                return self._value
            return self._renew()

    def refuse(self, token: str) -> bool:
        # Keeps a token that has arrived in the meantime.
        if self._value == token:
            self._value = None
        return True

    def _renew(self) -> str:
        held = self._value
        # The time before the request, because the token's lifetime began while the response was in transit.
        asked_at = self._now()
        try:
            fetched = self._fetch()
        except CpodError:
            # The current token remains valid for the last fifth of its lifetime.
            if held is None or self._value != held or self._now() >= self._ends_at:
                raise
            self._renew_at = min(self._now() + _NEXT_TRY_SECONDS, self._ends_at)
            return held
        return self._hold(fetched, asked_at)

    def _hold(self, issued: Tuple[str, float], since: float) -> str:
        value, lifetime = issued
        self._renew_at, self._ends_at = since + lifetime * _RENEWED_AT, since + lifetime
        self._value = value
        return value
