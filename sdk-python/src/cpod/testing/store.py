"""The data of the test double."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import Any, Callable, Dict, List, Tuple

#: A stand-in for a skill: receives its input and returns its output. If it raises an error, the job fails.
SkillStandIn = Callable[[Any], Any]


@dataclass
class MemoryStore:
    """The data of the test double, by the names of the API."""

    tokens: Dict[str, Dict[str, Any]] = field(default_factory=dict)
    secrets: Dict[str, str] = field(default_factory=dict)
    flags: Dict[str, Any] = field(default_factory=dict)
    skills: Dict[str, SkillStandIn] = field(default_factory=dict)
    #: Each job with its events, by its ID.
    jobs: Dict[str, Tuple[Dict[str, Any], List[Dict[str, Any]]]] = field(default_factory=dict)
    #: Each file with its content, by its tier and path.
    files: Dict[str, Tuple[Dict[str, Any], bytes]] = field(default_factory=dict)
    audit_events: List[Dict[str, Any]] = field(default_factory=list)
    _made: int = 0

    def new_id(self, prefix: str) -> str:
        """Returns an ID that the double has not used."""
        self._made += 1
        return f"{prefix}-memory{self._made}"


def now_text() -> str:
    """Returns the current time as the API writes it."""
    return datetime.now(timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def run_skill(store: MemoryStore, name: str, given: Any) -> Dict[str, Any]:
    """Runs the stand-in for a skill immediately, stores the finished job and returns it. Errors: `KeyError`."""
    stand_in = store.skills[name]
    output: Any = None
    error = None
    try:
        output = stand_in(given)
    except Exception as fault:
        error = {"code": "failed", "message": str(fault) or type(fault).__name__}
    at, id = now_text(), store.new_id("job")
    state = "succeeded" if error is None else "failed"
    job = {
        **{"id": id, "type": "skill", "kind": name, "input": given, "stage": "", "image": "", "exitCode": None},
        **{"progress": 100 if error is None else 0, "attempt": 1, "maxAttempts": 1, "timeoutSeconds": 60, "priority": 5},
        **{"status": "completed" if error is None else "failed", "state": state, "output": output, "error": error},
        **{"runAt": at, "createdAt": at, "startedAt": at, "completedAt": at, "userId": "memory", "node": "memory"},
        **{"inputUri": "", "outputUri": "", "logsUri": "", "secretNames": [], "cancelReason": "", "lastEvent": 3},
        **{"parentId": None, "scheduleId": None, "requeuedFrom": None, "requeuedAs": None},
    }
    types = ["created", "started", state]
    events = [{"jobId": id, "seq": index + 1, "type": kind, "at": at} for index, kind in enumerate(types)]
    store.jobs[id] = (job, events)
    return job
