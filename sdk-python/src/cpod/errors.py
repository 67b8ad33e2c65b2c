"""The errors that the SDK raises."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Dict, Optional, Tuple, Type


@dataclass(frozen=True)
class FieldError:
    """An error in one member of a request. `pointer` is a JSON Pointer into the body, or the name of a parameter."""

    pointer: str
    code: str
    message: str


class CpodError(Exception):
    """The base of all errors that the SDK raises."""


class ConfigurationError(CpodError):
    """The configuration or an argument is invalid; no request was sent."""


class ConnectionError(CpodError):
    """There was no response, or it was interrupted: the call may or may not have taken effect."""


class TimeoutError(CpodError):
    """No response within the time limit."""


class PatternRefusedError(CpodError):
    """The backend refused a masking pattern. Its matches are still in the value, so the value is withheld."""


class SignatureError(CpodError):
    """The delivery is not from the holder of the secret, or is not recent. Respond with 400 or 401, and do nothing else."""


class LoginError(CpodError):
    """An untrusted or refused sign-in. `code` is an OAuth error code, or names the check that failed."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class TokenError(CpodError):
    """The token is invalid, has expired, or was revoked."""


@dataclass(frozen=True)
class ErrorMembers:
    """The members of an error response."""

    status: int
    #: A stable code, such as `not_found`.
    code: str
    description: str
    #: Identifies the call in the logs and in the audit log.
    request_id: str = ""
    #: A more specific code than `code`; empty if there is none.
    reason: str = ""
    fields: Tuple[FieldError, ...] = ()
    #: The wait that the backend requested before the next attempt, in seconds; `None` if it did not request one.
    retry_after_seconds: Optional[float] = None


class ApiError(CpodError):
    """The backend responded with an error."""

    def __init__(self, members: ErrorMembers) -> None:
        super().__init__(f"{members.status} {members.code}: {members.description}")
        self.status = members.status
        self.code = members.code
        self.description = members.description
        self.request_id = members.request_id
        self.reason = members.reason
        self.fields = members.fields
        self.retry_after_seconds = members.retry_after_seconds


class InvalidRequestError(ApiError):
    """400: the request is invalid; `fields` names the faulty members."""


class UnauthorizedError(ApiError):
    """401: no token, or a token that is no longer valid."""


class ForbiddenError(ApiError):
    """403: the scope or the tenant's policy does not allow the call; `reason` says which."""


class NotFoundError(ApiError):
    """404: the resource does not exist, or belongs to another tenant."""


class ConflictError(ApiError):
    """409: the call conflicts with the current state of the resource."""


class GoneError(ApiError):
    """410: the cursor or stream position is no longer stored."""


class PreconditionFailedError(ApiError):
    """412: the resource has changed; get it again and apply the change to that version."""


class UnprocessableError(ApiError):
    """422: the request cannot be performed, or its idempotency key was used for a different request."""


class RateLimitedError(ApiError):
    """429: `retry_after_seconds` says when the next call will be accepted."""


class UnavailableError(ApiError):
    """5xx: the backend cannot respond or decide now. Never treat this as permission."""


_BY_STATUS: Dict[int, Type[ApiError]] = {
    400: InvalidRequestError,
    401: UnauthorizedError,
    403: ForbiddenError,
    404: NotFoundError,
    409: ConflictError,
    410: GoneError,
    412: PreconditionFailedError,
    422: UnprocessableError,
    429: RateLimitedError,
}


def api_error(members: ErrorMembers) -> ApiError:
    """Creates the error for a status."""
    fallback = UnavailableError if members.status >= 500 else ApiError
    return _BY_STATUS.get(members.status, fallback)(members)
