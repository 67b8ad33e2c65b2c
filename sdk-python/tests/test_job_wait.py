"""Waits for jobs: streams, their interruptions, and polling without them."""

from __future__ import annotations

import asyncio
from typing import Any, Iterator, List, Optional

import httpx
import pytest

from cpod import (
    AsyncCpodClient,
    ConnectionError,
    CpodClient,
    ForbiddenError,
    NotFoundError,
    TimeoutError,
    UnavailableError,
)
from cpod.aio import job_wait as async_wait
from cpod.sync import job_wait as sync_wait
from cpod.testing import MemoryCpod

RETRY = "retry: 2000\n\n"
HEARTBEAT = ":\n\n"
SILENCE = 1_000_000


def event(seq: int, kind: str) -> str:
    return f'id: {seq}\nevent: {kind}\ndata: {{"seq": {seq}}}\n\n'


class Stream(httpx.SyncByteStream, httpx.AsyncByteStream):
    """Pieces of a stream: text, an error, or seconds that pass, which are a timeout if the read may not last that long."""

    def __init__(self, world: "World", pieces: Any, limit: float) -> None:
        self._world = world
        self._pieces = pieces
        self._limit = limit

    def __iter__(self) -> Iterator[bytes]:
        for piece in self._pieces:
            if isinstance(piece, str):
                yield piece.encode()
            elif isinstance(piece, Exception):
                raise piece
            else:
                self._world.now += min(piece, self._limit)
                if piece > self._limit:
                    raise httpx.ReadTimeout("silent")

    async def __aiter__(self):
        for piece in self:
            yield piece


