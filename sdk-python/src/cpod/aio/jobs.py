"""Background jobs, with their streams."""

from __future__ import annotations

import json
import time
from typing import AsyncIterator, Optional

from .. import models as m
from ..errors import TimeoutError
from ..event_stream import Message
from ..requests import known, segment
from ..runtime import async_sleep
from .api import AsyncJobsApi
from .follow import follow

_LAST_EVENTS = ("succeeded", "failed", "cancelled")
_ENDED = ("completed", "failed", "cancelled")


def is_last(message: Message) -> bool:
    """Returns whether this is the last event of a job."""
    return message.event in _LAST_EVENTS


class AsyncJobs(AsyncJobsApi):
    """Background jobs."""

    async def watch(self, id: str, *, after_seq: Optional[int] = None) -> AsyncIterator[m.JobEvent]:
        """Yields a job's events until the job ends, across lost connections, without gaps or repetition."""
        path = f"/v1/jobs/{segment(id)}/events"
        last_event_id = None if after_seq is None else str(after_seq)
        async for message in follow(self._http, path, {}, last_event_id, is_last):
            if message.data is not None:
                yield m.JobEvent.model_validate(json.loads(message.data))

    async def wait(self, id: str, *, timeout: Optional[float] = None) -> m.Job:
        """Waits for a job to end and returns it, whatever its outcome; check `status`.

        Asks for the state after 0.1 s, then at growing intervals of at most 2 s. `timeout` is in seconds.
        Errors: `TimeoutError`; the job continues.
        """
        deadline = None if timeout is None else time.monotonic() + timeout
        interval = 0.1
        while True:
            job = await self.get(id)
            if job.status in _ENDED:
                return job
            if deadline is not None and time.monotonic() + interval > deadline:
                raise TimeoutError(f"The job did not end within {timeout} s.")
            await async_sleep(interval)
            interval = min(interval * 1.5, 2.0)

    async def logs(
        self, id: str, *, from_line: Optional[int] = None, tail: Optional[int] = None, is_followed: bool = True
    ) -> AsyncIterator[m.JobLogLine]:
        """Yields a job's log line by line; with `is_followed`, until the job ends."""
        query = known({"fromLine": from_line, "tail": tail, "follow": is_followed})
        path = f"/v1/jobs/{segment(id)}/logs"
        async for message in follow(self._http, path, query, is_finite=not is_followed):
            if message.data is not None:
                yield m.JobLogLine.model_validate(json.loads(message.data))
