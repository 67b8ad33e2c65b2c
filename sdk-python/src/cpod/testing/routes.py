"""The routes that the test double supports."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import Any, Callable, Dict, List, Pattern, Sequence

import httpx

from .exchange import MemoryRequest, event_stream, failure
from .store import MemoryStore, now_text, run_skill


@dataclass(frozen=True)
class Asked:
    """A call to a route. `parts` are the decoded segments of its path."""

    request: MemoryRequest
    parts: Sequence[str]
    store: MemoryStore
    is_allowed: Callable[[str, str], bool]


@dataclass(frozen=True)
class Route:
    """A route. `action` must be allowed; it is empty if the route does not require one."""

    method: str
    path: Pattern[str]
    action: str
    answer: Callable[[Asked], httpx.Response]


def _decide(asked: Asked) -> httpx.Response:
    body = asked.request.body
    claims = asked.store.tokens.get(str(body["token"])) if "token" in body else {}
    if claims is None:
        return _ok({"allowed": False, "claims": {}, "reason": "token_malformed"})
    if not asked.is_allowed(str(body.get("action")), str(body.get("resource"))):
        return _ok({"allowed": False, "claims": {}, "reason": "denied"})
    return _ok({"allowed": True, "claims": claims, "reason": ""})


def _introspect(asked: Asked) -> httpx.Response:
    claims = asked.store.tokens.get(str(asked.request.body.get("token")))
    return _ok({"active": False} if claims is None else {"token_type": "Bearer", **claims, "active": True})


def _revoke(asked: Asked) -> httpx.Response:
    asked.store.tokens.pop(str(asked.request.body.get("token")), None)
    return httpx.Response(200)


def _append_event(asked: Asked) -> httpx.Response:
    store = asked.store
    store.audit_events.append(dict(asked.request.body))
    sequence = len(store.audit_events) - 1
    return _ok({"id": store.new_id("aud"), "sequenceId": sequence, "previousHash": "", "recordHash": ""}, 201)


def _evaluate_flag(asked: Asked) -> httpx.Response:
    key, flags = str(asked.request.body.get("key")), asked.store.flags
    is_known = key in flags
    value = flags[key] if is_known else asked.request.body.get("defaultValue")
    enabled = is_known and value is not False and value != 0 and value != "" and value is not None
    shown: Dict[str, Any] = {"key": key, "enabled": enabled, "value": value, "variant": None, "errorMessage": "", "metadata": {}}
    reason, code = ("STATIC", None) if is_known else ("ERROR", "FLAG_NOT_FOUND")
    return _ok({**shown, "snapshotId": "memory", "reason": reason, "errorCode": code})


def _resolve_secrets(asked: Asked) -> httpx.Response:
    secrets, resolved, unresolved = asked.store.secrets, [], []
    for ref in asked.request.body.get("refs") or []:
        name = ref["name"]
        shown = {"name": name, "bundle": None}
        if name in secrets:
            resolved.append({**shown, "value": secrets[name], "encoding": "utf8", "version": "1", "ref": ref})
        else:
            unresolved.append({**shown, "code": "not_found", "message": "The secret does not exist."})
    return _ok({"resolved": resolved, "unresolved": unresolved})


def _start_skill(asked: Asked) -> httpx.Response:
    (name,) = asked.parts
    if name not in asked.store.skills:
        return _missing("skill")
    job = run_skill(asked.store, name, asked.request.body.get("input"))
    names = ("id", "type", "status", "progress", "stage", "output", "error", "createdAt", "startedAt", "completedAt")
    return _ok({**{one: job[one] for one in names}, "skill": name, "version": f"{name}:1"})


def _get_job(asked: Asked) -> httpx.Response:
    found = asked.store.jobs.get(asked.parts[0])
    return _missing("job") if found is None else _ok(found[0])


def _watch_job(asked: Asked) -> httpx.Response:
    found = asked.store.jobs.get(asked.parts[0])
    if found is None:
        return _missing("job")
    after = int(asked.request.headers.get("last-event-id", "0"))
    return event_stream((str(one["seq"]), one["type"], one) for one in found[1] if one["seq"] > after)


def _put_file(asked: Asked) -> httpx.Response:
    request, store, (tier, key) = asked.request, asked.store, asked.parts
    before = store.files.get(f"{tier}/{key}")
    if before is not None and request.headers.get("if-none-match") == "*":
        return failure(412, "precondition_failed", "The file already exists.")
    held: Dict[str, Any] = {"id": store.new_id("fil"), "version": 0, "createdAt": now_text()} if before is None else before[0]
    checksum = hashlib.sha256(request.content).hexdigest()
    file = {
        **{"id": held["id"], "key": key, "tier": tier, "uri": f"cpod://memory/{tier}/{key}", "projectId": None},
        **{"size": len(request.content), "contentType": request.headers.get("content-type"), "checksum": checksum},
        **{"etag": f'"{checksum}"', "version": held["version"] + 1, "createdAt": held["createdAt"]},
        **{"createdBy": "memory", "updatedAt": now_text(), "updatedBy": "memory"},
    }
    store.files[f"{tier}/{key}"] = (file, request.content)
    return _ok(file, 201 if before is None else 200)


def _get_file(asked: Asked) -> httpx.Response:
    found = asked.store.files.get("/".join(asked.parts))
    if found is None:
        return _missing("file")
    file, content = found
    headers = {"content-type": file["contentType"], "etag": file["etag"], "x-file-version": str(file["version"])}
    return httpx.Response(200, content=content, headers=headers)


def _delete_file(asked: Asked) -> httpx.Response:
    found = asked.store.files.pop("/".join(asked.parts), None)
    return _missing("file") if found is None else httpx.Response(204)


def _list_files(asked: Asked) -> httpx.Response:
    tier, prefix = asked.request.query.get("tier"), asked.request.query.get("prefix", "")
    files = [file for file, _ in asked.store.files.values()]
    items = [one for one in files if tier in (None, one["tier"]) and one["key"].startswith(prefix)]
    return _ok({"items": items, "prefixes": [], "nextCursor": None})


def _ok(value: Any, status: int = 200) -> httpx.Response:
    return httpx.Response(status, json=value)


def _missing(kind: str) -> httpx.Response:
    return failure(404, "not_found", f"There is no such {kind}.")


def _route(method: str, path: str, action: str, answer: Callable[[Asked], httpx.Response]) -> Route:
    return Route(method, re.compile(f"/v1/{path}"), action, answer)


_FILE = "files/(private|user|shared)/(.+)"

ROUTES: List[Route] = [
    _route("POST", "authorize", "", _decide),
    _route("POST", "oauth/introspect", "", _introspect),
    _route("POST", "oauth/revoke", "", _revoke),
    _route("POST", "audit", "audit.event.create", _append_event),
    _route("POST", "flags/evaluate", "flag.evaluation.get", _evaluate_flag),
    _route("POST", "secrets/resolve", "secret.resolve", _resolve_secrets),
    _route("POST", "skills/([^/]+)/run", "skill.run", _start_skill),
    _route("GET", "jobs/([^/]+)", "job.get", _get_job),
    _route("GET", "jobs/([^/]+)/events", "job.events.get", _watch_job),
    _route("PUT", _FILE, "file.put", _put_file),
    _route("GET", _FILE, "file.get", _get_file),
    _route("DELETE", _FILE, "file.delete", _delete_file),
    _route("GET", "files", "file.list", _list_files),
]
