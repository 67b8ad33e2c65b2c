"""Decodes text/event-stream (HTML Living Standard §9.2)."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from typing import List, Optional

from .errors import CpodError

#: The maximum size of a message in characters, including incomplete lines.
MAX_CHARACTERS = 16 * 1024 * 1024


@dataclass(frozen=True)
class Message:
    """A message. `data` is `None` if the message only updates the last event ID."""

    event: str
    data: Optional[str]
    last_event_id: Optional[str]


class EventStreamDecoder:
    """Decodes a stream incrementally, wherever the input is split. Use one decoder for each connection."""

    def __init__(self, last_event_id: Optional[str]) -> None:
        self.last_event_id = last_event_id
        self.retry_seconds: Optional[float] = None
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._pieces: List[str] = []
        self._size = 0
        self._is_after_cr = False
        self._event, self._data, self._moves_id = "", [], False  # type: str, List[str], bool

    def take(self, content: bytes) -> List[Message]:
        """Returns the messages that these bytes complete. Errors: `CpodError` for a message that is too large."""
        text = self._decoder.decode(content)
        if self._is_after_cr and text.startswith("\n"):
            text = text[1:]
        if text:
            self._is_after_cr = text.endswith("\r")
        *ended, rest = re.split(r"\r\n|\r|\n", text)
        messages = []
        for piece in ended:
            line = "".join([*self._pieces, piece])
            self._size -= sum(len(one) for one in self._pieces)
            self._pieces = []
            if line != "":
                self._field(line)
                continue
            message = self._dispatch()
            if message is not None:
                messages.append(message)
        self._pieces.append(rest)
        self._grow(len(rest))
        return messages

    def _field(self, line: str) -> None:
        name, _, value = line.partition(":")
        value = value[1:] if value.startswith(" ") else value
        if name == "event":
            self._event = value
        elif name == "data":
            self._data.append(value)
            self._grow(len(value) + 1)
        elif name == "retry" and re.fullmatch(r"[0-9]+", value):
            self.retry_seconds = int(value) / 1000
        elif name == "id" and "\0" not in value:
            self.last_event_id, self._moves_id = value, True

    def _dispatch(self) -> Optional[Message]:
        event, data, moves_id = self._event, self._data, self._moves_id
        self._event, self._data, self._moves_id, self._size = "", [], False, 0
        if not data and not moves_id:
            return None
        return Message(event or "message", "\n".join(data) if data else None, self.last_event_id)

    def _grow(self, size: int) -> None:
        self._size += size
        if self._size > MAX_CHARACTERS:
            raise CpodError("The stream contains a message that is too large.")
