"""The settings of a client, from arguments and from the environment."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from typing import Mapping, Optional
from urllib.parse import urlsplit

from .errors import ConfigurationError

DEFAULT_URL = "http://localhost:8000"
_OWN_HOST = re.compile(r"^(localhost|127(\.\d{1,3}){3}|::1|.+\.localhost)$")


@dataclass(frozen=True)
class Settings:
    """The connection and the credentials. Errors: `ConfigurationError`, which says what to change."""

    #: The backend's URL: https, or http on this machine.
    base_url: str = DEFAULT_URL
    #: An API key, `cpod_…`, which is exchanged for access tokens.
    api_key: Optional[str] = field(default=None, repr=False)
    client_id: Optional[str] = None
    client_secret: Optional[str] = field(default=None, repr=False)
    #: The scopes of the tokens, separated by spaces; the app's default scopes if omitted.
    scope: Optional[str] = None
    #: The issuer of tokens; the base URL if it is empty.
    issuer: str = ""
    #: The ID of the tenant whose tokens `verify_token` accepts. Without introspection, it is required.
    tenant_id: Optional[str] = None
    #: The time limit for each connection, write and read, in seconds.
    timeout: float = 30.0
    #: The maximum number of retries, where a retry is safe.
    max_retries: int = 2
    #: Allows sending secrets over http to a different machine. Use it only on a private network.
    allow_insecure_http: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "base_url", _backend_url(self.base_url, self.allow_insecure_http))
        object.__setattr__(self, "issuer", self.issuer or self.base_url)
        if not self.timeout > 0:
            raise ConfigurationError("timeout must be more than 0.")
        if self.max_retries < 0:
            raise ConfigurationError("max_retries must be 0 or more.")


def environment_settings(environment: Optional[Mapping[str, str]] = None) -> "dict[str, object]":
    """Returns the settings that the environment contains, by their names in `Settings`."""
    variables = os.environ if environment is None else environment
    names = ("api_key", "client_id", "client_secret", "scope", "base_url", "issuer", "tenant_id")
    found = {name: variables.get(f"CPOD_{name.upper()}", "").strip() for name in names}
    settings: "dict[str, object]" = {name: value for name, value in found.items() if value}
    if variables.get("CPOD_ALLOW_INSECURE_HTTP", "").strip() == "true":
        settings["allow_insecure_http"] = True
    return settings


def _backend_url(text: str, may_be_insecure: bool) -> str:
    url = urlsplit(text)
    if url.scheme not in ("http", "https") or not url.hostname:
        raise ConfigurationError(f'The base URL "{text}" is not a URL.')
    if url.username is not None or url.query or url.fragment:
        raise ConfigurationError("The base URL must not contain credentials, a query or a fragment.")
    is_private = may_be_insecure or _OWN_HOST.match(url.hostname) is not None
    if url.scheme == "http" and not is_private:
        raise ConfigurationError(
            f"The base URL {text} must be https: http sends tokens unencrypted (allow_insecure_http)."
        )
    return text.rstrip("/")
