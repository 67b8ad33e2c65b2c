"""Waits for a job to end."""

from __future__ import annotations

import random
from typing import Optional

from .. import models as m
from ..deadline import Deadline
from ..errors import ApiError, ConnectionError, TimeoutError, UnavailableError
from ..event_stream import EventStreamDecoder, Message
from ..requests import Request, segment
from ..retry import wait_before_retry
from ..runtime import async_sleep
from .arrival import content_of
from .follow import event_request
from .http import AsyncHttp

#: The last events of a job, and the statuses that it has afterward.
_LAST_EVENTS = ("succeeded", "failed", "cancelled")
_ENDED = ("completed", "failed", "cancelled")
#: The backend sends the first bytes of a stream at once, and then something every 15 s.
_FIRST_BYTES_SECONDS = 5.0
_SILENCE_SECONDS = 20.0
_FIRST_INTERVAL_SECONDS = 0.1
_MAX_INTERVAL_SECONDS = 2.0
#: The least time for a request for the job's state, even if the deadline is nearer.
_LEAST_SECONDS = 1.0
_MAX_FAILURES = 8


def is_last(message: Message) -> bool:
    """Returns whether this is the last event of a job."""
    return message.event in _LAST_EVENTS


class AsyncJobWait:
    """Waits for one job: follows its events, and asks for its state after each stream.

    A stream that is lost is resumed after its last event. If a stream delivers nothing, for example because a proxy buffers it,
    or if the backend refuses it, the wait continues without streams and asks at growing intervals of at most 2 s.
    """

    def __init__(self, http: AsyncHttp, id: str, timeout: Optional[float]) -> None:
        self._http = http
        self._path = f"/v1/jobs/{segment(id)}"
        self._deadline = Deadline(timeout)
        self._last_event_id: Optional[str] = None
        self._has_streamed = False
        self._can_stream = True
        self._interval = _FIRST_INTERVAL_SECONDS
        self._failures = 0

    async def job(self) -> m.Job:
        """Returns the job that has ended. Errors: `TimeoutError` after the deadline; the errors of `jobs.get`."""
        while True:
            if self._can_stream:
                await self._try_stream()
            job = await self._state()
            if job is not None and job.status in _ENDED:
                return job
            remaining = self._deadline.remaining()
            if remaining <= 0:
                raise TimeoutError(f"The job did not end within {self._deadline.seconds} s.")
            await async_sleep(min(self._interval, remaining))
            self._interval = min(self._interval * 1.5, _MAX_INTERVAL_SECONDS)

    async def _try_stream(self) -> None:
        try:
            await self._stream()
        except (ConnectionError, TimeoutError, UnavailableError):
            # A stream that has worked before was only interrupted.
            self._can_stream = self._has_streamed
        except ApiError:
            # If the job itself is the reason, the request for its state reports it.
            self._can_stream = False

    async def _stream(self) -> None:
        """Reads events until the job ends, the stream ends, or the deadline is too near for another read."""
        # Each read can last as long as this, so half of the remaining time leaves enough for a last one.
        longest = _SILENCE_SECONDS if self._has_streamed else _FIRST_BYTES_SECONDS
        limit = min(longest, self._deadline.remaining() / 2)
        if limit < _FIRST_INTERVAL_SECONDS:
            return
        decoder = EventStreamDecoder(self._last_event_id)
        request = event_request(self._path + "/events", {}, self._last_event_id, timeout=limit, max_retries=0)
        response = await self._http.send(request, is_stream=True)
        try:
            async for content in content_of(response):
                self._has_streamed = True
                for message in decoder.take(content):
                    self._last_event_id = message.last_event_id
                    self._interval = _FIRST_INTERVAL_SECONDS
                    if is_last(message):
                        return
                if self._deadline.remaining() < limit:
                    return
        finally:
            await response.aclose()

    async def _state(self) -> Optional[m.Job]:
        """Returns the job; `None` if the backend is unavailable now."""
        limit = min(self._http.settings.timeout, max(_LEAST_SECONDS, self._deadline.remaining()))
        request = Request("GET", self._path, timeout=limit, max_retries=0)
        try:
            job = await self._http.model(m.Job, request)
        except (ApiError, ConnectionError, TimeoutError) as fault:
            self._failures += 1
            wait = wait_before_retry(fault, "always", self._failures, random.random())
            if wait is None or self._failures > _MAX_FAILURES:
                raise
            self._interval = wait
            return None
        self._failures = 0
        return job
