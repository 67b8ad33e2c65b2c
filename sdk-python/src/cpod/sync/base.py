"""The base class of the API namespaces."""

from __future__ import annotations

import uuid
from typing import Any, Mapping, Optional

from ..requests import Repeat, Request, known
from .http import Http


class Api:
    """A namespace of the API. Each method makes one call."""

    def __init__(self, http: Http) -> None:
        self._http = http

    def _request(
        self,
        method: str,
        path: str,
        *,
        query: Optional[Mapping[str, Any]] = None,
        json: Any = None,
        is_keyed: bool = False,
        idempotency_key: Optional[str] = None,
        if_match: Optional[str] = None,
        repeat: Repeat = "never",
        timeout: Optional[float] = None,
        max_retries: Optional[int] = None,
    ) -> Request:
        """Describes a call. A conditional write is not repeated, since the first attempt may have changed the content."""
        headers = {
            "idempotency-key": idempotency_key or (str(uuid.uuid4()) if is_keyed else None),
            "if-match": if_match,
        }
        return Request(
            method,
            path,
            query=known(dict(query or {})),
            json=json,
            headers=headers,
            repeat="never" if if_match is not None and not is_keyed else repeat,
            timeout=timeout,
            max_retries=max_retries,
        )
