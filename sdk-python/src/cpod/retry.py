"""Decides whether a failed call is sent again, and when."""

from __future__ import annotations

from typing import Optional

from .errors import ApiError, ConnectionError, TimeoutError
from .requests import Repeat

_BASE_SECONDS = 0.25
_MAX_BACKOFF_SECONDS = 8.0
#: The longest wait that the client honors if the backend requests it. The caller decides about a longer wait.
_MAX_ASKED_SECONDS = 30
#: The statuses of a backend, or of a proxy in front of it, that is temporarily unavailable.
_OUTAGES = (502, 503, 504)


def wait_before_retry(fault: Exception, repeat: Repeat, failed: int, chance: float) -> Optional[float]:
    """Returns the wait before a retry, in seconds; `None` if the call must not be retried.

    `failed` counts the attempts from 1; `chance` is between 0 and 1.
    """
    if isinstance(fault, ApiError):
        # A 429 means that nothing was done, because the backend checks limits before it performs a call.
        is_refused = fault.status == 429
        if not is_refused and (repeat == "never" or fault.status not in _OUTAGES):
            return None
        if fault.retry_after_seconds is None:
            return backoff_seconds(failed, chance)
        if fault.retry_after_seconds > _MAX_ASKED_SECONDS:
            return None
        # Jitter, because all callers that got the same response would otherwise retry at the same moment.
        return fault.retry_after_seconds + chance * _BASE_SECONDS
    is_unknown = isinstance(fault, (ConnectionError, TimeoutError))
    return backoff_seconds(failed, chance) if is_unknown and repeat != "never" else None


def backoff_seconds(failed: int, chance: float) -> float:
    """Returns an exponential backoff with full jitter, never zero."""
    most = min(_BASE_SECONDS * float(2**failed), _MAX_BACKOFF_SECONDS)
    return _BASE_SECONDS / 2 + chance * (most - _BASE_SECONDS / 2)
