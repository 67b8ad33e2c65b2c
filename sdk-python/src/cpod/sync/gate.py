"""Decides about the calls that a framework received."""

from __future__ import annotations

import logging
from typing import Any, Callable, FrozenSet, Mapping, Optional, Sequence

from ..gate import Refusal, Verdict, bearer_token, judge_decision, judge_introspection, unavailable
from .client import CpodClient

_logger = logging.getLogger("cpod")


def judge(
    client: CpodClient,
    authorization: Optional[str],
    action: Optional[str],
    resource: Callable[[], str],
    context: Optional[Callable[[], Mapping[str, Any]]] = None,
    scopes: Sequence[str] = (),
    audiences: Optional[FrozenSet[str]] = None,
) -> Verdict:
    """Decides whether to let a call in. After any failure, also in `resource` or `context`, the call is refused.

    With `action`, the tenant's policy decides at `/v1/authorize`, which refuses a revoked token within 0.25 s. Without it,
    the backend introspects the token (RFC 7662) on each call, with the same freshness; the app needs the scope `introspect`.
    A token for other audiences is refused; `None` means the audience of the platform's ordinary tokens.
    """
    try:
        token = bearer_token(authorization)
        if isinstance(token, Refusal):
            return token
        if action is None:
            answer = client.validate_token(token)
            return judge_introspection(token, answer.to_wire(), scopes, audiences)
        more = None if context is None else context()
        decision = client.authorize(token, action=action, resource=resource(), context=more)
        return judge_decision(token, decision, scopes, audiences)
    except Exception as fault:
        # Only the type: a message can contain parts of a request.
        _logger.error("The platform made no decision: %s", type(fault).__name__)
        return unavailable()
