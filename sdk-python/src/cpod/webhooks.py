"""Verifies and signs messages by Standard Webhooks 1.0."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import re
import time
import uuid
from dataclasses import dataclass
from typing import Any, Dict, Mapping, Optional, Sequence, Union

from .errors import SignatureError


@dataclass(frozen=True)
class VerifiedDelivery:
    """A verified event. `id` is the same for each attempt; store it to avoid processing an event twice."""

    id: str
    event: Dict[str, Any]


def verify(
    body: Union[str, bytes],
    headers: Mapping[str, str],
    secret: Union[str, Sequence[str]],
    *,
    tolerance_seconds: float = 300,
    now: Optional[float] = None,
) -> VerifiedDelivery:
    """Verifies a delivery by its signature and returns its event.

    Pass the body as you received it, before any parser, and several secrets during a rotation. `now` is in Unix seconds.
    Errors: `SignatureError` for a missing header, a time too far from now, or a signature by a different secret.
    """
    lower = {name.lower(): value for name, value in headers.items()}
    id, seconds, signatures = (lower.get(f"webhook-{name}", "") for name in ("id", "timestamp", "signature"))
    if not (id and seconds and signatures):
        raise SignatureError("A header of the signature is missing.")
    current = time.time() if now is None else now
    if not re.fullmatch(r"[0-9]{1,12}", seconds) or not abs(current - int(seconds)) <= tolerance_seconds:
        raise SignatureError("The delivery time is too far from the current time.")
    content = body.encode() if isinstance(body, str) else bytes(body)
    secrets = [secret] if isinstance(secret, str) else list(secret)
    expected = [f"v1,{_signature(one, id, seconds, content)}".encode() for one in secrets]
    given = [one.encode() for one in signatures.split(" ")]
    # All signatures are compared, so that the duration does not reveal which signature matched.
    hits = [hmac.compare_digest(one, own) for one in given for own in expected]
    if not any(hits):
        raise SignatureError("The signature does not match this secret.")
    try:
        event = json.loads(content)
    except ValueError as cause:
        raise SignatureError("The body is not JSON.") from cause
    if not isinstance(event, dict):
        raise SignatureError("The body is not an event.")
    return VerifiedDelivery(id, event)


def sign(body: str, secret: str, *, id: Optional[str] = None, now: Optional[float] = None) -> Dict[str, str]:
    """Returns the headers of a signed call, such as a call that starts a workflow. `now` is in Unix seconds."""
    id = id or str(uuid.uuid4())
    seconds = str(int(time.time() if now is None else now))
    signature = _signature(secret, id, seconds, body.encode())
    return {"webhook-id": id, "webhook-timestamp": seconds, "webhook-signature": f"v1,{signature}"}


def _signature(secret: str, id: str, seconds: str, content: bytes) -> str:
    message = f"{id}.{seconds}.".encode() + content
    return base64.b64encode(hmac.new(_secret_bytes(secret), message, hashlib.sha256).digest()).decode()


def _secret_bytes(secret: str) -> bytes:
    try:
        key = base64.b64decode(secret[6:] if secret.startswith("whsec_") else secret, validate=True)
    except (binascii.Error, ValueError):
        key = b""
    # Anyone can guess an empty key.
    if len(key) < 16:
        raise SignatureError('The secret is not a webhook secret: it must be "whsec_" followed by base64.')
    return key
