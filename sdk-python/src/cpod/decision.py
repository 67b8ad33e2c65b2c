"""Decisions about actions."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Dict

from .errors import ConnectionError


@dataclass(frozen=True)
class AuthDecision:
    """A decision. `allowed` is true only if the backend responded with exactly true."""

    allowed: bool
    reason: str = ""
    claims: Dict[str, Any] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return self.allowed is True


def decision_of(value: Any) -> AuthDecision:
    """Reads a decision. Errors: `ConnectionError` for a response that is not a decision."""
    if not isinstance(value, dict):
        raise ConnectionError("The response is not a decision.")
    reason, claims = value.get("reason"), value.get("claims")
    return AuthDecision(
        allowed=value.get("allowed") is True,
        reason=reason if isinstance(reason, str) else "",
        claims=claims if isinstance(claims, dict) else {},
    )
