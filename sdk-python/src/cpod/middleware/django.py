"""Authorization for Django. It fails closed: after any error, the view does not run."""

from __future__ import annotations

import functools
from inspect import iscoroutinefunction
from typing import Any, Callable, FrozenSet, Optional, Sequence, Union

from asgiref.sync import sync_to_async
from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse

from ..errors import ConfigurationError
from ..gate import Caller, Refusal, Verdict, audiences_of, checked_caller, resource_of, unavailable
from ..sync.client import CpodClient
from ..sync.gate import judge

View = Callable[..., Any]


@functools.lru_cache(maxsize=1)
def default_client() -> CpodClient:
    """Returns the client for the environment's credentials, which all views share."""
    return CpodClient.from_env()


class CoreSDKMiddleware:
    """Lets a call in only if its token is valid. It sets `request.coresdk_claims`.

    The app needs the scope `introspect`. The setting `CPOD_EXEMPT_PATHS` lists the paths that are not checked, exactly; by
    default `/healthz` and `/readyz`. The setting `CPOD_AUDIENCE` is the option `audience` of `cpod_gate`. Add `cpod_gate` to
    views that need a decision.
    """

    sync_capable = True
    async_capable = False

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse], sdk: Optional[CpodClient] = None) -> None:
        self.get_response = get_response
        self.sdk = sdk
        self.exempt_paths = frozenset(getattr(settings, "CPOD_EXEMPT_PATHS", ("/healthz", "/readyz")))
        self.audiences = audiences_of(getattr(settings, "CPOD_AUDIENCE", None))

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path in self.exempt_paths:
            return self.get_response(request)
        verdict = _judge(self.sdk, request, None, lambda: request.path, (), self.audiences)
        if not isinstance(verdict, Caller):
            return _response(verdict)
        _set_caller(request, verdict)
        return self.get_response(request)


def cpod_gate(
    client: Optional[CpodClient] = None,
    *,
    action: Optional[str] = None,
    resource: Union[str, Callable[..., str], None] = None,
    scopes: Sequence[str] = (),
    audience: Union[str, Sequence[str], None] = None,
) -> Callable[[View], View]:
    """Returns a decorator that lets a call in only if the platform allows it. The client is `default_client` if omitted.

    With `action`, the tenant's policy decides about `resource`: a text, or a function of the view's arguments, the request
    first; by default the request's path. Without `action`, the token only has to be valid, for which the app needs the
    scope `introspect`. The response is 401 without a valid token, 403 if the scopes or the policy deny the call, and 503
    without a decision. Asynchronous views are supported.

    `audience` names the audiences that the token can be for, by default the platform itself (RFC 9068 §4).
    Errors: `ConfigurationError` for an empty audience.
    """
    audiences = audiences_of(audience)

    def decorate(view: View) -> View:
        def check(request: HttpRequest, *arguments: Any, **named: Any) -> Optional[HttpResponse]:
            def target() -> str:
                return resource_of(resource, request.path, request, *arguments, **named)

            verdict = _judge(client, request, action, target, scopes, audiences)
            if not isinstance(verdict, Caller):
                return _response(verdict)
            _set_caller(request, verdict)
            return None

        @functools.wraps(view)
        def gated(request: HttpRequest, *arguments: Any, **named: Any) -> Any:
            refused = check(request, *arguments, **named)
            return refused if refused is not None else view(request, *arguments, **named)

        @functools.wraps(view)
        async def gated_async(request: HttpRequest, *arguments: Any, **named: Any) -> Any:
            refused = await sync_to_async(check)(request, *arguments, **named)
            return refused if refused is not None else await view(request, *arguments, **named)

        return gated_async if iscoroutinefunction(view) else gated

    return decorate


def caller_of(request: HttpRequest) -> Caller:
    """Returns the caller. Errors: `ConfigurationError` for a request that was not checked."""
    return checked_caller(getattr(request, "cpod_caller", None), "cpod_gate")


def _judge(
    client: Optional[CpodClient],
    request: HttpRequest,
    action: Optional[str],
    resource: Callable[[], str],
    scopes: Sequence[str],
    audiences: Optional[FrozenSet[str]],
) -> Verdict:
    try:
        chosen = default_client() if client is None else client
    except ConfigurationError:
        return unavailable()
    return judge(chosen, request.headers.get("Authorization"), action, resource, None, scopes, audiences)


def _set_caller(request: HttpRequest, caller: Caller) -> None:
    setattr(request, "cpod_caller", caller)
    setattr(request, "coresdk_claims", caller.claims)


def _response(refused: Refusal) -> HttpResponse:
    return JsonResponse(refused.body, status=refused.status, headers=refused.headers)
