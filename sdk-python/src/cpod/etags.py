"""Entity tags for conditional changes."""

from __future__ import annotations

from .errors import ConfigurationError
from .model import Model


def etag_of(resource: Model) -> str:
    """Returns the entity tag of a resource that has an `etag` or a `version`, for `if_match`."""
    etag, version = getattr(resource, "etag", None), getattr(resource, "version", None)
    if isinstance(etag, str):
        return etag
    if not isinstance(version, int):
        raise ConfigurationError("The resource has neither an `etag` nor a `version`.")
    return f'"{version}"'
