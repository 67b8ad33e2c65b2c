"""The time that a caller is prepared to wait."""

from __future__ import annotations

import math
from time import monotonic
from typing import Optional


class Deadline:
    """The end of a wait of `seconds`; `None` for a wait without a limit."""

    def __init__(self, seconds: Optional[float]) -> None:
        self.seconds = math.inf if seconds is None else seconds
        self._ends_at = monotonic() + self.seconds

    def remaining(self) -> float:
        """Returns the remaining seconds, at least 0; infinity without a limit."""
        return max(0.0, self._ends_at - monotonic())
