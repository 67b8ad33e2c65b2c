"""Authorization for Flask."""

from __future__ import annotations

import functools
from typing import Any, Callable, Optional, Sequence, Union

from flask import Flask, Response, current_app, g, jsonify, request

from ..gate import Caller, Refusal, Verdict, audiences_of, checked_caller, resource_of, unauthorized
from ..sync.client import CpodClient
from ..sync.gate import judge

View = Callable[..., Any]


class CoreSDKFlask:
    """A Flask extension that lets a call in only if its token is valid. It sets `g.claims`.

    The app needs the scope `introspect`. `exempt_paths` are not checked. `audience` is that of `cpod_gate`. Add `cpod_gate` to views that need a decision.
    """

    def __init__(
        self,
        sdk: CpodClient,
        app: Optional[Flask] = None,
        *,
        exempt_paths: Sequence[str] = ("/healthz", "/readyz"),
        audience: Union[str, Sequence[str], None] = None,
    ) -> None:
        self.sdk = sdk
        self.exempt_paths = frozenset(exempt_paths)
        self.audiences = audiences_of(audience)
        if app is not None:
            self.init_app(app)

    def init_app(self, app: Flask) -> None:
        """Checks every request of the app."""
        app.before_request(self._before_request)

    def _before_request(self) -> Optional[Response]:
        if request.path in self.exempt_paths:
            return None
        header = request.headers.get("Authorization")
        return _admit(judge(self.sdk, header, None, lambda: request.path, audiences=self.audiences))


def require_auth(view: View) -> View:
    """Refuses calls that `CoreSDKFlask` or `cpod_gate` did not check."""

    @functools.wraps(view)
    def checked(*arguments: Any, **named: Any) -> Any:
        if not isinstance(g.get("cpod_caller"), Caller):
            return _response(unauthorized("A bearer token is required.", ""))
        return current_app.ensure_sync(view)(*arguments, **named)

    return checked


def cpod_gate(
    client: CpodClient,
    *,
    action: Optional[str] = None,
    resource: Union[str, Callable[..., str], None] = None,
    scopes: Sequence[str] = (),
    audience: Union[str, Sequence[str], None] = None,
) -> Callable[[View], View]:
    """Returns a decorator that lets a call in only if the platform allows it. Put it below `@app.route`.

    With `action`, the tenant's policy decides about `resource`: a text, or a function of the view's arguments; by default the
    request's path. Without `action`, the token only has to be valid, for which the app needs the scope `introspect`.
    The response is 401 without a valid token, 403 if the scopes or the policy deny the call, and 503 without a decision.

    `audience` names the audiences that the token can be for, by default the platform itself (RFC 9068 §4).
    Errors: `ConfigurationError` for an empty audience.
    """
    audiences = audiences_of(audience)

    def decorate(view: View) -> View:
        @functools.wraps(view)
        def gated(*arguments: Any, **named: Any) -> Any:
            def target() -> str:
                return resource_of(resource, request.path, *arguments, **named)

            header = request.headers.get("Authorization")
            refused = _admit(judge(client, header, action, target, None, scopes, audiences))
            return refused if refused is not None else current_app.ensure_sync(view)(*arguments, **named)

        return gated

    return decorate


def current_caller() -> Caller:
    """Returns the caller. Errors: `ConfigurationError` for a request that was not checked."""
    return checked_caller(g.get("cpod_caller"), "cpod_gate")


def _admit(verdict: Verdict) -> Optional[Response]:
    if not isinstance(verdict, Caller):
        return _response(verdict)
    g.cpod_caller = verdict
    g.claims = verdict.claims
    return None


def _response(refused: Refusal) -> Response:
    response = jsonify(refused.body)
    response.status_code = refused.status
    response.headers.extend(refused.headers)
    return response
