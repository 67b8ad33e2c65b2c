"""The tokens of signed-in users."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Awaitable, Callable, Optional, Tuple

from ..errors import ConfigurationError
from ..login import TokenSet, renewed_tokens_of
from ..runtime import AsyncLock
from ..settings import Settings
from .grants import TOKEN_PATH, client_request
from .http import AsyncHttp
from .tokens import AsyncFixedToken, AsyncRenewedToken, AsyncTokenSource

AsyncOnTokens = Callable[[TokenSet], Awaitable[None]]


def user_tokens(
    settings: Settings, http: AsyncHttp, tokens: TokenSet, on_tokens: Optional[AsyncOnTokens]
) -> AsyncTokenSource:
    """Returns a user's tokens. Renews them if there is a refresh token, or else uses the access token as is.

    Errors: `ConfigurationError` for a refresh token without the client ID of its app.
    """
    if tokens.refresh_token is None:
        return AsyncFixedToken(tokens.access_token)
    if settings.client_id is None:
        raise ConfigurationError("The renewal of a user's tokens needs the client_id of the app to which they were issued.")
    return AsyncUserTokens(settings, http, tokens, on_tokens)


class AsyncUserTokens(AsyncRenewedToken):
    """A user's access token, renewed with the refresh token, which the backend replaces at each renewal (RFC 6749 §6).

    A new access token is returned only after `on_tokens` stored the set to which it belongs. If `on_tokens` raises an error,
    the call fails, and the next one stores the same set instead of renewing it again.
    """

    def __init__(
        self, settings: Settings, http: AsyncHttp, tokens: TokenSet, on_tokens: Optional[AsyncOnTokens]
    ) -> None:
        # Without a time of expiry, the access token may be old, so it is renewed before the first call.
        remaining = 0.0 if tokens.expires_at is None else max(0.0, tokens.expires_at - time.time())
        super().__init__(self._refresh, first=(tokens.access_token, remaining))
        self._settings = settings
        self._http = http
        self._tokens = tokens
        self._on_tokens = on_tokens
        self._stored = tokens
        self._storing = AsyncLock()

    async def token(self) -> str:
        value = await super().token()
        if self._stored is not self._tokens:
            await self._store()
        return value

    async def _store(self) -> None:
        async with self._storing:
            # Another call may have stored the set, and a later one may have been fetched meanwhile.
            while self._stored is not self._tokens:
                tokens = self._tokens
                if self._on_tokens is not None:
                    await self._on_tokens(tokens)
                self._stored = tokens

    async def _refresh(self) -> Tuple[str, float]:
        form = {"grant_type": "refresh_token", "refresh_token": str(self._tokens.refresh_token)}
        # Safe to repeat: the backend repeats its response for a few seconds.
        answer = await self._http.json(client_request(self._settings, TOKEN_PATH, form, repeat="always"))
        renewed, held = renewed_tokens_of(answer), self._tokens
        self._tokens = replace(
            renewed,
            refresh_token=renewed.refresh_token or held.refresh_token,
            id_token=renewed.id_token or held.id_token,
            id_claims=held.id_claims,
        )
        return renewed.access_token, renewed.expires_in
