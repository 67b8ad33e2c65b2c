"""The Python client for the CoreSDK platform."""

from .aio.client import AsyncCpodClient
from .decision import AuthDecision
from .errors import (
    ApiError,
    ConfigurationError,
    ConflictError,
    ConnectionError,
    CpodError,
    FieldError,
    ForbiddenError,
    GoneError,
    InvalidRequestError,
    LoginError,
    NotFoundError,
    PatternRefusedError,
    PreconditionFailedError,
    RateLimitedError,
    SignatureError,
    TimeoutError,
    TokenError,
    UnauthorizedError,
    UnavailableError,
    UnprocessableError,
)
from .etags import etag_of
from .gate import Caller
from .login import PendingLogin, TokenSet
from .settings import Settings
from .sync.client import CpodClient

#: The name of the client in the `coresdk` package.
SDK = CpodClient

__version__ = "0.1.0"
__all__ = [
    "SDK",
    "ApiError",
    "AsyncCpodClient",
    "AuthDecision",
    "Caller",
    "ConfigurationError",
    "ConflictError",
    "ConnectionError",
    "CpodClient",
    "CpodError",
    "FieldError",
    "ForbiddenError",
    "GoneError",
    "InvalidRequestError",
    "LoginError",
    "NotFoundError",
    "PatternRefusedError",
    "PendingLogin",
    "PreconditionFailedError",
    "RateLimitedError",
    "Settings",
    "SignatureError",
    "TimeoutError",
    "TokenError",
    "TokenSet",
    "UnauthorizedError",
    "UnavailableError",
    "UnprocessableError",
    "etag_of",
]