class World:
    """A backend with one job, and the time. `streams` are the responses to requests for events, in order."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.streams: List[Any] = []
        self.states: List[Any] = []
        self.asked: List[str] = []
        self.positions: List[Optional[str]] = []
        self.limits: List[float] = []
        self.waits: List[float] = []

    def answer(self, request: httpx.Request) -> httpx.Response:
        is_stream = request.url.path.endswith("/events")
        self.asked.append("events" if is_stream else "state")
        self.limits.append(request.extensions["timeout"]["read"])
        if is_stream:
            self.positions.append(request.headers.get("last-event-id"))
        found = self._next(self.streams if is_stream else self.states)
        if isinstance(found, Exception):
            raise found
        if isinstance(found, httpx.Response):
            return found
        if isinstance(found, str):
            return httpx.Response(200, json={**JOB, "status": found})
        return httpx.Response(200, stream=Stream(self, found, self.limits[-1]))

    def _next(self, left: List[Any]) -> Any:
        return left.pop(0) if len(left) > 1 else left[0]

    def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.now += seconds

    async def async_sleep(self, seconds: float) -> None:
        self.sleep(seconds)


def job_of_the_double():
    cpod = MemoryCpod().allow("*").set_skill("x", lambda given: given)
    return cpod.client.jobs.get(cpod.client.skills.run("x").id).to_wire()


JOB = job_of_the_double()


@pytest.fixture
def world(monkeypatch):
    world = World()
    monkeypatch.setattr("cpod.deadline.monotonic", lambda: world.now)
    monkeypatch.setattr(sync_wait, "thread_sleep", world.sleep)
    monkeypatch.setattr(async_wait, "async_sleep", world.async_sleep)
    return world


@pytest.fixture(params=["sync", "async"])
def wait(request, world):
    """Waits for the job with either client."""
    transport = httpx.MockTransport(world.answer)

    def run(timeout: Optional[float] = None):
        if request.param == "sync":
            return CpodClient.from_token("t", transport=transport).jobs.wait("job-1", timeout=timeout)

        async def run():
            async with AsyncCpodClient.from_token("t", transport=transport) as client:
                return await client.jobs.wait("job-1", timeout=timeout)

        return asyncio.run(run())

    return run


def test_a_wait_follows_the_events_and_asks_for_the_state_once(world, wait):
    world.streams = [[RETRY, event(1, "created"), 4, HEARTBEAT, 4, event(2, "started") + event(3, "succeeded"), event(4, "x")]]
    world.states = ["completed"]
    assert wait().status == "completed"
    assert (world.asked, world.waits) == (["events", "state"], [])


@pytest.mark.parametrize("last", ["failed", "cancelled"])
def test_a_wait_ends_with_every_outcome(world, wait, last):
    world.streams, world.states = [[event(1, last)]], [last]
    assert wait().status == last


def test_a_lost_stream_is_resumed_after_its_last_event(world, wait):
    lost = httpx.RemoteProtocolError("lost")
    world.streams = [
        [RETRY, event(1, "created"), lost],
        httpx.ConnectError("restarting"),
        [RETRY, event(2, "started"), "id: 3\nevent: prog", lost],
        httpx.Response(503),
        # A stream that ends because the backend cannot continue it.
        [RETRY, 'event: stream.error\ndata: {"error":"unavailable"}\n\n'],
        [RETRY, event(3, "succeeded")],
    ]
    world.states = ["running"] * 5 + ["completed"]
    assert wait().status == "completed"
    assert world.positions == [None, "1", "1", "2", "2", "2"]
    assert world.asked == ["events", "state"] * 6


def test_a_silent_stream_is_reopened_because_it_has_worked(world, wait):
    world.streams = [[RETRY, SILENCE], [RETRY, event(1, "succeeded")]]
    world.states = ["running", "completed"]
    wait()
    assert world.asked == ["events", "state"] * 2
    assert world.limits[::2] == [5.0, 20.0]


def test_a_stream_that_a_proxy_buffers_is_replaced_by_polling(world, wait):
    for first in ([SILENCE], httpx.ReadTimeout("buffered"), httpx.RemoteProtocolError("cut")):
        world.streams, world.states = [first], ["running"] * 12 + ["completed"]
        world.asked.clear()
        world.waits.clear()
        assert wait().status == "completed"
        assert world.asked == ["events"] + ["state"] * 13
        assert world.waits[0] == 0.1 and world.waits == sorted(world.waits) and world.waits[-1] == 2.0


@pytest.mark.parametrize("status", [403, 406, 429, 501])
def test_a_refused_stream_is_replaced_by_polling(world, wait, status):
    world.streams, world.states = [httpx.Response(status)], ["running", "running", "completed"]
    assert wait().status == "completed"
    assert world.asked == ["events", "state", "state", "state"]


def test_a_stream_that_is_refused_later_is_replaced_by_polling(world, wait):
    world.streams = [[RETRY, event(1, "created")], httpx.Response(410)]
    world.states = ["running", "running", "running", "completed"]
    wait()
    assert world.asked == ["events", "state", "events", "state", "state", "state"]


def test_a_job_that_does_not_exist_or_is_not_accessible_is_an_error(world, wait):
    for status, kind in ((404, NotFoundError), (403, ForbiddenError)):
        world.streams, world.states = [httpx.Response(status)], [httpx.Response(status)]
        with pytest.raises(kind):
            wait()


def test_an_outage_is_tolerated_until_eight_failures_in_a_row(world, wait):
    world.streams = [httpx.ConnectError("down")]
    world.states = [httpx.Response(503)] * 8 + ["running"] + [httpx.ConnectError("down")] * 8 + ["completed"]
    assert wait().status == "completed"
    world.states = [httpx.Response(503)]
    with pytest.raises(UnavailableError):
        wait()
    world.states = [httpx.ConnectError("down")]
    with pytest.raises(ConnectionError):
        wait()


def test_a_wait_with_a_buffered_stream_ends_at_its_deadline(world, wait):
    world.streams, world.states = [[SILENCE]], ["running"]
    with pytest.raises(TimeoutError, match="within 10 s"):
        wait(10)
    assert world.now == 1010.0


@pytest.mark.parametrize("timeout", [1, 10, 60, 600])
def test_a_wait_with_a_quiet_stream_ends_at_its_deadline(world, wait, timeout):
    world.streams, world.states = [[RETRY, SILENCE]], ["running"]
    with pytest.raises(TimeoutError):
        wait(timeout)
    assert world.now == pytest.approx(1000 + timeout)
    # Few streams, because each one uses half of the remaining time.
    assert world.asked.count("events") < 10 + timeout / 20


def test_a_wait_with_heartbeats_ends_at_its_deadline(world, wait):
    world.streams, world.states = [[RETRY] + [15, HEARTBEAT] * 100], ["running"]
    with pytest.raises(TimeoutError):
        wait(100)
    assert world.now == pytest.approx(1100)


def test_a_wait_without_time_asks_for_the_state_once(world, wait):
    world.streams, world.states = [[RETRY]], ["running", "completed"]
    with pytest.raises(TimeoutError):
        wait(0)
    assert wait(0).status == "completed"
    assert world.asked == ["state", "state"]


def test_a_request_never_lasts_longer_than_the_remaining_time_and_a_second(world, wait):
    world.streams, world.states = [httpx.Response(406)], ["running"]
    with pytest.raises(TimeoutError):
        wait(5)
    assert world.limits[0] == 2.5
    assert world.limits[1] == 5 and min(world.limits[1:]) == 1


def test_streams_that_end_at_once_are_reopened_at_growing_intervals(world, wait):
    world.streams, world.states = [[RETRY]], ["running"] * 12 + ["completed"]
    wait()
    assert world.waits == sorted(world.waits) and world.waits[-1] == 2.0
