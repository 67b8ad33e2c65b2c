"""The namespaces whose calls need more than one request and its response."""

from __future__ import annotations

import json
import uuid
from typing import Any, Iterator, Dict, List, Mapping, Optional, Sequence, Tuple, Union

from .. import models as m
from ..errors import ConnectionError, ErrorMembers, PatternRefusedError, api_error
from ..requests import Body, Request, known, segment
from .api import (
    AppsApi,
    AuditApi,
    EventsApi,
    InvitationsApi,
    MaskingApi,
    SecretsApi,
    SelfRegistrationApi,
    UsersApi,
    WorkflowsApi,
)
from .arrival import content_of
from .follow import follow
from .http import Http


class Apps(AppsApi):
    """The tenant's apps and their secrets. Needs an admin token."""

    def __init__(self, http: Http) -> None:
        super().__init__(http)
        self.self_registration = SelfRegistrationApi(http)

    def delete_and_report(self, id: str, *, dry_run: bool) -> m.AppRemoval:
        """Deletes an app and reports the effect on its dependents. With `dry_run`, only reports."""
        request = Request("DELETE", f"/v1/oauth/apps/{segment(id)}", query={"dryRun": dry_run}, repeat="always")
        return self._http.model(m.AppRemoval, request)


class Audit(AuditApi):
    """The tenant's append-only audit log."""

    def export(
        self, *, format: str = "jsonl", from_: Optional[str] = None, to: Optional[str] = None, **filters: Optional[str]
    ) -> Iterator[bytes]:
        """Yields the log in order, in pieces: JSON lines, CSV or CloudEvents. Filters have the names of `query`."""
        query = known({"format": format, "from": from_, "to": to, **filters})
        request = Request("GET", "/v1/audit/export", query=query, headers={"accept": "*/*"}, repeat="always")
        response = self._http.send(request, is_stream=True)
        try:
            for piece in content_of(response):
                yield piece
        finally:
            response.close()


class Events(EventsApi):
    """The tenant's events. Needs the scope `events.read`."""

    def subscribe(
        self,
        *,
        types: Optional[Sequence[str]] = None,
        subject: Optional[str] = None,
        last_event_id: Optional[str] = None,
    ) -> Iterator[Tuple[m.CloudEvent, str]]:
        """Yields events as they happen, each with its position, until the caller leaves the loop.

        Reopens a lost connection and continues after the last event. Store the position once you have processed the event.
        Errors: `GoneError` for a position that is no longer stored.
        """
        query = known({"type": ",".join(types) if types else None, "subject": subject})
        for message in follow(self._http, "/v1/events", query, last_event_id):
            if message.data is not None:
                yield m.CloudEvent.model_validate(json.loads(message.data)), message.last_event_id or ""


class Masking(MaskingApi):
    """Masks personal data and secrets. Returns a value only if it is fully masked.

    Errors: `PatternRefusedError` if one of your patterns is refused, because its matches would remain.
    """

    def mask(self, value: Any, masking: Optional[Body[m.MaskRequest]] = None) -> Any:
        """Returns the masked form of any JSON value."""
        return self._masked("/v1/masking/mask", value, masking)

    def mask_batch(self, values: Sequence[Any], masking: Optional[Body[m.MaskRequest]] = None) -> List[Any]:
        """Masks many values in one call, in order."""
        if not values:
            return []
        masked = self.mask(list(values), masking)
        if isinstance(masked, list) and len(masked) == len(values):
            return masked
        raise ConnectionError("The response does not contain the masked values.")

    def mask_string(self, value: str, masking: Optional[Body[m.MaskStringRequest]] = None) -> str:
        """Returns the masked form of a text."""
        return str(self._masked("/v1/masking/mask-string", value, masking))

    def _masked(self, path: str, value: Any, masking: Any) -> Any:
        more = masking.to_wire() if hasattr(masking, "to_wire") else dict(masking or {})
        body = {**more, "value": value}
        result = self._http.json(Request("POST", path, json=body, repeat="always"))
        # A response without the list of refused patterns, or without a value, is not a masked value.
        if not isinstance(result, dict) or "maskedValue" not in result or "refusedPatterns" not in result:
            raise ConnectionError("The response does not contain a masked value.")
        if result["refusedPatterns"]:
            raise PatternRefusedError("A pattern was refused, so no value is returned.")
        return result["maskedValue"]


