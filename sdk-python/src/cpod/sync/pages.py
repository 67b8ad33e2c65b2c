"""Lists that are read page by page."""

from __future__ import annotations

from typing import Any, Iterator, Dict, Generic, List, Mapping, Optional, Set, Type, TypeVar

from pydantic import BaseModel, ConfigDict, Field

from ..errors import ConnectionError
from ..model import Model
from ..requests import Request
from .http import Http

M = TypeVar("M", bound=Model)


class Page(BaseModel, Generic[M]):
    """One page of a list. `next_cursor` is `None` on the last page; `total` is present with `include="total"`."""

    model_config = ConfigDict(extra="allow", populate_by_name=True)

    items: List[M]
    next_cursor: Optional[str] = Field(None, alias="nextCursor")
    total: Optional[int] = None
    #: The position after this page; only for events.
    last_event_id: Optional[str] = Field(None, alias="lastEventId")


class Pages(Generic[M]):
    """A list that is read lazily. Sends no request before it is read; each iteration starts over."""

    def __init__(
        self,
        http: Http,
        kind: Type[M],
        path: str,
        query: Mapping[str, Any],
        timeout: Optional[float] = None,
        max_retries: Optional[int] = None,
    ) -> None:
        self._http = http
        self._kind = kind
        self._path = path
        self._query = query
        self._timeout = timeout
        self._max_retries = max_retries

    def page(self, cursor: Optional[str] = None) -> Page[M]:
        """Returns the first page, or the page at `cursor`, which comes from the previous page."""
        query: Dict[str, Any] = dict(self._query)
        if cursor is not None:
            query["cursor"] = cursor
        value = self._http.json(
            Request(
                "GET",
                self._path,
                query=query,
                repeat="always",
                timeout=self._timeout,
                max_retries=self._max_retries,
            )
        )
        try:
            return Page[self._kind].model_validate(value)  # type: ignore[name-defined]
        except ValueError as cause:
            raise ConnectionError(f"The response is not a page of {self._kind.__name__}.") from cause

    def pages(self) -> Iterator[Page[M]]:
        """Yields all pages. Stops if a cursor repeats without an item in between."""
        cursor: Optional[str] = None
        asked: Set[str] = set()
        while True:
            page = self.page(cursor)
            if page.items:
                asked.clear()
            if cursor is not None:
                asked.add(cursor)
            yield page
            cursor = page.next_cursor
            if cursor is None or cursor in asked:
                return

    def __iter__(self) -> Iterator[M]:
        for page in self.pages():
            for item in page.items:
                yield item

    def all(self, max: int = 10_000) -> List[M]:
        """Returns all items, at most `max`, so that a long list does not exhaust memory."""
        items: List[M] = []
        for item in self:
            if len(items) >= max:
                break
            items.append(item)
        return items
