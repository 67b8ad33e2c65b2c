"""Reads the content of responses as it arrives."""

from __future__ import annotations

from typing import Iterator

import httpx

from ..errors import ConnectionError, CpodError, TimeoutError


def content_of(response: httpx.Response) -> Iterator[bytes]:
    """Yields the content of a response in pieces. Closes the response at its end or after an error.

    Errors: `ConnectionError` for an interrupted response, `TimeoutError` for a silent one, and `CpodError` if the content was
    read before or the response is closed.
    """
    try:
        for piece in response.iter_bytes():
            yield piece
    except httpx.TimeoutException as cause:
        raise TimeoutError("The rest of the response did not arrive within the time limit.") from cause
    except httpx.HTTPError as cause:
        raise ConnectionError(f"The response was interrupted ({type(cause).__name__}).") from cause
    except httpx.StreamError as cause:
        raise CpodError("The content was already read or closed. Read it once.") from cause
    finally:
        response.close()
