"""The asynchronous client."""

from __future__ import annotations

from typing import Any, Mapping, Optional, Tuple, Union

import httpx

from .. import models as m
from ..decision import AuthDecision, decision_of
from ..errors import ConfigurationError, TokenError
from ..jwt_checks import JwtChecks
from ..login import PendingLogin, TokenSet, begin, code_of, token_set_of
from ..requests import Request, known
from ..settings import Settings, environment_settings
from .api import (
    AsyncConnectionsApi,
    AsyncCredentialsApi,
    AsyncFlagsApi,
    AsyncGrantsApi,
    AsyncGroupsApi,
    AsyncIdentitiesApi,
    AsyncProjectsApi,
    AsyncSessionsApi,
    AsyncSkillsApi,
    AsyncTenantsApi,
    AsyncTokenClaimsApi,
    AsyncWebhooksApi,
)
from .files import AsyncFiles
from .grants import TOKEN_PATH, app_tokens, client_request
from .http import AsyncHttp
from .jobs import AsyncJobs
from .keys import AsyncIssuerKeys
from .namespaces import (
    AsyncApps,
    AsyncAudit,
    AsyncEvents,
    AsyncMasking,
    AsyncSecrets,
    AsyncUsers,
    AsyncWorkflows,
)
from .tokens import AsyncFixedToken, AsyncTokenSource
from .user_tokens import AsyncOnTokens, user_tokens


