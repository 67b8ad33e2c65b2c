"""The Python client for the CoreSDK platform."""

from .aio.client import AsyncCpodClient
from .aio.files import AsyncFileContent
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
from .sync.files import FileContent

#: The name of the client in the `coresdk` package.
SDK = CpodClient

__version__ = "0.1.0"
__all__ = [
    "SDK",
    "ApiError",
    "AsyncCpodClient",
    "AsyncFileContent",
    "AuthDecision",
    "Caller",
    "ConfigurationError",
    "ConflictError",
    "ConnectionError",
    "CpodClient",
    "CpodError",
    "FieldError",
    "FileContent",
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
