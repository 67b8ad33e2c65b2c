"""Token requests."""

from __future__ import annotations

import base64
from typing import Any, Mapping, Tuple
from urllib.parse import quote_plus

from ..errors import ConfigurationError, ConnectionError
from ..requests import Request
from ..settings import Settings
from .http import Http
from .tokens import RenewedToken, TokenSource

_TOKEN_EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange"
TOKEN_PATH = "/v1/oauth/token"
_API_KEY = "urn:cpod:params:oauth:token-type:api_key"


def app_tokens(settings: Settings, http: Http) -> TokenSource:
    """Returns the tokens of an app. Errors: `ConfigurationError` for missing, incomplete or double credentials."""
    if settings.api_key and settings.client_secret:
        raise ConfigurationError("Set an API key or a client secret, not both.")
    scope = {"scope": settings.scope} if settings.scope else {}
    # An app's own credentials can be sent again.
    if settings.api_key:
        # RFC 8693 §2.1.
        key = {"subject_token": settings.api_key, "subject_token_type": _API_KEY}
        form = {"grant_type": _TOKEN_EXCHANGE, **key, **scope}
        request = Request("POST", TOKEN_PATH, form=form, repeat="always", needs_token=False)
    elif settings.client_id and settings.client_secret:
        # RFC 6749 §4.4.
        request = client_request(settings, TOKEN_PATH, {"grant_type": "client_credentials", **scope}, repeat="always")
    else:
        raise ConfigurationError(
            "Credentials are missing: set CPOD_API_KEY, or both CPOD_CLIENT_ID and CPOD_CLIENT_SECRET, or use from_token."
        )

    def fetch() -> Tuple[str, float]:
        answer = http.json(request)
        try:
            return str(answer["access_token"]), float(answer["expires_in"])
        except (KeyError, TypeError, ValueError):
            # Without its cause, which could contain the token.
            raise ConnectionError("The response is not a token response.") from None

    return RenewedToken(fetch)


def client_request(settings: Settings, path: str, form: Mapping[str, str], **options: Any) -> Request:
    """Describes a request with the client's own credentials. A public client has no secret and sends its ID (RFC 6749 §3.2.1).

    Errors: `ConfigurationError` without a client ID.
    """
    client_id, secret = settings.client_id, settings.client_secret
    if client_id is None:
        raise ConfigurationError("Set the client ID of the app (CPOD_CLIENT_ID).")
    headers = {} if secret is None else {"authorization": basic(client_id, secret)}
    sent = form if secret is not None else {**form, "client_id": client_id}
    return Request("POST", path, form=sent, headers=headers, needs_token=False, **options)


def basic(client_id: str, secret: str) -> str:
    """Returns the `Authorization` header (RFC 6749 §2.3.1): each part is form-encoded before the two are joined."""
    both = f"{quote_plus(client_id)}:{quote_plus(secret)}"
    return f"Basic {base64.b64encode(both.encode()).decode()}"
