"""Sends requests, with the client's tokens and with retries."""

from __future__ import annotations

import random
from typing import Any, Type, TypeVar

import httpx

from ..errors import ApiError, ConnectionError, NotFoundError, TimeoutError
from ..model import Model
from ..requests import Request, body_of
from ..responses import read_error
from ..retry import wait_before_retry
from ..runtime import thread_sleep
from ..settings import Settings
from .tokens import TokenSource

M = TypeVar("M", bound=Model)


class Http:
    """Sends requests to the backend."""

    def __init__(self, settings: Settings, client: httpx.Client, tokens: TokenSource) -> None:
        self.settings = settings
        self.tokens = tokens
        self._client = client

    def model(self, kind: Type[M], request: Request) -> M:
        """Sends a request and returns its response as a model. Errors: `ConnectionError` for a different response."""
        value = self.json(request)
        try:
            return kind.model_validate(value)
        except ValueError as cause:
            raise ConnectionError(f"The response is not a {kind.__name__}.") from cause

    def json(self, request: Request) -> Any:
        """Sends a request and returns the JSON of its response; `None` for an empty response."""
        response = self.send(request)
        if not response.content:
            return None
        try:
            return response.json()
        except ValueError as cause:
            raise ConnectionError("The response is not JSON.") from cause

    def send(self, request: Request, *, is_stream: bool = False) -> httpx.Response:
        """Sends a request and retries it where that is safe. The caller closes a stream."""
        retries = self.settings.max_retries if request.max_retries is None else request.max_retries
        if request.is_streamed:
            retries = 0
        failed = 0
        while True:
            try:
                return self._attempt(request, is_stream)
            except (ApiError, ConnectionError, TimeoutError) as fault:
                failed += 1
                if failed > 1 and request.method == "DELETE" and isinstance(fault, NotFoundError):
                    # An earlier attempt deleted the resource.
                    return httpx.Response(204)
                wait = None if failed > retries else wait_before_retry(fault, request.repeat, failed, random.random())
                if wait is None:
                    raise
            thread_sleep(wait)

    def _attempt(self, request: Request, is_stream: bool) -> httpx.Response:
        """Makes one attempt, or two if the token was refused and another is available: a 401 means nothing was done."""
        if not request.needs_token:
            return self._exchange(request, None, is_stream)
        token = self.tokens.token()
        try:
            return self._exchange(request, token, is_stream)
        except ApiError as fault:
            if fault.status != 401 or request.is_streamed or not self.tokens.refuse(token):
                raise
        return self._exchange(request, self.tokens.token(), is_stream)

    def _exchange(self, request: Request, token: "str | None", is_stream: bool) -> httpx.Response:
        headers = {"accept": "application/json"}
        if token is not None:
            headers["authorization"] = f"Bearer {token}"
        headers.update({name: value for name, value in request.headers.items() if value is not None})
        body: Any = {"content": request.content}
        if request.json is not None:
            body = {"json": body_of(request.json)}
        elif request.form is not None:
            body = {"data": dict(request.form)}
        sent = self._client.build_request(
            request.method,
            self.settings.base_url + request.target,
            headers=headers,
            timeout=self.settings.timeout if request.timeout is None else request.timeout,
            **body,
        )
        try:
            # The backend never redirects, so a redirect comes from elsewhere and must not receive the token.
            response = self._client.send(sent, stream=is_stream, follow_redirects=False)
            if not response.is_success:
                content = response.read()
                response.close()
                raise read_error(response.status_code, response.headers, content)
            return response
        except httpx.TimeoutException as cause:
            raise TimeoutError("No response within the time limit.") from cause
        except httpx.HTTPError as cause:
            raise ConnectionError(f"The backend could not be reached ({type(cause).__name__}).") from cause
