"""Reads responses."""

from __future__ import annotations

import json
import re
import time
from email.utils import parsedate_to_datetime
from typing import Any, Mapping, Optional, Tuple

from .errors import ApiError, ErrorMembers, FieldError, api_error

_MAX_SHOWN = 500


def read_error(status: int, headers: Mapping[str, str], content: bytes) -> ApiError:
    """Creates the error for a response, whatever its body contains."""
    body = _object_of(content)
    return api_error(
        ErrorMembers(
            status=status,
            code=_text(body.get("error")) or f"http_{status}",
            description=_text(body.get("error_description")) or f"The backend responded with {status}.",
            request_id=_text(body.get("request_id")) or headers.get("x-request-id", ""),
            reason=_text(body.get("reason")),
            fields=_fields(body.get("errors")),
            retry_after_seconds=retry_after_seconds(headers.get("retry-after"), time.time()),
        )
    )


def retry_after_seconds(header: Optional[str], now: float) -> Optional[float]:
    """Returns `Retry-After` in seconds (RFC 9110 §10.2.3: a number or a date); `None` if missing or unreadable."""
    if header is None:
        return None
    if re.fullmatch(r"\s*\d+\s*", header):
        return float(header)
    try:
        return max(0.0, parsedate_to_datetime(header).timestamp() - now)
    except (TypeError, ValueError):
        return None


def _object_of(content: bytes) -> Mapping[str, Any]:
    try:
        value = json.loads(content)
    except ValueError:
        # A proxy's page, or a truncated body: only the status is usable.
        return {}
    return value if isinstance(value, dict) else {}


def _text(value: Any) -> str:
    return value[:_MAX_SHOWN] if isinstance(value, str) else ""


def _fields(value: Any) -> Tuple[FieldError, ...]:
    if not isinstance(value, list):
        return ()
    members = [one for one in value if isinstance(one, dict)]
    return tuple(FieldError(*(_text(one.get(name)) for name in ("pointer", "code", "message"))) for one in members)