class AsyncCpodClient:
    """A client that calls the backend as one app or one user. Sends no request before the first call.

    Close it with `aclose`, or use it in an `async with` block. `http_client` and `transport` replace the connection.
    Errors: `ConfigurationError`.
    """

    def __init__(
        self,
        settings: Optional[Settings] = None,
        *,
        token: Union[str, TokenSet, AsyncTokenSource, None] = None,
        on_tokens: Optional[AsyncOnTokens] = None,
        http_client: Optional[httpx.AsyncClient] = None,
        transport: Optional[httpx.AsyncBaseTransport] = None,
        **options: Any,
    ) -> None:
        self.settings = settings or _settings(options)
        self._client = http_client or httpx.AsyncClient(transport=transport)
        open_http = AsyncHttp(self.settings, self._client, AsyncTokenSource())
        if isinstance(token, TokenSet):
            self._tokens = user_tokens(self.settings, open_http, token, on_tokens)
        else:
            own = AsyncFixedToken(token) if isinstance(token, str) else token
            self._tokens = app_tokens(self.settings, open_http) if own is None else own
        http = AsyncHttp(self.settings, self._client, self._tokens)
        self._http = http
        self._open_http = open_http
        self._keys = AsyncIssuerKeys(open_http, JwtChecks(self.settings.issuer))
        self.apps = AsyncApps(http)
        self.audit = AsyncAudit(http)
        self.connections = AsyncConnectionsApi(http)
        self.credentials = AsyncCredentialsApi(http)
        self.events = AsyncEvents(http)
        self.files = AsyncFiles(http)
        self.flags = AsyncFlagsApi(http)
        self.grants = AsyncGrantsApi(http)
        self.groups = AsyncGroupsApi(http)
        self.identities = AsyncIdentitiesApi(http)
        self.jobs = AsyncJobs(http)
        self.masking = AsyncMasking(http)
        self.projects = AsyncProjectsApi(http)
        self.secrets = AsyncSecrets(http)
        self.sessions = AsyncSessionsApi(http)
        self.skills = AsyncSkillsApi(http)
        self.tenants = AsyncTenantsApi(http)
        self.token_claims = AsyncTokenClaimsApi(http)
        self.users = AsyncUsers(http)
        #: An alias of `users`.
        self.user_profiles = self.users
        self.webhooks = AsyncWebhooksApi(http)
        self.workflows = AsyncWorkflows(http)

    @classmethod
    def from_env(cls, environment: Optional[Mapping[str, str]] = None, **options: Any) -> "AsyncCpodClient":
        """Creates a client from `CPOD_API_KEY`, or `CPOD_CLIENT_ID` and `CPOD_CLIENT_SECRET`; `CPOD_BASE_URL`,
        `CPOD_SCOPE`, `CPOD_ISSUER`, `CPOD_TENANT_ID` and `CPOD_ALLOW_INSECURE_HTTP`. Values in `options` take precedence.
        """
        return cls(**{**environment_settings(environment), **known(options)})

    @classmethod
    def from_token(
        cls, token: Union[str, TokenSet], *, on_tokens: Optional[AsyncOnTokens] = None, **options: Any
    ) -> "AsyncCpodClient":
        """Creates a client for the owner of a token: a signed-in user, or the caller of a server. A string is used as is.

        A `TokenSet` with a refresh token is renewed, for which `client_id` and, unless the app is public, `client_secret`
        are required. `on_tokens` is called at each renewal before the new token is used: replace the stored set with the new
        one, because its old refresh token is no longer valid. If it raises an error, the call that needed the token fails.
        """
        return cls(token=token, on_tokens=on_tokens, **options)

    @classmethod
    def from_client_id(cls, client_id: str, **options: Any) -> "AsyncCpodClient":
        """Creates a client for the sign-ins of a public app, such as a CLI or a desktop app, which has no secret.

        It has no token: use `begin_login`, `exchange_code` and `revoke_token`, and `from_token` for the signed-in user.
        """
        return cls(token=AsyncTokenSource(), client_id=client_id, **options)

    async def authorize(
        self,
        token: Optional[str] = None,
        *,
        action: str,
        resource: str,
        context: Optional[Mapping[str, Any]] = None,
    ) -> AuthDecision:
        """Checks whether a token's bearer (by default the client itself) can perform an action.

        The scopes and the tenant's policy decide, at `/v1/authorize`: a revoked token is refused within 0.25 s.
        `allowed` is true only if the backend responded with exactly true. If it cannot decide, the method raises an error.
        """
        body = {**known({"token": token, "context": context}), "action": action, "resource": resource}
        request = Request("POST", "/v1/authorize", json=body, repeat="always")
        return decision_of(await self._http.json(request))

    async def validate_token(self, token: str) -> m.Introspection:
        """Checks whether a token is valid now and not revoked, and returns its claims (RFC 7662).

        `active` is true only if the backend confirmed it. Checking the tokens of others needs the scope `introspect`.
        """
        value = await self._oauth("introspect", token)
        members = value if isinstance(value, dict) else {}
        return m.Introspection.model_validate({**members, "active": members.get("active") is True})

    async def verify_token(
        self, token: str, *, check_revocation: bool = True, tenant_id: Optional[str] = None
    ) -> "dict[str, Any]":
        """Verifies an access token (RFC 9068) with the issuer's public keys and returns its claims.

        Then introspects it, because the platform publishes no revocation feed for apps: a revoked token is refused within
        0.25 s. With `check_revocation=False`, no call is made for a known key, but a revoked token is accepted until it
        expires. The keys are loaded for an unknown key ID and again after 5 minutes, at most every 10 s. If that fails, known
        keys are used for 15 minutes after the last success; then every token is refused.

        All tenants share the issuer's keys. The token must be of the tenant `tenant_id`, by default the setting `tenant_id`.
        With `check_revocation=False`, one of the two is required; introspection confirms only tokens of the client's tenant.
        Errors: `ConfigurationError` without a required tenant, before any request; `TokenError` for an invalid token; any
        other error if it cannot be checked. Never treat one as permission.
        """
        tenant = self.settings.tenant_id if tenant_id is None else tenant_id
        if not tenant and not check_revocation:
            raise ConfigurationError("Verification without introspection needs tenant_id (CPOD_TENANT_ID).")
        claims = await self._keys.verify(token, tenant)
        if check_revocation and not (await self.validate_token(token)).active:
            raise TokenError("The token was revoked.")
        return claims

    async def begin_login(self, *, redirect_uri: str, scope: str) -> Tuple[str, PendingLogin]:
        """Begins a sign-in to this app: returns the URL to send the browser to, and the state to store for `exchange_code`.

        `scope` contains `openid` for an ID token and `offline_access` for a refresh token.
        """
        metadata = await self._keys.metadata()
        endpoint = str(metadata["authorization_endpoint"])
        return begin(endpoint, self.settings.issuer, self._client_id(), redirect_uri, scope)

    async def exchange_code(self, callback_url: str, pending: PendingLogin) -> TokenSet:
        """Completes a sign-in: checks the response that the browser brought to the redirect URI, and fetches the tokens.

        Sent once, because the backend treats a code that is sent twice as stolen. Errors: `LoginError`.
        """
        form = {
            "grant_type": "authorization_code",
            "code": code_of(callback_url, pending),
            "redirect_uri": pending.redirect_uri,
            "code_verifier": pending.verifier,
        }
        request = client_request(self.settings, TOKEN_PATH, form, max_retries=0)
        return token_set_of(await self._open_http.json(request), pending)

    async def revoke_token(self, token: str) -> None:
        """Revokes a token (RFC 7009). Revoking a refresh token revokes its sign-in. An invalid token is not an error."""
        await self._oauth("revoke", token, is_for_public_clients=True)

    async def access_token(self) -> str:
        """Returns a token that is valid now, for calls outside the SDK. The token is a secret."""
        return await self._tokens.token()

    async def userinfo(self) -> m.Userinfo:
        """Returns the claims about the signed-in user that the token's scopes allow (OpenID Connect Core §5.3)."""
        return await self._http.model(m.Userinfo, Request("GET", "/v1/oauth/userinfo", repeat="always"))

    async def aclose(self) -> None:
        """Closes the connections."""
        await self._client.aclose()

    async def __aenter__(self) -> "AsyncCpodClient":
        return self

    async def __aexit__(self, *fault: object) -> None:
        await self.aclose()

    def _client_id(self) -> str:
        if self.settings.client_id is None:
            raise ConfigurationError("A sign-in needs the client ID of the app (CPOD_CLIENT_ID).")
        return self.settings.client_id

    async def _oauth(self, endpoint: str, token: str, is_for_public_clients: bool = False) -> Any:
        """Calls an endpoint with the app's credentials, or with a token if there are none that the endpoint accepts."""
        path, form = f"/v1/oauth/{endpoint}", {"token": token}
        is_app = self.settings.client_id is not None and self.settings.client_secret is not None
        is_public = is_for_public_clients and self.settings.client_id is not None and self.settings.api_key is None
        if is_app or is_public:
            return await self._http.json(client_request(self.settings, path, form, repeat="always"))
        return await self._http.json(Request("POST", path, form=form, repeat="always"))


def _settings(options: Mapping[str, Any]) -> Settings:
    try:
        return Settings(**options)
    except TypeError as cause:
        raise ConfigurationError(f"Unknown option: {cause}") from cause
