"""Authorization for FastAPI."""

from __future__ import annotations

from typing import Any, Awaitable, Callable, Dict, Mapping, Optional, Sequence, Union

from fastapi import FastAPI, HTTPException, Request
from fastapi.responses import JSONResponse
from starlette.concurrency import run_in_threadpool

from ..aio.client import AsyncCpodClient
from ..aio.gate import judge as judge_async
from ..gate import Caller, Refusal, audiences_of, checked_caller, resource_of
from ..sync.client import CpodClient
from ..sync.gate import judge


class RefusedCall(HTTPException):
    """A refused call. `install` returns its body as is; otherwise, FastAPI puts it in `detail`."""

    def __init__(self, refused: Refusal) -> None:
        super().__init__(status_code=refused.status, detail=refused.body, headers=refused.headers)


def require_auth(
    client: Union[CpodClient, AsyncCpodClient],
    *,
    action: Optional[str] = None,
    resource: Union[str, Callable[[Request], str], None] = None,
    context: Optional[Callable[[Request], Mapping[str, Any]]] = None,
    scopes: Sequence[str] = (),
    audience: Union[str, Sequence[str], None] = None,
) -> Callable[[Request], Awaitable[Dict[str, Any]]]:
    """Returns a dependency that lets a call in only if the platform allows it, and returns the claims of its token.

    With `action`, the tenant's policy decides about `resource`, by default the request's path. Without `action`, the token
    only has to be valid, for which the app needs the scope `introspect`. `scopes` must all be in the token.
    The response is 401 without a valid token, 403 if the scopes or the policy deny the call, and 503 without a decision.

    `audience` names the audiences that the token can be for, by default the platform itself (RFC 9068 §4).
    Errors: `ConfigurationError` for an empty audience.

    `@app.get("/orders/{id}") def read(claims=Depends(require_auth(client, action="order.read"))): ...`
    """

    audiences = audiences_of(audience)

    async def dependency(request: Request) -> Dict[str, Any]:
        def target() -> str:
            # The path that was routed, whatever the Host header contains.
            return resource_of(resource, request.scope["path"], request)

        header = request.headers.get("authorization")
        more = None if context is None else (lambda: context(request))
        if isinstance(client, AsyncCpodClient):
            verdict = await judge_async(client, header, action, target, more, scopes, audiences)
        else:
            verdict = await run_in_threadpool(judge, client, header, action, target, more, scopes, audiences)
        if not isinstance(verdict, Caller):
            raise RefusedCall(verdict)
        request.state.cpod_caller = verdict
        return verdict.claims

    return dependency


#: The name of the gate in the TypeScript SDK.
cpod_gate = require_auth


def caller_of(request: Request) -> Caller:
    """Returns the caller. Errors: `ConfigurationError` for a request that did not pass `require_auth`."""
    return checked_caller(getattr(request.state, "cpod_caller", None), "require_auth")


def install(app: FastAPI) -> None:
    """Makes the app respond to refused calls as the SDKs for other languages do, without `detail` around the body."""

    @app.exception_handler(RefusedCall)
    async def refused_call(request: Request, fault: RefusedCall) -> JSONResponse:
        return JSONResponse(fault.detail, fault.status_code, fault.headers)
