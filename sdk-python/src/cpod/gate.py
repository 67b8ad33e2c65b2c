"""The rules of the middleware, the same for every framework."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any, Callable, Dict, FrozenSet, Iterable, Mapping, Optional, Sequence, Union

from .errors import ConfigurationError

#: RFC 6750 §2.1.
_BEARER = re.compile(r"Bearer +([A-Za-z0-9\-._~+/]+=*) *", re.IGNORECASE)
#: Decision reasons that concern the token, not its use.
_OF_THE_TOKEN = re.compile(r"^(token_|key_|tenant_mismatch$)")


@dataclass(frozen=True)
class Caller:
    """The caller that the backend has confirmed."""

    #: The caller's token: pass it to `from_token` to act as the caller.
    token: str = field(repr=False)
    claims: Dict[str, Any]


@dataclass(frozen=True)
class Refusal:
    """The response to a refused call."""

    status: int
    body: Dict[str, Any]
    headers: Dict[str, str]


Verdict = Union[Caller, Refusal]


def bearer_token(header: Optional[str]) -> Union[str, Refusal]:
    """Returns the token of an `Authorization` header, or the refusal of a call without one (RFC 6750 §3)."""
    if header is None:
        return unauthorized("A bearer token is required.", "")
    found = _BEARER.fullmatch(header)
    if found is None:
        return unauthorized("The Authorization header does not contain a bearer token.", "invalid_request")
    return found.group(1)


def audiences_of(audience: Union[str, Sequence[str], None]) -> Optional[FrozenSet[str]]:
    """Returns the audiences that a gate accepts; `None` for the default. Errors: `ConfigurationError`."""
    if audience is None:
        return None
    values = [audience] if isinstance(audience, str) else audience
    if not isinstance(values, Iterable):
        raise ConfigurationError("audience must be a string or a list of strings.")
    accepted = frozenset(values)
    if not accepted or not all(isinstance(one, str) and one for one in accepted):
        raise ConfigurationError("audience must be a string or a list of strings, none of them empty.")
    return accepted


def resource_of(resource: Union[str, Callable[..., str], None], path: str, /, *arguments: Any, **named: Any) -> str:
    """Returns the resource of a call: a text, the result of a function of the arguments, or by default the path."""
    if resource is None:
        return path
    return resource if isinstance(resource, str) else resource(*arguments, **named)


def checked_caller(caller: object, gate: str) -> Caller:
    """Returns the caller that a gate stored. Errors: `ConfigurationError` for a request that did not pass the gate."""
    if not isinstance(caller, Caller):
        raise ConfigurationError(f"This request did not pass `{gate}`.")
    return caller


def judge_decision(
    token: str, decision: Any, scopes: Sequence[str], audiences: Optional[FrozenSet[str]] = None
) -> Verdict:
    """Judges a decision of the backend. Lets a call in only if `allowed` is exactly true."""
    if getattr(decision, "allowed", None) is not True:
        reason = str(getattr(decision, "reason", ""))
        if _OF_THE_TOKEN.match(reason):
            return unauthorized("The token is invalid or has expired.", "invalid_token")
        # RFC 6750 §3.1. Details for people can follow the code.
        if reason.split(":", 1)[0] == "insufficient_scope":
            return insufficient([])
        return refusal(403, "forbidden", "The policy does not allow this.", {})
    return judge_claims(token, dict(decision.claims), scopes, audiences)


def judge_introspection(
    token: str, answer: Mapping[str, Any], scopes: Sequence[str], audiences: Optional[FrozenSet[str]] = None
) -> Verdict:
    """Judges an introspection response. Lets a call in only if `active` is exactly true and the token is an access token.

    A refresh token is active as well, but has no `token_type`.
    """
    if answer.get("active") is not True or str(answer.get("token_type", "")).lower() != "bearer":
        return unauthorized("The token is invalid or has expired.", "invalid_token")
    return judge_claims(token, dict(answer), scopes, audiences)


def judge_claims(
    token: str, claims: Dict[str, Any], scopes: Sequence[str], audiences: Optional[FrozenSet[str]] = None
) -> Verdict:
    """Lets a call in only if its token is for one of the audiences and has all scopes.

    By default, the audience is the token's issuer, as at the platform's own routes. RFC 9068 §4: a token for other audiences
    is invalid here.
    """
    held, issuer = claims.get("aud"), claims.get("iss")
    accepted = audiences if audiences is not None else frozenset([issuer] if isinstance(issuer, str) else [])
    if not any(isinstance(one, str) and one in accepted for one in (held if isinstance(held, list) else [held])):
        return unauthorized("The token is for a different audience.", "invalid_token")
    scope = claims.get("scope")
    given = scope.split(" ") if isinstance(scope, str) else []
    missing = [one for one in scopes if one not in given]
    return insufficient(missing) if missing else Caller(token, claims)


def insufficient(scopes: Sequence[str]) -> Refusal:
    """Returns the refusal of a token without the needed scopes, which are empty if they are unknown."""
    needed = f', scope="{" ".join(scopes)}"' if scopes else ""
    challenge = f'Bearer error="insufficient_scope"{needed}'
    return refusal(403, "insufficient_scope", "The token lacks a scope.", {"WWW-Authenticate": challenge})


def unauthorized(description: str, code: str) -> Refusal:
    """Returns a 401. RFC 6750 §3: a request without credentials gets no error code."""
    challenge = f'Bearer error="{code}"' if code else "Bearer"
    return refusal(401, "unauthorized", description, {"WWW-Authenticate": challenge})


def unavailable() -> Refusal:
    """Returns the refusal of a call about which no decision is possible."""
    return refusal(503, "unavailable", "The call cannot be authorized now. Try again.", {"Retry-After": "1"})


def refusal(status: int, error: str, description: str, headers: Mapping[str, str]) -> Refusal:
    """Returns a refusal with the headers that every refusal has."""
    body = {"error": error, "error_description": description, "status": status}
    return Refusal(status, body, {"Cache-Control": "no-store", **headers})
