"""A test double of the platform, for tests of code that uses the SDK."""

from .exchange import MemoryRequest
from .memory import MemoryCpod, RecordedCall
from .store import SkillStandIn

__all__ = ["MemoryCpod", "MemoryRequest", "RecordedCall", "SkillStandIn"]
