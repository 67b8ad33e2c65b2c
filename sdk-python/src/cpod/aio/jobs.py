"""Background jobs, with their streams."""

from __future__ import annotations

import json
from typing import AsyncIterator, Optional

from .. import models as m
from ..requests import known, segment
from .api import AsyncJobsApi
from .follow import follow
from .job_wait import AsyncJobWait, is_last


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

        Follows the job's events, or asks for its state at intervals of at most 2 s if no stream is available. `timeout` is in
        seconds; the last request can exceed it by a second. Errors: `TimeoutError`; the job continues.
        """
        return await AsyncJobWait(self._http, id, timeout).job()

    async def logs(
        self, id: str, *, from_line: Optional[int] = None, tail: Optional[int] = None, is_followed: bool = True
    ) -> AsyncIterator[m.JobLogLine]:
        """Yields a job's log line by line; with `is_followed`, until the job ends."""
        query = known({"fromLine": from_line, "tail": tail, "follow": is_followed})
        path = f"/v1/jobs/{segment(id)}/logs"
        async for message in follow(self._http, path, query, is_finite=not is_followed):
            if message.data is not None:
                yield m.JobLogLine.model_validate(json.loads(message.data))