class Secrets(SecretsApi):
    """Secret values, which only callers with a grant can read. The SDK does not store them."""

    def resolve(self, name: str) -> str:
        """Returns the value of a secret. Errors: `ForbiddenError` without a grant, `NotFoundError`, `UnavailableError`."""
        return (self.resolve_many([name]))[name]

    def resolve_many(self, names: Sequence[str]) -> Dict[str, str]:
        """Returns the values of many secrets by name. Raises an error that names the first missing secret."""
        result = self.resolve_each({"refs": [{"name": name} for name in names]})
        values = {one.name: one.value for one in result.resolved}
        reasons = {one.name: one for one in result.unresolved}
        for name in names:
            if name not in values:
                code = getattr(reasons.get(name), "code", None) or "not_found"
                message = getattr(reasons.get(name), "message", None) or "There is no such secret."
                raise api_error(ErrorMembers(404 if code == "not_found" else 503, str(code), f"{name}: {message}"))
        return {name: values[name] for name in names}


class Invitations(InvitationsApi):
    """Invitations to join the tenant."""

    def accept(self, token: str, body: Body[m.InvitationAcceptance]) -> m.User:
        """Accepts an invitation. The token from its link is the only proof needed."""
        path = f"/v1/users/invitations/{segment(token)}/accept"
        request = Request("POST", path, json=body, repeat="never", needs_token=False)
        return self._http.model(m.User, request)


class Users(UsersApi):
    """The tenant's users."""

    def __init__(self, http: Http) -> None:
        super().__init__(http)
        self.invitations = Invitations(http)

    def import_users(
        self, text: str, content_type: str, *, dry_run: Optional[bool] = None, idempotency_key: Optional[str] = None
    ) -> m.UserImportReport:
        """Imports users from `text/csv` or `application/x-ndjson`, at most 16 MiB. With `dry_run`, only reports."""
        return self._http.model(m.UserImportReport, _import(text, content_type, dry_run, idempotency_key, None))

    def import_as_job(
        self, text: str, content_type: str, *, dry_run: Optional[bool] = None, idempotency_key: Optional[str] = None
    ) -> m.Job:
        """Imports users in a job, from at most 1 MiB. The job's output is the report."""
        request = _import(text, content_type, dry_run, idempotency_key, "respond-async")
        return self._http.model(m.Job, request)


def _import(
    text: str, content_type: str, dry_run: Optional[bool], idempotency_key: Optional[str], prefer: Optional[str]
) -> Request:
    headers = {
        "content-type": content_type,
        "idempotency-key": idempotency_key or str(uuid.uuid4()),
        "prefer": prefer,
    }
    query = known({"dryRun": dry_run})
    return Request("POST", "/v1/users/import", query=query, content=text.encode(), headers=headers, repeat="keyed")


class Workflows(WorkflowsApi):
    """Workflows: ordered steps with waits, approvals and compensation."""

    def validate(self, definition: Union[Mapping[str, Any], m.WorkflowDefinition, str]) -> m.WorkflowVerdict:
        """Validates a definition, or its YAML, without saving it."""
        path = "/v1/workflows/validate"
        if isinstance(definition, str):
            headers = {"content-type": "application/yaml"}
            request = Request("POST", path, content=definition.encode(), headers=headers, repeat="always")
        else:
            request = Request("POST", path, json=definition, repeat="always")
        return self._http.model(m.WorkflowVerdict, request)
