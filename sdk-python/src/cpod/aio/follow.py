"""Follows event streams across lost connections."""

from __future__ import annotations

import random
from typing import Any, AsyncIterator, Callable, Mapping, Optional

import httpx

from ..errors import ConnectionError, TimeoutError, UnavailableError
from ..event_stream import EventStreamDecoder, Message
from ..requests import Request
from ..retry import backoff_seconds
from ..runtime import async_sleep
from .arrival import content_of
from .http import AsyncHttp

#: The silence after which a stream counts as interrupted. The backend sends something every 15 s.
_SILENCE_SECONDS = 45.0
_RETRY_SECONDS = 2.0
#: The maximum number of consecutive interruptions without a message in between.
_MAX_CUTS = 8
#: The event that the backend sends if it cannot continue. The status of the next attempt gives the reason.
_STREAM_ERROR = "stream.error"


async def follow(
    http: AsyncHttp,
    path: str,
    query: Mapping[str, Any],
    last_event_id: Optional[str] = None,
    is_last: Callable[[Message], bool] = lambda message: False,
    is_finite: bool = False,
) -> AsyncIterator[Message]:
    """Yields the messages of a stream until it ends.

    Reopens a stream that is interrupted or silent for 45 s, and continues after the last message, without gaps or
    repetition. With `is_finite`, the end of the stream means that everything was read.
    Errors: `ConnectionError` after eight consecutive interruptions.
    """
    cuts = 0
    while True:
        decoder = EventStreamDecoder(last_event_id)
        is_ended = False
        response: Optional[httpx.Response] = None
        try:
            request = event_request(path, query, last_event_id, timeout=_SILENCE_SECONDS)
            response = await http.send(request, is_stream=True)
            # 204: everything has been read.
            if response.status_code == 204:
                return
            async for message in _messages(response, decoder):
                if message.event == _STREAM_ERROR:
                    raise ConnectionError("The backend cannot continue the stream.")
                last_event_id = message.last_event_id
                cuts = 0
                yield message
                if is_last(message):
                    return
            is_ended = True
            if is_finite:
                return
        except (ConnectionError, TimeoutError, UnavailableError):
            pass
        finally:
            # This also runs if the reader stops early.
            if response is not None:
                await response.aclose()
        if cuts >= _MAX_CUTS:
            raise ConnectionError("The stream was interrupted too often.")
        # A stream that ended cleanly after messages has usually reached its end, which the next attempt reports.
        least = 0.0 if is_ended and cuts == 0 else (decoder.retry_seconds or _RETRY_SECONDS)
        await async_sleep(max(least, backoff_seconds(cuts, 1)) * (0.5 + random.random() / 2))
        cuts += 1


def event_request(path: str, query: Mapping[str, Any], last_event_id: Optional[str], **options: Any) -> Request:
    """Describes a request for a stream after an event."""
    headers = {"accept": "text/event-stream", "last-event-id": last_event_id}
    return Request("GET", path, query=query, headers=headers, repeat="always", **options)


async def _messages(response: httpx.Response, decoder: EventStreamDecoder) -> AsyncIterator[Message]:
    async for content in content_of(response):
        for message in decoder.take(content):
            yield message
