"""The namespaces of the API, generated from the OpenAPI document by `scripts/generate.py`. Do not edit."""

from __future__ import annotations

from typing import Any, Dict, Literal, Mapping, Optional, Union

from .. import models as m
from ..requests import Body, known, segment, segments
from .base import AsyncApi
from .pages import AsyncPages


class AsyncAppsApi(AsyncApi):
    """Calls of the namespace."""

    async def register(self, body: Body[m.NewApp], *, tenant: Optional[str] = None, idempotency_key: Optional[str] = None, timeout: Optional[float] = None, max_retries: Optional[int] = None) -> m.RegisteredApp:
        """Register an app; the response shows its secret once, if it has one. Needs the scope `admin`."""
        return await self._http.model(m.RegisteredApp, self._request("POST", "/v1/oauth/apps", query={"tenant": tenant}, json=body, is_keyed=True, idempotency_key=idempotency_key, repeat="keyed", timeout=timeout, max_retries=max_retries))

    def list(self, *, limit: Optional[int] = None, tenant: Optional[str] = None, timeout: Optional[float] = None, max_retries: Optional[int] = None) -> AsyncPages[m.App]:
        """List apps by client id. Needs the scope `admin`."""
        return AsyncPages(self._http, m.App, "/v1/oauth/apps", known({"limit": limit, "tenant": tenant}), timeout, max_retries)

    async def get(self, id: str, *, tenant: Optional[str] = None, timeout: Optional[float] = None, max_retries: Optional[int] = None) -> m.App:
        """Get an app. Needs the scope `admin`."""
        return await self._http.model(m.App, self._request("GET", f"/v1/oauth/apps/{segment(id)}", query={"tenant": tenant}, repeat="always", timeout=timeout, max_retries=max_retries))

    async def update(self, id: str, body: Optional[Body[m.AppPatch]] = None, *, tenant: Optional[str] = None, if_match: Optional[str] = None, timeout: Optional[float] = None, max_retries: Optional[int] = None) -> m.App:
        """Change an app. Needs the scope `admin`."""
        return await self._http.model(m.App, self._request("PATCH", f"/v1/oauth/apps/{segment(id)}", query={"tenant": tenant}, json=body or {}, if_match=if_match, repeat="never", timeout=timeout, max_retries=max_retries))

    async def delete(self, id: str, *, tenant: Optional[str] = None, dry_run: Optional[Union[Literal["true", "false"], str]] = None, timeout: Optional[float] = None, max_retries: Optional[int] = None) -> None:
        """Delete an app and revoke all its tokens and grants. Needs the scope `admin`."""
        await self._http.json(self._request("DELETE", f"/v1/oauth/apps/{segment(id)}", query={"tenant": tenant, "dryRun": dry_run}, repeat="always", timeout=timeout, max_retries=max_retries))

    async def rotate_secret(self, id: str, overlap_seconds: Optional[int] = None, *, tenant: Optional[str] = None, idempotency_key: Optional[str] = None, timeout: Optional[float] = None, max_retries: Optional[int] = None) -> m.AppWithSecret:
        """Create a new secret for an app. Needs the scope `admin`."""
        return await self._http.model(m.AppWithSecret, self._request("POST", f"/v1/oauth/apps/{segment(id)}/rotate-secret", query={"tenant": tenant}, json=known({"overlap_seconds": overlap_seconds}), is_keyed=True, idempotency_key=idempotency_key, repeat="keyed", timeout=timeout, max_retries=max_retries))


class AsyncSelfRegistrationApi(AsyncApi):
    """Calls of the namespace."""

    async def get(self, *, tenant: Optional[str] = None, timeout: Optional[float] = None, max_retries: Optional[int] = None) -> m.SelfRegistration:
        """Get whether apps can register themselves. Needs the scope `admin`."""
        return await self._http.model(m.SelfRegistration, self._request("GET", "/v1/oauth/client-registration", query={"tenant": tenant}, repeat="always", timeout=timeout, max_retries=max_retries))

    async def set(self, body: Body[m.SelfRegistrationOrder], *, tenant: Optional[str] = None, timeout: Optional[float] = None, max_retries: Optional[int] = None) -> m.SelfRegistration:
        """Enable or disable self-registration of apps with an initial access token. Needs the scope `admin`."""
        return await self._http.model(m.SelfRegistration, self._request("PUT", "/v1/oauth/client-registration", query={"tenant": tenant}, json=body, repeat="always", timeout=timeout, max_retries=max_retries))

    async def create_token(self, body: Body[m.NewInitialToken], *, tenant: Optional[str] = None, idempotency_key: Optional[str] = None, timeout: Optional[float] = None, max_retries: Optional[int] = None) -> m.InitialTokenWithSecret:
        """Create an initial access token; it is shown only once. Needs the scope `admin`."""
        return await self._http.model(m.InitialTokenWithSecret, self._request("POST", "/v1/oauth/client-registration/tokens", query={"tenant": tenant}, json=body, is_keyed=True, idempotency_key=idempotency_key, repeat="keyed", timeout=timeout, max_retries=max_retries))

    def tokens(self, *, limit: Optional[int] = None, sort: Optional[Union[Literal["createdAt", "-createdAt"], str]] = None, include: Optional[Literal['total']] = None, tenant: Optional[str] = None, timeout: Optional[float] = None, max_retries: Optional[int] = None) -> AsyncPages[m.InitialToken]:
        """List initial access tokens. Needs the scope `admin`."""
        return AsyncPages(self._http, m.InitialToken, "/v1/oauth/client-registration/tokens", known({"limit": limit, "sort": sort, "include": include, "tenant": tenant}), timeout, max_retries)

    async def delete_token(self, id: str, *, tenant: Optional[str] = None, timeout: Optional[float] = None, max_retries: Optional[int] = None) -> None:
        """Delete an initial access token; apps that registered with it stay. Needs the scope `admin`."""
        await self._http.json(self._request("DELETE", f"/v1/oauth/client-registration/tokens/{segment(id)}", query={"tenant": tenant}, repeat="always", timeout=timeout, max_retries=max_retries))


class AsyncAuditApi(AsyncApi):
    """Calls of the namespace."""

    async def emit(self, body: Body[m.NewAuditEvent], *, idempotency_key: Optional[str] = None, timeout: Optional[float] = None, max_retries: Optional[int] = None) -> m.AuditReceipt:
        """Record an event of your own. Needs the scope `audit.write`."""
        return await self._http.model(m.AuditReceipt, self._request("POST", "/v1/audit", json=body, is_keyed=True, idempotency_key=idempotency_key, repeat="keyed", timeout=timeout, max_retries=max_retries))

    def query(self, *, actor: Optional[str] = None, action: Optional[str] = None, resource: Optional[str] = None, outcome: Optional[Union[Literal["success", "denied", "failure"], str]] = None, from_: Optional[str] = None, to: Optional[str] = None, q: Optional[str] = None, limit: Optional[int] = None, timeout: Optional[float] = None, max_retries: Optional[int] = None) -> AsyncPages[m.AuditRecord]:
        """Search the audit log, newest first. Needs the scope `audit.read`."""
        return AsyncPages(self._http, m.AuditRecord, "/v1/audit", known({"actor": actor, "action": action, "resource": resource, "outcome": outcome, "from": from_, "to": to, "q": q, "limit": limit}), timeout, max_retries)

    async def proof(self, id: str, *, timeout: Optional[float] = None, max_retries: Optional[int] = None) -> m.AuditInclusionProof:
        """Prove that a record is in the tenant’s log. Needs the scope `audit.read`."""
        return await self._http.model(m.AuditInclusionProof, self._request("GET", f"/v1/audit/{segment(id)}/proof", repeat="always", timeout=timeout, max_retries=max_retries))


class AsyncConnectionsApi(AsyncApi):
    """Calls of the namespace."""

    async def create(self, body: Body[m.NewConnection], *, tenant: Optional[str] = None, idempotency_key: Optional[str] = None, timeout: Optional[float] = None, max_retries: Optional[int] = None) -> m.Connection:
        """Connect an identity provider for sign-in. Needs the scope `admin`."""
        return await self._http.model(m.Connection, self._request("POST", "/v1/connections", query={"tenant": tenant}, json=body, is_keyed=True, idempotency_key=idempotency_key, repeat="keyed", timeout=timeout, max_retries=max_retries))

    def list(self, *, limit: Optional[int] = None, sort: Optional[Union[Literal["createdAt", "-createdAt"], str]] = None, include: Optional[Literal['total']] = None, status: Optional[Union[Literal["active", "disabled"], str]] = None, tenant: Optional[str] = None, timeout: Optional[float] = None, max_retries: Optional[int] = None) -> AsyncPages[m.Connection]:
        """List connections, without their secrets. Needs the scope `admin`."""
        return AsyncPages(self._http, m.Connection, "/v1/connections", known({"limit": limit, "sort": sort, "include": include, "status": status, "tenant": tenant}), timeout, max_retries)

    async def get(self, id: str, *, tenant: Optional[str] = None, timeout: Optional[float] = None, max_retries: Optional[int] = None) -> m.Connection:
        """Get a connection, without its secret. Needs the scope `admin`."""
        return await self._http.model(m.Connection, self._request("GET", f"/v1/connections/{segment(id)}", query={"tenant": tenant}, repeat="always", timeout=timeout, max_retries=max_retries))

    async def update(self, id: str, body: Optional[Body[m.ConnectionPatch]] = None, *, tenant: Optional[str] = None, if_match: Optional[str] = None, timeout: Optional[float] = None, max_retries: Optional[int] = None) -> m.Connection:
        """Change, disable or enforce a connection. Needs the scope `admin`."""
        return await self._http.model(m.Connection, self._request("PATCH", f"/v1/connections/{segment(id)}", query={"tenant": tenant}, json=body or {}, if_match=if_match, repeat="never", timeout=timeout, max_retries=max_retries))

    async def delete(self, id: str, *, tenant: Optional[str] = None, if_match: Optional[str] = None, timeout: Optional[float] = None, max_retries: Optional[int] = None) -> None:
        """Delete a connection with its domains and identities; the users stay. Needs the scope `admin`."""
        await self._http.json(self._request("DELETE", f"/v1/connections/{segment(id)}", query={"tenant": tenant}, if_match=if_match, repeat="always", timeout=timeout, max_retries=max_retries))

    async def check(self, id: str, *, tenant: Optional[str] = None, timeout: Optional[float] = None, max_retries: Optional[int] = None) -> m.ConnectionCheck:
        """Read the metadata of the provider now, and report problems. Needs the scope `admin`."""
        return await self._http.model(m.ConnectionCheck, self._request("POST", f"/v1/connections/{segment(id)}/check", query={"tenant": tenant}, repeat="never", timeout=timeout, max_retries=max_retries))

    async def add_domain(self, id: str, body: Body[m.NewConnectionDomain], *, tenant: Optional[str] = None, idempotency_key: Optional[str] = None, timeout: Optional[float] = None, max_retries: Optional[int] = None) -> m.ConnectionDomain:
        """Add a domain, and get the TXT record that proves control of it. Needs the scope `admin`."""
        return await self._http.model(m.ConnectionDomain, self._request("POST", f"/v1/connections/{segment(id)}/domains", query={"tenant": tenant}, json=body, is_keyed=True, idempotency_key=idempotency_key, repeat="keyed", timeout=timeout, max_retries=max_retries))

    async def verify_domain(self, id: str, domain: str, *, tenant: Optional[str] = None, idempotency_key: Optional[str] = None, timeout: Optional[float] = None, max_retries: Optional[int] = None) -> m.ConnectionDomain:
        """Look for the TXT record of a domain now. Needs the scope `admin`."""
        return await self._http.model(m.ConnectionDomain, self._request("POST", f"/v1/connections/{segment(id)}/domains/{segment(domain)}/verify", query={"tenant": tenant}, is_keyed=True, idempotency_key=idempotency_key, repeat="keyed", timeout=timeout, max_retries=max_retries))

    async def remove_domain(self, id: str, domain: str, *, tenant: Optional[str] = None, timeout: Optional[float] = None, max_retries: Optional[int] = None) -> None:
        """Remove a domain from a connection. Needs the scope `admin`."""
        await self._http.json(self._request("DELETE", f"/v1/connections/{segment(id)}/domains/{segment(domain)}", query={"tenant": tenant}, repeat="always", timeout=timeout, max_retries=max_retries))

    def identities(self, id: str, *, limit: Optional[int] = None, sort: Optional[Union[Literal["linkedAt", "-linkedAt"], str]] = None, include: Optional[Literal['total']] = None, user_id: Optional[str] = None, tenant: Optional[str] = None, timeout: Optional[float] = None, max_retries: Optional[int] = None) -> AsyncPages[m.LinkedIdentity]:
        """List the identities that are linked to users. Needs the scope `admin`."""
        return AsyncPages(self._http, m.LinkedIdentity, f"/v1/connections/{segment(id)}/identities", known({"limit": limit, "sort": sort, "include": include, "userId": user_id, "tenant": tenant}), timeout, max_retries)

    async def unlink(self, id: str, identity_id: str, *, tenant: Optional[str] = None, timeout: Optional[float] = None, max_retries: Optional[int] = None) -> None:
        """Unlink an identity, unless it is the last way for its user to sign in. Needs the scope `admin`."""
        await self._http.json(self._request("DELETE", f"/v1/connections/{segment(id)}/identities/{segment(identity_id)}", query={"tenant": tenant}, repeat="always", timeout=timeout, max_retries=max_retries))


class AsyncCredentialsApi(AsyncApi):
    """Calls of the namespace."""

    async def create(self, body: Body[m.NewCredential], *, idempotency_key: Optional[str] = None, timeout: Optional[float] = None, max_retries: Optional[int] = None) -> m.CredentialWithKey:
        """Create an API key; it is shown only once. Needs the scope `credentials.write`."""
        return await self._http.model(m.CredentialWithKey, self._request("POST", "/v1/credentials", json=body, is_keyed=True, idempotency_key=idempotency_key, repeat="keyed", timeout=timeout, max_retries=max_retries))

    def list(self, *, limit: Optional[int] = None, sort: Optional[Union[Literal["createdAt", "-createdAt", "name", "-name"], str]] = None, include: Optional[Literal['total']] = None, status: Optional[Union[Literal["active", "revoked", "expired"], str]] = None, owner_id: Optional[str] = None, timeout: Optional[float] = None, max_retries: Optional[int] = None) -> AsyncPages[m.Credential]:
        """List API keys: your own, or all keys of the tenant with the scope admin. Needs the scope `credentials.read`."""
        return AsyncPages(self._http, m.Credential, "/v1/credentials", known({"limit": limit, "sort": sort, "include": include, "status": status, "ownerId": owner_id}), timeout, max_retries)

    async def get(self, id: str, *, timeout: Optional[float] = None, max_retries: Optional[int] = None) -> m.Credential:
        """Get an API key without its secret. Needs the scope `credentials.read`."""
        return await self._http.model(m.Credential, self._request("GET", f"/v1/credentials/{segment(id)}", repeat="always", timeout=timeout, max_retries=max_retries))

    async def revoke(self, id: str, *, idempotency_key: Optional[str] = None, if_match: Optional[str] = None, timeout: Optional[float] = None, max_retries: Optional[int] = None) -> m.Credential:
        """Revoke an API key and every token created from it. Needs the scope `credentials.write`."""
        return await self._http.model(m.Credential, self._request("POST", f"/v1/credentials/{segment(id)}/revoke", is_keyed=True, idempotency_key=idempotency_key, if_match=if_match, repeat="keyed", timeout=timeout, max_retries=max_retries))

    async def rotate(self, id: str, body: Optional[Body[m.CredentialRotation]] = None, *, idempotency_key: Optional[str] = None, if_match: Optional[str] = None, timeout: Optional[float] = None, max_retries: Optional[int] = None) -> m.CredentialWithKey:
        """Rotate an API key; the previous key stays valid for an overlap period. Needs the scope `credentials.write`."""
        return await self._http.model(m.CredentialWithKey, self._request("POST", f"/v1/credentials/{segment(id)}/rotate", json=body or {}, is_keyed=True, idempotency_key=idempotency_key, if_match=if_match, repeat="keyed", timeout=timeout, max_retries=max_retries))


class AsyncEventsApi(AsyncApi):
    """Calls of the namespace."""

    def list(self, *, limit: Optional[int] = None, type: Optional[str] = None, subject: Optional[str] = None, timeout: Optional[float] = None, max_retries: Optional[int] = None) -> AsyncPages[m.CloudEvent]:
        """Stream events (Server-Sent Events), or list them in pages (Accept: application/json). Needs the scope `events.read`."""
        return AsyncPages(self._http, m.CloudEvent, "/v1/events", known({"limit": limit, "type": type, "subject": subject}), timeout, max_retries)


class AsyncFilesApi(AsyncApi):
    """Calls of the namespace."""

    def list(self, tier: Union[Literal["private", "user", "shared"], str], *, prefix: Optional[str] = None, delimiter: Optional[Literal['/']] = None, project_id: Optional[str] = None, limit: Optional[int] = None, timeout: Optional[float] = None, max_retries: Optional[int] = None) -> AsyncPages[m.File]:
        """List files by path prefix. Needs the scope `files.read`."""
        return AsyncPages(self._http, m.File, "/v1/files", known({"tier": tier, "prefix": prefix, "delimiter": delimiter, "projectId": project_id, "limit": limit}), timeout, max_retries)

    async def delete(self, tier: str, path: str, *, versions: Optional[Union[Literal["keep", "drop"], str]] = None, if_match: Optional[str] = None, timeout: Optional[float] = None, max_retries: Optional[int] = None) -> None:
        """Delete a file; its versions can be copied back for a while. Needs the scope `files.write`."""
        await self._http.json(self._request("DELETE", f"/v1/files/{segment(tier)}/{segments(path)}", query={"versions": versions}, if_match=if_match, repeat="always", timeout=timeout, max_retries=max_retries))

    async def copy(self, body: Body[m.FileCopy], *, idempotency_key: Optional[str] = None, timeout: Optional[float] = None, max_retries: Optional[int] = None) -> m.File:
        """Copy a file, or an earlier version of a file. Needs the scope `files.write`."""
        return await self._http.model(m.File, self._request("POST", "/v1/files/copy", json=body, is_keyed=True, idempotency_key=idempotency_key, repeat="keyed", timeout=timeout, max_retries=max_retries))

    async def move(self, body: Body[m.FileMove], *, idempotency_key: Optional[str] = None, timeout: Optional[float] = None, max_retries: Optional[int] = None) -> m.File:
        """Move a file; its earlier versions stay where they were. Needs the scope `files.write`."""
        return await self._http.model(m.File, self._request("POST", "/v1/files/move", json=body, is_keyed=True, idempotency_key=idempotency_key, repeat="keyed", timeout=timeout, max_retries=max_retries))

    async def sign(self, body: Body[m.NewSignedUrl], *, idempotency_key: Optional[str] = None, timeout: Optional[float] = None, max_retries: Optional[int] = None) -> m.SignedUrl:
        """Sign a URL that lets its bearer get or put a file, valid for at most a day. Needs a valid access token."""
        return await self._http.model(m.SignedUrl, self._request("POST", "/v1/files/signed-urls", json=body, is_keyed=True, idempotency_key=idempotency_key, repeat="keyed", timeout=timeout, max_retries=max_retries))

    def versions(self, tier: Union[Literal["private", "user", "shared"], str], path: str, *, limit: Optional[int] = None, timeout: Optional[float] = None, max_retries: Optional[int] = None) -> AsyncPages[m.FileVersion]:
        """List the versions of a file, newest first. Needs the scope `files.read`."""
        return AsyncPages(self._http, m.FileVersion, "/v1/files/versions", known({"tier": tier, "path": path, "limit": limit}), timeout, max_retries)


class AsyncFlagsApi(AsyncApi):
    """Calls of the namespace."""

    async def evaluate(self, key: str, context: Any = None, default_value: Any = None, *, timeout: Optional[float] = None, max_retries: Optional[int] = None) -> m.SnapshotFlagEvaluation:
        """Evaluate one flag; an unknown flag is off, with an error code. Needs the scope `flags.read`."""
        return await self._http.model(m.SnapshotFlagEvaluation, self._request("POST", "/v1/flags/evaluate", json=known({"key": key, "context": context, "defaultValue": default_value}), repeat="always", timeout=timeout, max_retries=max_retries))

    async def evaluate_all(self, context: Any = None, *, timeout: Optional[float] = None, max_retries: Optional[int] = None) -> m.SnapshotFlagEvaluations:
        """Evaluate every flag in one version. Needs the scope `flags.read`."""
        return await self._http.model(m.SnapshotFlagEvaluations, self._request("POST", "/v1/flags/evaluate-all", json=known({"context": context}), repeat="always", timeout=timeout, max_retries=max_retries))

    def list(self, *, limit: Optional[int] = None, timeout: Optional[float] = None, max_retries: Optional[int] = None) -> AsyncPages[m.Flag]:
        """List flags by key. Needs the scope `flags.read`."""
        return AsyncPages(self._http, m.Flag, "/v1/flags", known({"limit": limit}), timeout, max_retries)

    async def set(self, key: str, body: Mapping[str, Any], *, if_match: Optional[str] = None, timeout: Optional[float] = None, max_retries: Optional[int] = None) -> m.Flag:
        """Create or replace a flag in flagd's JSON. Needs the scope `flags.write`."""
        return await self._http.model(m.Flag, self._request("PUT", f"/v1/flags/{segment(key)}", json=body, if_match=if_match, repeat="always", timeout=timeout, max_retries=max_retries))


class AsyncGrantsApi(AsyncApi):
    """Calls of the namespace."""

    async def list(self, *, timeout: Optional[float] = None, max_retries: Optional[int] = None) -> m.GrantList:
        """List the user's grants to apps. Needs a valid access token."""
        return await self._http.model(m.GrantList, self._request("GET", "/v1/oauth/me/grants", repeat="always", timeout=timeout, max_retries=max_retries))

    async def revoke(self, id: str, *, timeout: Optional[float] = None, max_retries: Optional[int] = None) -> None:
        """Revoke a grant and all its tokens. Needs a valid access token."""
        await self._http.json(self._request("DELETE", f"/v1/oauth/me/grants/{segment(id)}", repeat="always", timeout=timeout, max_retries=max_retries))


class AsyncGroupsApi(AsyncApi):
    """Calls of the namespace."""

    async def create(self, body: Body[m.NewGroup], *, idempotency_key: Optional[str] = None, timeout: Optional[float] = None, max_retries: Optional[int] = None) -> m.Group:
        """Create a group. Needs the scope `groups.write`."""
        return await self._http.model(m.Group, self._request("POST", "/v1/groups", json=body, is_keyed=True, idempotency_key=idempotency_key, repeat="keyed", timeout=timeout, max_retries=max_retries))

    def list(self, *, limit: Optional[int] = None, sort: Optional[Union[Literal["createdAt", "-createdAt", "updatedAt", "-updatedAt", "displayName", "-displayName"], str]] = None, include: Optional[Literal['total']] = None, role: Optional[Union[Literal["owner", "admin", "member", "viewer"], str]] = None, external_id: Optional[str] = None, timeout: Optional[float] = None, max_retries: Optional[int] = None) -> AsyncPages[m.Group]:
        """List groups. Needs the scope `groups.read`."""
        return AsyncPages(self._http, m.Group, "/v1/groups", known({"limit": limit, "sort": sort, "include": include, "role": role, "externalId": external_id}), timeout, max_retries)

    async def get(self, id: str, *, timeout: Optional[float] = None, max_retries: Optional[int] = None) -> m.Group:
        """Get a group. Needs the scope `groups.read`."""
        return await self._http.model(m.Group, self._request("GET", f"/v1/groups/{segment(id)}", repeat="always", timeout=timeout, max_retries=max_retries))

    async def update(self, id: str, body: Optional[Body[m.GroupPatch]] = None, *, if_match: Optional[str] = None, timeout: Optional[float] = None, max_retries: Optional[int] = None) -> m.Group:
        """Change a group. Needs the scope `groups.write`."""
        return await self._http.model(m.Group, self._request("PATCH", f"/v1/groups/{segment(id)}", json=body or {}, if_match=if_match, repeat="never", timeout=timeout, max_retries=max_retries))

    async def delete(self, id: str, *, if_match: Optional[str] = None, timeout: Optional[float] = None, max_retries: Optional[int] = None) -> None:
        """Delete a group. Needs the scope `groups.write`."""
        await self._http.json(self._request("DELETE", f"/v1/groups/{segment(id)}", if_match=if_match, repeat="always", timeout=timeout, max_retries=max_retries))

    def members(self, id: str, *, limit: Optional[int] = None, sort: Optional[Union[Literal["userId", "-userId", "addedAt", "-addedAt"], str]] = None, include: Optional[Literal['total']] = None, timeout: Optional[float] = None, max_retries: Optional[int] = None) -> AsyncPages[m.GroupMember]:
        """List the members of a group. Needs the scope `groups.read`."""
        return AsyncPages(self._http, m.GroupMember, f"/v1/groups/{segment(id)}/members", known({"limit": limit, "sort": sort, "include": include}), timeout, max_retries)

    async def add_member(self, id: str, user_id: str, *, timeout: Optional[float] = None, max_retries: Optional[int] = None) -> None:
        """Add a user to a group. Needs the scope `groups.write`."""
        await self._http.json(self._request("PUT", f"/v1/groups/{segment(id)}/members/{segment(user_id)}", repeat="always", timeout=timeout, max_retries=max_retries))

    async def remove_member(self, id: str, user_id: str, *, timeout: Optional[float] = None, max_retries: Optional[int] = None) -> None:
        """Remove a user from a group. Needs the scope `groups.write`."""
        await self._http.json(self._request("DELETE", f"/v1/groups/{segment(id)}/members/{segment(user_id)}", repeat="always", timeout=timeout, max_retries=max_retries))


class AsyncIdentitiesApi(AsyncApi):
    """Calls of the namespace."""

    def list(self, *, timeout: Optional[float] = None, max_retries: Optional[int] = None) -> AsyncPages[m.LinkedIdentity]:
        """List the identities of the signed-in user at identity providers. Needs the scope `users.read`."""
        return AsyncPages(self._http, m.LinkedIdentity, "/v1/identities", known({}), timeout, max_retries)

    async def unlink(self, id: str, *, timeout: Optional[float] = None, max_retries: Optional[int] = None) -> None:
        """Unlink an identity of the signed-in user, unless it is the last way to sign in. Needs the scope `users.write`."""
        await self._http.json(self._request("DELETE", f"/v1/identities/{segment(id)}", repeat="always", timeout=timeout, max_retries=max_retries))


class AsyncJobsApi(AsyncApi):
    """Calls of the namespace."""

    async def submit(self, body: Body[m.NewJob], *, idempotency_key: Optional[str] = None, timeout: Optional[float] = None, max_retries: Optional[int] = None) -> m.Job:
        """Submit a job; it runs when a worker has capacity. Needs the scope `jobs.write`."""
        return await self._http.model(m.Job, self._request("POST", "/v1/jobs", json=body, is_keyed=True, idempotency_key=idempotency_key, repeat="keyed", timeout=timeout, max_retries=max_retries))

    def list(self, *, limit: Optional[int] = None, sort: Optional[Union[Literal["createdAt", "-createdAt"], str]] = None, include: Optional[Literal['total']] = None, type: Optional[Union[Literal["skill", "workflow", "sync", "container"], str]] = None, kind: Optional[str] = None, user_id: Optional[str] = None, parent_id: Optional[str] = None, schedule_id: Optional[str] = None, status: Optional[str] = None, timeout: Optional[float] = None, max_retries: Optional[int] = None) -> AsyncPages[m.Job]:
        """List jobs, newest first. Needs the scope `jobs.read`."""
        return AsyncPages(self._http, m.Job, "/v1/jobs", known({"limit": limit, "sort": sort, "include": include, "type": type, "kind": kind, "userId": user_id, "parentId": parent_id, "scheduleId": schedule_id, "status": status}), timeout, max_retries)

    async def get(self, id: str, *, timeout: Optional[float] = None, max_retries: Optional[int] = None) -> m.Job:
        """Get a job. Needs the scope `jobs.read`."""
        return await self._http.model(m.Job, self._request("GET", f"/v1/jobs/{segment(id)}", repeat="always", timeout=timeout, max_retries=max_retries))

    async def cancel(self, id: str, reason: Optional[str] = None, *, idempotency_key: Optional[str] = None, timeout: Optional[float] = None, max_retries: Optional[int] = None) -> m.Job:
        """Cancel a job; a job that has ended stays unchanged. Needs the scope `jobs.write`."""
        return await self._http.model(m.Job, self._request("POST", f"/v1/jobs/{segment(id)}/cancel", json=known({"reason": reason}), is_keyed=True, idempotency_key=idempotency_key, repeat="keyed", timeout=timeout, max_retries=max_retries))

    async def requeue(self, id: str, *, idempotency_key: Optional[str] = None, timeout: Optional[float] = None, max_retries: Optional[int] = None) -> m.Job:
        """Retry a failed or cancelled job as a new job with the same request. Needs the scope `jobs.write`."""
        return await self._http.model(m.Job, self._request("POST", f"/v1/jobs/{segment(id)}/requeue", is_keyed=True, idempotency_key=idempotency_key, repeat="keyed", timeout=timeout, max_retries=max_retries))

    def output(self, id: str, *, ttl_seconds: Optional[int] = None, timeout: Optional[float] = None, max_retries: Optional[int] = None) -> AsyncPages[m.JobOutputFile]:
        """List the output files of a job with signed URLs; empty until the job ends. Needs the scope `jobs.read`."""
        return AsyncPages(self._http, m.JobOutputFile, f"/v1/jobs/{segment(id)}/output", known({"ttlSeconds": ttl_seconds}), timeout, max_retries)

    def schedules(self, *, timeout: Optional[float] = None, max_retries: Optional[int] = None) -> AsyncPages[m.JobSchedule]:
        """List all job schedules by name on one page. Needs the scope `jobs.read`."""
        return AsyncPages(self._http, m.JobSchedule, "/v1/jobs/schedules", known({}), timeout, max_retries)

    async def schedule(self, name: str, *, timeout: Optional[float] = None, max_retries: Optional[int] = None) -> m.JobSchedule:
        """Get a schedule with its next due time. Needs the scope `jobs.read`."""
        return await self._http.model(m.JobSchedule, self._request("GET", f"/v1/jobs/schedules/{segment(name)}", repeat="always", timeout=timeout, max_retries=max_retries))

    async def set_schedule(self, name: str, body: Body[m.NewJobSchedule], *, timeout: Optional[float] = None, max_retries: Optional[int] = None) -> m.JobSchedule:
        """Create or replace a schedule that submits a job according to a cron pattern. Needs the scope `jobs.write`."""
        return await self._http.model(m.JobSchedule, self._request("PUT", f"/v1/jobs/schedules/{segment(name)}", json=body, repeat="always", timeout=timeout, max_retries=max_retries))

    async def resume_schedule(self, name: str, *, idempotency_key: Optional[str] = None, timeout: Optional[float] = None, max_retries: Optional[int] = None) -> m.JobSchedule:
        """Run a schedule under your authority from now on, even if the platform paused it. Needs the scope `jobs.write`."""
        return await self._http.model(m.JobSchedule, self._request("POST", f"/v1/jobs/schedules/{segment(name)}/resume", is_keyed=True, idempotency_key=idempotency_key, repeat="keyed", timeout=timeout, max_retries=max_retries))

    async def transfer_schedule(self, name: str, body: Body[m.NewTriggerOwner], *, idempotency_key: Optional[str] = None, timeout: Optional[float] = None, max_retries: Optional[int] = None) -> m.JobSchedule:
        """Offer a schedule to another owner, who takes it over by resuming it. Needs the scope `jobs.write`."""
        return await self._http.model(m.JobSchedule, self._request("POST", f"/v1/jobs/schedules/{segment(name)}/transfer", json=body, is_keyed=True, idempotency_key=idempotency_key, repeat="keyed", timeout=timeout, max_retries=max_retries))

    async def delete_schedule(self, name: str, *, timeout: Optional[float] = None, max_retries: Optional[int] = None) -> None:
        """Delete a schedule but keep its jobs. Needs the scope `jobs.write`."""
        await self._http.json(self._request("DELETE", f"/v1/jobs/schedules/{segment(name)}", repeat="always", timeout=timeout, max_retries=max_retries))


class AsyncMaskingApi(AsyncApi):
    """Calls of the namespace."""

    async def detokenise(self, body: Body[m.DetokeniseRequest], *, timeout: Optional[float] = None, max_retries: Optional[int] = None) -> m.DetokeniseResult:
        """Restore the values behind tokens and encrypted values; the call is audited. Needs the scope `masking.detokenise`."""
        return await self._http.model(m.DetokeniseResult, self._request("POST", "/v1/masking/detokenise", json=body, repeat="always", timeout=timeout, max_retries=max_retries))


class AsyncProjectsApi(AsyncApi):
    """Calls of the namespace."""

    async def create(self, body: Body[m.NewProject], *, idempotency_key: Optional[str] = None, timeout: Optional[float] = None, max_retries: Optional[int] = None) -> m.Project:
        """Create a project. Needs the scope `projects.write`."""
        return await self._http.model(m.Project, self._request("POST", "/v1/projects", json=body, is_keyed=True, idempotency_key=idempotency_key, repeat="keyed", timeout=timeout, max_retries=max_retries))

    def list(self, *, limit: Optional[int] = None, sort: Optional[Union[Literal["createdAt", "-createdAt", "updatedAt", "-updatedAt", "name", "-name"], str]] = None, include: Optional[Literal['total']] = None, key: Optional[str] = None, owner_id: Optional[str] = None, status: Optional[Union[Literal["planned", "active", "on_hold", "completed", "archived"], str]] = None, priority: Optional[Union[Literal["low", "medium", "high", "critical"], str]] = None, label: Optional[str] = None, deleted: Optional[Union[Literal["false", "true"], str]] = None, timeout: Optional[float] = None, max_retries: Optional[int] = None) -> AsyncPages[m.Project]:
        """List projects. Needs the scope `projects.read`."""
        return AsyncPages(self._http, m.Project, "/v1/projects", known({"limit": limit, "sort": sort, "include": include, "key": key, "ownerId": owner_id, "status": status, "priority": priority, "label": label, "deleted": deleted}), timeout, max_retries)

    async def get(self, id: str, *, timeout: Optional[float] = None, max_retries: Optional[int] = None) -> m.Project:
        """Get a project. Needs the scope `projects.read`."""
        return await self._http.model(m.Project, self._request("GET", f"/v1/projects/{segment(id)}", repeat="always", timeout=timeout, max_retries=max_retries))

    async def update(self, id: str, body: Optional[Body[m.ProjectPatch]] = None, *, if_match: Optional[str] = None, timeout: Optional[float] = None, max_retries: Optional[int] = None) -> m.Project:
        """Change a project. Needs the scope `projects.write`."""
        return await self._http.model(m.Project, self._request("PATCH", f"/v1/projects/{segment(id)}", json=body or {}, if_match=if_match, repeat="never", timeout=timeout, max_retries=max_retries))

    async def delete(self, id: str, *, if_match: Optional[str] = None, timeout: Optional[float] = None, max_retries: Optional[int] = None) -> None:
        """Delete a project; it can be restored for 30 days. Needs the scope `projects.write`."""
        await self._http.json(self._request("DELETE", f"/v1/projects/{segment(id)}", if_match=if_match, repeat="always", timeout=timeout, max_retries=max_retries))

    async def restore(self, id: str, *, idempotency_key: Optional[str] = None, timeout: Optional[float] = None, max_retries: Optional[int] = None) -> m.Project:
        """Restore a deleted project. Needs the scope `projects.write`."""
        return await self._http.model(m.Project, self._request("POST", f"/v1/projects/{segment(id)}/restore", is_keyed=True, idempotency_key=idempotency_key, repeat="keyed", timeout=timeout, max_retries=max_retries))

    async def transfer(self, id: str, owner_id: str, *, idempotency_key: Optional[str] = None, if_match: Optional[str] = None, timeout: Optional[float] = None, max_retries: Optional[int] = None) -> m.Project:
        """Transfer a project to a different owner. Needs the scope `projects.write`."""
        return await self._http.model(m.Project, self._request("POST", f"/v1/projects/{segment(id)}/transfer", json=known({"ownerId": owner_id}), is_keyed=True, idempotency_key=idempotency_key, if_match=if_match, repeat="keyed", timeout=timeout, max_retries=max_retries))

    def activity(self, id: str, *, limit: Optional[int] = None, timeout: Optional[float] = None, max_retries: Optional[int] = None) -> AsyncPages[m.ProjectActivity]:
        """List the activity of a project, newest first. Needs the scope `projects.read`."""
        return AsyncPages(self._http, m.ProjectActivity, f"/v1/projects/{segment(id)}/activity", known({"limit": limit}), timeout, max_retries)

    def members(self, id: str, *, limit: Optional[int] = None, sort: Optional[Union[Literal["addedAt", "-addedAt"], str]] = None, include: Optional[Literal['total']] = None, role: Optional[Union[Literal["admin", "member", "viewer"], str]] = None, timeout: Optional[float] = None, max_retries: Optional[int] = None) -> AsyncPages[m.ProjectMember]:
        """List the members of a project, excluding its owner. Needs the scope `projects.read`."""
        return AsyncPages(self._http, m.ProjectMember, f"/v1/projects/{segment(id)}/members", known({"limit": limit, "sort": sort, "include": include, "role": role}), timeout, max_retries)

    async def set_member(self, id: str, user_id: str, body: Body[m.ProjectMemberInput], *, timeout: Optional[float] = None, max_retries: Optional[int] = None) -> m.ProjectMember:
        """Add a user to a project, or change the role of a member. Needs the scope `projects.write`."""
        return await self._http.model(m.ProjectMember, self._request("PUT", f"/v1/projects/{segment(id)}/members/{segment(user_id)}", json=body, repeat="always", timeout=timeout, max_retries=max_retries))

    async def remove_member(self, id: str, user_id: str, *, timeout: Optional[float] = None, max_retries: Optional[int] = None) -> None:
        """Remove a member from a project. Needs the scope `projects.write`."""
        await self._http.json(self._request("DELETE", f"/v1/projects/{segment(id)}/members/{segment(user_id)}", repeat="always", timeout=timeout, max_retries=max_retries))


class AsyncSecretsApi(AsyncApi):
    """Calls of the namespace."""

    async def resolve_each(self, body: Optional[Body[m.SecretResolution]] = None, *, timeout: Optional[float] = None, max_retries: Optional[int] = None) -> m.ResolvedSecrets:
        """Resolve bundles and references that are granted to the caller. Needs the scope `secrets.read`."""
        return await self._http.model(m.ResolvedSecrets, self._request("POST", "/v1/secrets/resolve", json=body or {}, repeat="always", timeout=timeout, max_retries=max_retries))

    def list(self, *, limit: Optional[int] = None, timeout: Optional[float] = None, max_retries: Optional[int] = None) -> AsyncPages[m.Secret]:
        """List secrets by name, without values. Needs the scope `secrets.read`."""
        return AsyncPages(self._http, m.Secret, "/v1/secrets", known({"limit": limit}), timeout, max_retries)

    async def get(self, name: str, *, timeout: Optional[float] = None, max_retries: Optional[int] = None) -> m.Secret:
        """Get the metadata of a secret, without its value. Needs the scope `secrets.read`."""
        return await self._http.model(m.Secret, self._request("GET", f"/v1/secrets/{segment(name)}", repeat="always", timeout=timeout, max_retries=max_retries))

    async def set(self, name: str, body: Body[m.NewSecretVersion], *, if_match: Optional[str] = None, timeout: Optional[float] = None, max_retries: Optional[int] = None) -> m.Secret:
        """Write a new version, with "cas", If-Match or If-None-Match as conditions. Needs the scope `secrets.write`."""
        return await self._http.model(m.Secret, self._request("PUT", f"/v1/secrets/{segment(name)}", json=body, if_match=if_match, repeat="never", timeout=timeout, max_retries=max_retries))

    async def delete(self, name: str, *, if_match: Optional[str] = None, timeout: Optional[float] = None, max_retries: Optional[int] = None) -> None:
        """Delete a secret; an administrator can restore it. Needs the scope `secrets.write`."""
        await self._http.json(self._request("DELETE", f"/v1/secrets/{segment(name)}", if_match=if_match, repeat="always", timeout=timeout, max_retries=max_retries))

    def versions(self, name: str, *, limit: Optional[int] = None, timeout: Optional[float] = None, max_retries: Optional[int] = None) -> AsyncPages[m.SecretVersion]:
        """List the versions of a secret, newest first, without values. Needs the scope `secrets.read`."""
        return AsyncPages(self._http, m.SecretVersion, f"/v1/secrets/{segment(name)}/versions", known({"limit": limit}), timeout, max_retries)


class AsyncSessionsApi(AsyncApi):
    """Calls of the namespace."""

    def list(self, *, timeout: Optional[float] = None, max_retries: Optional[int] = None) -> AsyncPages[m.Session]:
        """List the active sessions of the signed-in user, newest first. Needs the scope `sessions.read`."""
        return AsyncPages(self._http, m.Session, "/v1/sessions", known({}), timeout, max_retries)

    async def end(self, id: str, *, timeout: Optional[float] = None, max_retries: Optional[int] = None) -> None:
        """End a session of the signed-in user. Needs the scope `sessions.write`."""
        await self._http.json(self._request("DELETE", f"/v1/sessions/{segment(id)}", repeat="always", timeout=timeout, max_retries=max_retries))

    async def end_all(self, *, timeout: Optional[float] = None, max_retries: Optional[int] = None) -> None:
        """End every session of the signed-in user. Needs the scope `sessions.write`."""
        await self._http.json(self._request("DELETE", "/v1/sessions", repeat="always", timeout=timeout, max_retries=max_retries))


class AsyncSkillsApi(AsyncApi):
    """Calls of the namespace."""

    async def run(self, name: str, input: Any = None, alias: Optional[str] = None, version: Optional[int] = None, priority: Optional[int] = None, delay_seconds: Optional[float] = None, max_attempts: Optional[int] = None, *, wait: Optional[float] = None, idempotency_key: Optional[str] = None, timeout: Optional[float] = None, max_retries: Optional[int] = None) -> m.SkillRun:
        """Run a skill: 202 with the job, or 200 if it ends within the wait. Needs the scope `skills.run`."""
        return await self._http.model(m.SkillRun, self._request("POST", f"/v1/skills/{segment(name)}/run", query={"wait": wait}, json=known({"input": input, "alias": alias, "version": version, "priority": priority, "delaySeconds": delay_seconds, "maxAttempts": max_attempts}), is_keyed=True, idempotency_key=idempotency_key, repeat="keyed", timeout=timeout, max_retries=max_retries))

    def list(self, *, limit: Optional[int] = None, sort: Optional[Union[Literal["name", "-name"], str]] = None, include: Optional[Literal['total']] = None, category: Optional[str] = None, runtime: Optional[Union[Literal["javascript", "http", "builtin"], str]] = None, timeout: Optional[float] = None, max_retries: Optional[int] = None) -> AsyncPages[m.Skill]:
        """List skills by name. Needs the scope `skills.read`."""
        return AsyncPages(self._http, m.Skill, "/v1/skills", known({"limit": limit, "sort": sort, "include": include, "category": category, "runtime": runtime}), timeout, max_retries)

    async def get(self, name: str, *, timeout: Optional[float] = None, max_retries: Optional[int] = None) -> m.Skill:
        """Get a skill as its newest version defines it. Needs the scope `skills.read`."""
        return await self._http.model(m.Skill, self._request("GET", f"/v1/skills/{segment(name)}", repeat="always", timeout=timeout, max_retries=max_retries))

    async def register(self, name: str, body: Body[m.SkillDefinition], *, if_match: Optional[str] = None, timeout: Optional[float] = None, max_retries: Optional[int] = None) -> m.RegisteredSkill:
        """Register a new version. Needs the scope `skills.write`."""
        return await self._http.model(m.RegisteredSkill, self._request("PUT", f"/v1/skills/{segment(name)}", json=body, if_match=if_match, repeat="always", timeout=timeout, max_retries=max_retries))

    async def delete(self, name: str, *, if_match: Optional[str] = None, timeout: Optional[float] = None, max_retries: Optional[int] = None) -> None:
        """Delete a skill with all its versions. Needs the scope `skills.write`."""
        await self._http.json(self._request("DELETE", f"/v1/skills/{segment(name)}", if_match=if_match, repeat="always", timeout=timeout, max_retries=max_retries))

    def versions(self, name: str, *, limit: Optional[int] = None, sort: Optional[Union[Literal["-version", "version"], str]] = None, include: Optional[Literal['total']] = None, timeout: Optional[float] = None, max_retries: Optional[int] = None) -> AsyncPages[m.SkillVersion]:
        """List the versions of a skill. Needs the scope `skills.read`."""
        return AsyncPages(self._http, m.SkillVersion, f"/v1/skills/{segment(name)}/versions", known({"limit": limit, "sort": sort, "include": include}), timeout, max_retries)

    async def version(self, name: str, version: int, *, timeout: Optional[float] = None, max_retries: Optional[int] = None) -> m.WholeSkillVersion:
        """Get a version with its registered content. Needs the scope `skills.read`."""
        return await self._http.model(m.WholeSkillVersion, self._request("GET", f"/v1/skills/{segment(name)}/versions/{segment(version)}", repeat="always", timeout=timeout, max_retries=max_retries))

    async def set_alias(self, name: str, alias: str, version: int, *, if_match: Optional[str] = None, timeout: Optional[float] = None, max_retries: Optional[int] = None) -> m.Skill:
        """Point an alias to a version. Needs the scope `skills.write`."""
        return await self._http.model(m.Skill, self._request("PUT", f"/v1/skills/{segment(name)}/aliases/{segment(alias)}", json=known({"version": version}), if_match=if_match, repeat="always", timeout=timeout, max_retries=max_retries))

    async def delete_alias(self, name: str, alias: str, *, if_match: Optional[str] = None, timeout: Optional[float] = None, max_retries: Optional[int] = None) -> m.Skill:
        """Remove an alias. Needs the scope `skills.write`."""
        return await self._http.model(m.Skill, self._request("DELETE", f"/v1/skills/{segment(name)}/aliases/{segment(alias)}", if_match=if_match, repeat="always", timeout=timeout, max_retries=max_retries))

    async def rollback_alias(self, name: str, alias: str, *, idempotency_key: Optional[str] = None, timeout: Optional[float] = None, max_retries: Optional[int] = None) -> m.Skill:
        """Point an alias back to its previous version. Needs the scope `skills.write`."""
        return await self._http.model(m.Skill, self._request("POST", f"/v1/skills/{segment(name)}/aliases/{segment(alias)}/rollback", is_keyed=True, idempotency_key=idempotency_key, repeat="keyed", timeout=timeout, max_retries=max_retries))

    async def rotate_secret(self, name: str, body: Optional[Body[m.SkillSigningRotation]] = None, *, idempotency_key: Optional[str] = None, timeout: Optional[float] = None, max_retries: Optional[int] = None) -> m.SkillSigningSecret:
        """Rotate the secret that signs the calls of a skill with the http runtime. Needs the scope `skills.write`."""
        return await self._http.model(m.SkillSigningSecret, self._request("POST", f"/v1/skills/{segment(name)}/rotate-secret", json=body or {}, is_keyed=True, idempotency_key=idempotency_key, repeat="keyed", timeout=timeout, max_retries=max_retries))

    async def open_api(self, name: str, *, timeout: Optional[float] = None, max_retries: Optional[int] = None) -> Dict[str, Any]:
        """Get a skill as an OpenAPI 3.1 document. Needs the scope `skills.read`."""
        result: Dict[str, Any] = await self._http.json(self._request("GET", f"/v1/skills/{segment(name)}/openapi.json", repeat="always", timeout=timeout, max_retries=max_retries))
        return result


class AsyncTenantsApi(AsyncApi):
    """Calls of the namespace."""

    async def current(self, *, tenant: Optional[str] = None, timeout: Optional[float] = None, max_retries: Optional[int] = None) -> m.Tenant:
        """Get the tenant of the token. Needs a valid access token."""
        return await self._http.model(m.Tenant, self._request("GET", "/v1/tenants/current", query={"tenant": tenant}, repeat="always", timeout=timeout, max_retries=max_retries))

    async def update_current(self, body: Optional[Body[m.OwnTenantPatch]] = None, *, tenant: Optional[str] = None, timeout: Optional[float] = None, max_retries: Optional[int] = None) -> m.Tenant:
        """Change name, logo, color or settings of your own tenant. Needs the scope `admin`."""
        return await self._http.model(m.Tenant, self._request("PATCH", "/v1/tenants/current", query={"tenant": tenant}, json=body or {}, repeat="never", timeout=timeout, max_retries=max_retries))

    async def create(self, body: Body[m.NewTenant], *, idempotency_key: Optional[str] = None, timeout: Optional[float] = None, max_retries: Optional[int] = None) -> m.Tenant:
        """Create a tenant. Needs the scope `platform.admin`."""
        return await self._http.model(m.Tenant, self._request("POST", "/v1/tenants", json=body, is_keyed=True, idempotency_key=idempotency_key, repeat="keyed", timeout=timeout, max_retries=max_retries))

    def list(self, *, limit: Optional[int] = None, timeout: Optional[float] = None, max_retries: Optional[int] = None) -> AsyncPages[m.Tenant]:
        """List tenants, oldest first. Needs the scope `platform.admin`."""
        return AsyncPages(self._http, m.Tenant, "/v1/tenants", known({"limit": limit}), timeout, max_retries)

    async def get(self, id: str, *, timeout: Optional[float] = None, max_retries: Optional[int] = None) -> m.Tenant:
        """Get a tenant. Needs the scope `platform.admin`."""
        return await self._http.model(m.Tenant, self._request("GET", f"/v1/tenants/{segment(id)}", repeat="always", timeout=timeout, max_retries=max_retries))

    async def update(self, id: str, body: Optional[Body[m.TenantPatch]] = None, *, timeout: Optional[float] = None, max_retries: Optional[int] = None) -> m.Tenant:
        """Change a tenant. Needs the scope `platform.admin`."""
        return await self._http.model(m.Tenant, self._request("PATCH", f"/v1/tenants/{segment(id)}", json=body or {}, repeat="never", timeout=timeout, max_retries=max_retries))

    async def activate(self, id: str, *, idempotency_key: Optional[str] = None, timeout: Optional[float] = None, max_retries: Optional[int] = None) -> m.Tenant:
        """Activate a suspended tenant. Needs the scope `platform.admin`."""
        return await self._http.model(m.Tenant, self._request("POST", f"/v1/tenants/{segment(id)}/activate", is_keyed=True, idempotency_key=idempotency_key, repeat="keyed", timeout=timeout, max_retries=max_retries))

    async def suspend(self, id: str, *, idempotency_key: Optional[str] = None, timeout: Optional[float] = None, max_retries: Optional[int] = None) -> m.Tenant:
        """Suspend a tenant: all its tokens are refused. Needs the scope `platform.admin`."""
        return await self._http.model(m.Tenant, self._request("POST", f"/v1/tenants/{segment(id)}/suspend", is_keyed=True, idempotency_key=idempotency_key, repeat="keyed", timeout=timeout, max_retries=max_retries))


class AsyncTokenClaimsApi(AsyncApi):
    """Calls of the namespace."""

    async def get(self, *, tenant: Optional[str] = None, timeout: Optional[float] = None, max_retries: Optional[int] = None) -> m.TokenClaims:
        """Get the claim rules for all apps. Needs the scope `admin`."""
        return await self._http.model(m.TokenClaims, self._request("GET", "/v1/token-claims", query={"tenant": tenant}, repeat="always", timeout=timeout, max_retries=max_retries))

    async def set(self, body: Body[m.NewTokenClaims], *, tenant: Optional[str] = None, if_match: Optional[str] = None, timeout: Optional[float] = None, max_retries: Optional[int] = None) -> m.TokenClaims:
        """Replace the claim rules for all apps. Needs the scope `admin`."""
        return await self._http.model(m.TokenClaims, self._request("PUT", "/v1/token-claims", query={"tenant": tenant}, json=body, if_match=if_match, repeat="always", timeout=timeout, max_retries=max_retries))

    async def get_for_app(self, app_id: str, *, tenant: Optional[str] = None, timeout: Optional[float] = None, max_retries: Optional[int] = None) -> m.TokenClaims:
        """Get the claim rules for one app. Needs the scope `admin`."""
        return await self._http.model(m.TokenClaims, self._request("GET", f"/v1/apps/{segment(app_id)}/token-claims", query={"tenant": tenant}, repeat="always", timeout=timeout, max_retries=max_retries))

    async def set_for_app(self, app_id: str, body: Body[m.NewTokenClaims], *, tenant: Optional[str] = None, if_match: Optional[str] = None, timeout: Optional[float] = None, max_retries: Optional[int] = None) -> m.TokenClaims:
        """Replace the claim rules for one app. Needs the scope `admin`."""
        return await self._http.model(m.TokenClaims, self._request("PUT", f"/v1/apps/{segment(app_id)}/token-claims", query={"tenant": tenant}, json=body, if_match=if_match, repeat="always", timeout=timeout, max_retries=max_retries))

    async def policy(self, *, tenant: Optional[str] = None, timeout: Optional[float] = None, max_retries: Optional[int] = None) -> m.TokenPolicy:
        """Get whether the policy of the tenant decides about tokens. Needs the scope `admin`."""
        return await self._http.model(m.TokenPolicy, self._request("GET", "/v1/token-claims/policy", query={"tenant": tenant}, repeat="always", timeout=timeout, max_retries=max_retries))

    async def dry_run(self, body: Optional[Body[m.TokenClaimsTrial]] = None, *, tenant: Optional[str] = None, timeout: Optional[float] = None, max_retries: Optional[int] = None) -> m.TokenClaimsReport:
        """Repeat the most recent issuances of tokens with draft rules or a draft policy, without changing anything. Needs the scope `admin`."""
        return await self._http.model(m.TokenClaimsReport, self._request("POST", "/v1/token-claims/try", query={"tenant": tenant}, json=body or {}, repeat="always", timeout=timeout, max_retries=max_retries))


class AsyncInvitationsApi(AsyncApi):
    """Calls of the namespace."""

    def list(self, *, limit: Optional[int] = None, sort: Optional[Union[Literal["createdAt", "-createdAt"], str]] = None, include: Optional[Literal['total']] = None, status: Optional[Union[Literal["pending", "accepted", "revoked", "expired"], str]] = None, timeout: Optional[float] = None, max_retries: Optional[int] = None) -> AsyncPages[m.Invitation]:
        """List invitations. Needs the scope `users.write`."""
        return AsyncPages(self._http, m.Invitation, "/v1/users/invitations", known({"limit": limit, "sort": sort, "include": include, "status": status}), timeout, max_retries)

    async def get(self, id: str, *, timeout: Optional[float] = None, max_retries: Optional[int] = None) -> m.Invitation:
        """Get an invitation. Needs the scope `users.write`."""
        return await self._http.model(m.Invitation, self._request("GET", f"/v1/users/invitations/{segment(id)}", repeat="always", timeout=timeout, max_retries=max_retries))

    async def resend(self, id: str, *, idempotency_key: Optional[str] = None, timeout: Optional[float] = None, max_retries: Optional[int] = None) -> m.SentInvitation:
        """Send an invitation again; the previous link stops working. Needs the scope `users.write`."""
        return await self._http.model(m.SentInvitation, self._request("POST", f"/v1/users/invitations/{segment(id)}/resend", is_keyed=True, idempotency_key=idempotency_key, repeat="keyed", timeout=timeout, max_retries=max_retries))

    async def revoke(self, id: str, *, idempotency_key: Optional[str] = None, if_match: Optional[str] = None, timeout: Optional[float] = None, max_retries: Optional[int] = None) -> m.Invitation:
        """Revoke an invitation. Needs the scope `users.write`."""
        return await self._http.model(m.Invitation, self._request("POST", f"/v1/users/invitations/{segment(id)}/revoke", is_keyed=True, idempotency_key=idempotency_key, if_match=if_match, repeat="keyed", timeout=timeout, max_retries=max_retries))


class AsyncUsersApi(AsyncApi):
    """Calls of the namespace."""

    async def me(self, *, timeout: Optional[float] = None, max_retries: Optional[int] = None) -> m.User:
        """Get the signed-in user. Needs the scope `users.read`."""
        return await self._http.model(m.User, self._request("GET", "/v1/users/me", repeat="always", timeout=timeout, max_retries=max_retries))

    async def update_me(self, body: Optional[Body[m.OwnUserPatch]] = None, *, if_match: Optional[str] = None, timeout: Optional[float] = None, max_retries: Optional[int] = None) -> m.User:
        """Change name, avatar or preferences of the signed-in user. Needs the scope `users.write`."""
        return await self._http.model(m.User, self._request("PATCH", "/v1/users/me", json=body or {}, if_match=if_match, repeat="never", timeout=timeout, max_retries=max_retries))

    async def invite(self, body: Body[m.NewInvitation], *, idempotency_key: Optional[str] = None, timeout: Optional[float] = None, max_retries: Optional[int] = None) -> m.SentInvitation:
        """Invite a person by email, for 7 days. Needs the scope `users.write`."""
        return await self._http.model(m.SentInvitation, self._request("POST", "/v1/users", json=body, is_keyed=True, idempotency_key=idempotency_key, repeat="keyed", timeout=timeout, max_retries=max_retries))

    def list(self, *, limit: Optional[int] = None, sort: Optional[Union[Literal["email", "-email", "name", "-name", "createdAt", "-createdAt"], str]] = None, include: Optional[Literal['total']] = None, status: Optional[Union[Literal["invited", "active", "suspended", "deactivated"], str]] = None, role: Optional[Union[Literal["owner", "admin", "member", "viewer"], str]] = None, q: Optional[str] = None, timeout: Optional[float] = None, max_retries: Optional[int] = None) -> AsyncPages[m.User]:
        """List users. Needs the scope `users.read`."""
        return AsyncPages(self._http, m.User, "/v1/users", known({"limit": limit, "sort": sort, "include": include, "status": status, "role": role, "q": q}), timeout, max_retries)

    async def get(self, id: str, *, timeout: Optional[float] = None, max_retries: Optional[int] = None) -> m.User:
        """Get a user. Needs the scope `users.read`."""
        return await self._http.model(m.User, self._request("GET", f"/v1/users/{segment(id)}", repeat="always", timeout=timeout, max_retries=max_retries))

    async def update(self, id: str, body: Optional[Body[m.UserPatch]] = None, *, if_match: Optional[str] = None, timeout: Optional[float] = None, max_retries: Optional[int] = None) -> m.User:
        """Change the name, role or status of a user. Needs the scope `users.write`."""
        return await self._http.model(m.User, self._request("PATCH", f"/v1/users/{segment(id)}", json=body or {}, if_match=if_match, repeat="never", timeout=timeout, max_retries=max_retries))

    async def delete(self, id: str, *, dry_run: Optional[Union[Literal["true", "false"], str]] = None, if_match: Optional[str] = None, timeout: Optional[float] = None, max_retries: Optional[int] = None) -> m.UserRemoval:
        """Delete a user; the response reports the effects on dependent data. Needs the scope `users.write`."""
        return await self._http.model(m.UserRemoval, self._request("DELETE", f"/v1/users/{segment(id)}", query={"dryRun": dry_run}, if_match=if_match, repeat="always", timeout=timeout, max_retries=max_retries))

    async def activate(self, id: str, *, idempotency_key: Optional[str] = None, timeout: Optional[float] = None, max_retries: Optional[int] = None) -> m.User:
        """Reactivate a user. Needs the scope `users.write`."""
        return await self._http.model(m.User, self._request("POST", f"/v1/users/{segment(id)}/activate", is_keyed=True, idempotency_key=idempotency_key, repeat="keyed", timeout=timeout, max_retries=max_retries))

    async def deactivate(self, id: str, *, idempotency_key: Optional[str] = None, timeout: Optional[float] = None, max_retries: Optional[int] = None) -> m.User:
        """Deactivate a user permanently, but keep the account. Needs the scope `users.write`."""
        return await self._http.model(m.User, self._request("POST", f"/v1/users/{segment(id)}/deactivate", is_keyed=True, idempotency_key=idempotency_key, repeat="keyed", timeout=timeout, max_retries=max_retries))

    async def suspend(self, id: str, *, idempotency_key: Optional[str] = None, timeout: Optional[float] = None, max_retries: Optional[int] = None) -> m.User:
        """Suspend a user: all access ends immediately. Needs the scope `users.write`."""
        return await self._http.model(m.User, self._request("POST", f"/v1/users/{segment(id)}/suspend", is_keyed=True, idempotency_key=idempotency_key, repeat="keyed", timeout=timeout, max_retries=max_retries))

    async def export(self, body: Optional[Body[m.UserExportOrder]] = None, *, idempotency_key: Optional[str] = None, timeout: Optional[float] = None, max_retries: Optional[int] = None) -> m.Job:
        """Export all users with a job whose output is the file `users.jsonl` or `users.csv`. Needs the scope `users.read`."""
        return await self._http.model(m.Job, self._request("POST", "/v1/users/export", json=body or {}, is_keyed=True, idempotency_key=idempotency_key, repeat="keyed", timeout=timeout, max_retries=max_retries))


class AsyncWebhooksApi(AsyncApi):
    """Calls of the namespace."""

    async def create(self, body: Body[m.NewWebhook], *, idempotency_key: Optional[str] = None, timeout: Optional[float] = None, max_retries: Optional[int] = None) -> m.WebhookWithSecret:
        """Send events to a URL. Needs the scope `webhooks.write`."""
        return await self._http.model(m.WebhookWithSecret, self._request("POST", "/v1/webhooks", json=body, is_keyed=True, idempotency_key=idempotency_key, repeat="keyed", timeout=timeout, max_retries=max_retries))

    def list(self, *, limit: Optional[int] = None, sort: Optional[Union[Literal["createdAt", "-createdAt"], str]] = None, include: Optional[Literal['total']] = None, status: Optional[Union[Literal["active", "paused"], str]] = None, timeout: Optional[float] = None, max_retries: Optional[int] = None) -> AsyncPages[m.Webhook]:
        """List webhooks. Needs the scope `webhooks.read`."""
        return AsyncPages(self._http, m.Webhook, "/v1/webhooks", known({"limit": limit, "sort": sort, "include": include, "status": status}), timeout, max_retries)

    async def get(self, id: str, *, timeout: Optional[float] = None, max_retries: Optional[int] = None) -> m.Webhook:
        """Get a webhook and its delivery status. Needs the scope `webhooks.read`."""
        return await self._http.model(m.Webhook, self._request("GET", f"/v1/webhooks/{segment(id)}", repeat="always", timeout=timeout, max_retries=max_retries))

    async def update(self, id: str, body: Optional[Body[m.WebhookPatch]] = None, *, if_match: Optional[str] = None, timeout: Optional[float] = None, max_retries: Optional[int] = None) -> m.Webhook:
        """Change, pause or resume a webhook. Needs the scope `webhooks.write`."""
        return await self._http.model(m.Webhook, self._request("PATCH", f"/v1/webhooks/{segment(id)}", json=body or {}, if_match=if_match, repeat="never", timeout=timeout, max_retries=max_retries))

    async def delete(self, id: str, *, if_match: Optional[str] = None, timeout: Optional[float] = None, max_retries: Optional[int] = None) -> None:
        """Delete a webhook and its pending deliveries. Needs the scope `webhooks.write`."""
        await self._http.json(self._request("DELETE", f"/v1/webhooks/{segment(id)}", if_match=if_match, repeat="always", timeout=timeout, max_retries=max_retries))

    def deliveries(self, id: str, *, limit: Optional[int] = None, sort: Optional[Union[Literal["-createdAt", "createdAt"], str]] = None, include: Optional[Literal['total']] = None, status: Optional[Union[Literal["pending", "delivered", "dead"], str]] = None, type: Optional[str] = None, timeout: Optional[float] = None, max_retries: Optional[int] = None) -> AsyncPages[m.WebhookDelivery]:
        """List pending, completed and failed deliveries. Needs the scope `webhooks.read`."""
        return AsyncPages(self._http, m.WebhookDelivery, f"/v1/webhooks/{segment(id)}/deliveries", known({"limit": limit, "sort": sort, "include": include, "status": status, "type": type}), timeout, max_retries)

    async def replay(self, id: str, delivery_id: str, *, idempotency_key: Optional[str] = None, timeout: Optional[float] = None, max_retries: Optional[int] = None) -> m.WebhookDelivery:
        """Send one event again. Needs the scope `webhooks.write`."""
        return await self._http.model(m.WebhookDelivery, self._request("POST", f"/v1/webhooks/{segment(id)}/deliveries/{segment(delivery_id)}/replay", is_keyed=True, idempotency_key=idempotency_key, repeat="keyed", timeout=timeout, max_retries=max_retries))

    async def replay_dead(self, id: str, *, idempotency_key: Optional[str] = None, timeout: Optional[float] = None, max_retries: Optional[int] = None) -> m.WebhookReplay:
        """Retry all dead letters. Needs the scope `webhooks.write`."""
        return await self._http.model(m.WebhookReplay, self._request("POST", f"/v1/webhooks/{segment(id)}/replay", is_keyed=True, idempotency_key=idempotency_key, repeat="keyed", timeout=timeout, max_retries=max_retries))

    async def rotate_secret(self, id: str, body: Optional[Body[m.WebhookSecretRotation]] = None, *, idempotency_key: Optional[str] = None, timeout: Optional[float] = None, max_retries: Optional[int] = None) -> m.WebhookWithSecret:
        """Rotate the signing secret. Needs the scope `webhooks.write`."""
        return await self._http.model(m.WebhookWithSecret, self._request("POST", f"/v1/webhooks/{segment(id)}/rotate-secret", json=body or {}, is_keyed=True, idempotency_key=idempotency_key, repeat="keyed", timeout=timeout, max_retries=max_retries))

    async def test(self, id: str, *, timeout: Optional[float] = None, max_retries: Optional[int] = None) -> m.WebhookTest:
        """Send a test event and return the result. Needs the scope `webhooks.write`."""
        return await self._http.model(m.WebhookTest, self._request("POST", f"/v1/webhooks/{segment(id)}/test", repeat="never", timeout=timeout, max_retries=max_retries))


class AsyncWorkflowsApi(AsyncApi):
    """Calls of the namespace."""

    async def trigger(self, id: str, input: Any = None, *, idempotency_key: Optional[str] = None, timeout: Optional[float] = None, max_retries: Optional[int] = None) -> m.WorkflowTriggered:
        """Run a workflow. Needs the scope `workflows.write`."""
        return await self._http.model(m.WorkflowTriggered, self._request("POST", f"/v1/workflows/{segment(id)}/trigger", json=known({"input": input}), is_keyed=True, idempotency_key=idempotency_key, repeat="keyed", timeout=timeout, max_retries=max_retries))

    async def trigger_state(self, id: str, *, timeout: Optional[float] = None, max_retries: Optional[int] = None) -> m.WorkflowTriggerState:
        """Get the owner and the status of the trigger of a workflow. Needs the scope `workflows.read`."""
        return await self._http.model(m.WorkflowTriggerState, self._request("GET", f"/v1/workflows/{segment(id)}/trigger", repeat="always", timeout=timeout, max_retries=max_retries))

    async def resume_trigger(self, id: str, *, idempotency_key: Optional[str] = None, timeout: Optional[float] = None, max_retries: Optional[int] = None) -> m.WorkflowTriggerState:
        """Let the trigger of a workflow run under your authority from now on, even if the platform paused it. Needs the scope `workflows.write`."""
        return await self._http.model(m.WorkflowTriggerState, self._request("POST", f"/v1/workflows/{segment(id)}/trigger/resume", is_keyed=True, idempotency_key=idempotency_key, repeat="keyed", timeout=timeout, max_retries=max_retries))

    async def transfer_trigger(self, id: str, body: Body[m.NewTriggerOwner], *, idempotency_key: Optional[str] = None, timeout: Optional[float] = None, max_retries: Optional[int] = None) -> m.WorkflowTriggerState:
        """Offer the trigger of a workflow to another owner, who takes it over by resuming it. Needs the scope `workflows.write`."""
        return await self._http.model(m.WorkflowTriggerState, self._request("POST", f"/v1/workflows/{segment(id)}/trigger/transfer", json=body, is_keyed=True, idempotency_key=idempotency_key, repeat="keyed", timeout=timeout, max_retries=max_retries))

    async def create(self, body: Body[m.WorkflowDefinition], *, idempotency_key: Optional[str] = None, timeout: Optional[float] = None, max_retries: Optional[int] = None) -> m.Workflow:
        """Create a workflow. Needs the scope `workflows.write`."""
        return await self._http.model(m.Workflow, self._request("POST", "/v1/workflows", json=body, is_keyed=True, idempotency_key=idempotency_key, repeat="keyed", timeout=timeout, max_retries=max_retries))

    def list(self, *, limit: Optional[int] = None, sort: Optional[Union[Literal["createdAt", "-createdAt", "name", "-name"], str]] = None, include: Optional[Literal['total']] = None, status: Optional[Union[Literal["active", "draft", "disabled"], str]] = None, timeout: Optional[float] = None, max_retries: Optional[int] = None) -> AsyncPages[m.Workflow]:
        """List workflows. Needs the scope `workflows.read`."""
        return AsyncPages(self._http, m.Workflow, "/v1/workflows", known({"limit": limit, "sort": sort, "include": include, "status": status}), timeout, max_retries)

    async def get(self, id: str, *, timeout: Optional[float] = None, max_retries: Optional[int] = None) -> m.Workflow:
        """Get a workflow. Needs the scope `workflows.read`."""
        return await self._http.model(m.Workflow, self._request("GET", f"/v1/workflows/{segment(id)}", repeat="always", timeout=timeout, max_retries=max_retries))

    async def update(self, id: str, body: Body[m.WorkflowDefinition], *, if_match: Optional[str] = None, timeout: Optional[float] = None, max_retries: Optional[int] = None) -> m.Workflow:
        """Create the next version of a workflow. Needs the scope `workflows.write`."""
        return await self._http.model(m.Workflow, self._request("PUT", f"/v1/workflows/{segment(id)}", json=body, if_match=if_match, repeat="always", timeout=timeout, max_retries=max_retries))

    async def delete(self, id: str, *, if_match: Optional[str] = None, timeout: Optional[float] = None, max_retries: Optional[int] = None) -> None:
        """Delete a workflow; its runs continue. Needs the scope `workflows.write`."""
        await self._http.json(self._request("DELETE", f"/v1/workflows/{segment(id)}", if_match=if_match, repeat="always", timeout=timeout, max_retries=max_retries))

    def versions(self, id: str, *, limit: Optional[int] = None, sort: Optional[Union[Literal["-version", "version"], str]] = None, include: Optional[Literal['total']] = None, timeout: Optional[float] = None, max_retries: Optional[int] = None) -> AsyncPages[m.WorkflowVersion]:
        """List the versions of a workflow. Needs the scope `workflows.read`."""
        return AsyncPages(self._http, m.WorkflowVersion, f"/v1/workflows/{segment(id)}/versions", known({"limit": limit, "sort": sort, "include": include}), timeout, max_retries)

    async def version(self, id: str, version: int, *, timeout: Optional[float] = None, max_retries: Optional[int] = None) -> m.WholeWorkflowVersion:
        """Get a version with its definition. Needs the scope `workflows.read`."""
        return await self._http.model(m.WholeWorkflowVersion, self._request("GET", f"/v1/workflows/{segment(id)}/versions/{segment(version)}", repeat="always", timeout=timeout, max_retries=max_retries))

    async def restore(self, id: str, version: int, *, idempotency_key: Optional[str] = None, if_match: Optional[str] = None, timeout: Optional[float] = None, max_retries: Optional[int] = None) -> m.Workflow:
        """Make an earlier version the newest again. Needs the scope `workflows.write`."""
        return await self._http.model(m.Workflow, self._request("POST", f"/v1/workflows/{segment(id)}/versions/{segment(version)}/restore", is_keyed=True, idempotency_key=idempotency_key, if_match=if_match, repeat="keyed", timeout=timeout, max_retries=max_retries))

    async def diff(self, id: str, from_: int, to: int, *, timeout: Optional[float] = None, max_retries: Optional[int] = None) -> m.WorkflowDiff:
        """Compare two versions. Needs the scope `workflows.read`."""
        return await self._http.model(m.WorkflowDiff, self._request("GET", f"/v1/workflows/{segment(id)}/diff", query={"from": from_, "to": to}, repeat="always", timeout=timeout, max_retries=max_retries))

    def runs(self, id: str, *, limit: Optional[int] = None, sort: Optional[Union[Literal["createdAt", "-createdAt"], str]] = None, include: Optional[Literal['total']] = None, status: Optional[Union[Literal["queued", "running", "completed", "failed", "cancelled"], str]] = None, timeout: Optional[float] = None, max_retries: Optional[int] = None) -> AsyncPages[m.WorkflowRun]:
        """List the runs of a workflow, newest first. Needs the scope `workflows.read`."""
        return AsyncPages(self._http, m.WorkflowRun, f"/v1/workflows/{segment(id)}/runs", known({"limit": limit, "sort": sort, "include": include, "status": status}), timeout, max_retries)

    async def run(self, run_id: str, *, timeout: Optional[float] = None, max_retries: Optional[int] = None) -> m.WholeWorkflowRun:
        """Get a run with its steps and its graph. Needs the scope `workflows.read`."""
        return await self._http.model(m.WholeWorkflowRun, self._request("GET", f"/v1/workflows/runs/{segment(run_id)}", repeat="always", timeout=timeout, max_retries=max_retries))

    async def cancel_run(self, run_id: str, body: Optional[Body[m.WorkflowCancelOrder]] = None, *, idempotency_key: Optional[str] = None, timeout: Optional[float] = None, max_retries: Optional[int] = None) -> m.WorkflowCancelled:
        """Cancel a run, and undo it if requested. Needs the scope `workflows.write`."""
        return await self._http.model(m.WorkflowCancelled, self._request("POST", f"/v1/workflows/runs/{segment(run_id)}/cancel", json=body or {}, is_keyed=True, idempotency_key=idempotency_key, repeat="keyed", timeout=timeout, max_retries=max_retries))

    async def approve(self, run_id: str, step_id: str, body: Optional[Body[m.WorkflowApprovalOrder]] = None, *, idempotency_key: Optional[str] = None, timeout: Optional[float] = None, max_retries: Optional[int] = None) -> m.WorkflowRunStep:
        """Approve or reject a step that waits for approval. Needs the scope `workflows.write`."""
        return await self._http.model(m.WorkflowRunStep, self._request("POST", f"/v1/workflows/runs/{segment(run_id)}/steps/{segment(step_id)}/approve", json=body or {}, is_keyed=True, idempotency_key=idempotency_key, repeat="keyed", timeout=timeout, max_retries=max_retries))

    async def rotate_hook_secret(self, id: str, body: Optional[Body[m.WorkflowHookRotation]] = None, *, idempotency_key: Optional[str] = None, timeout: Optional[float] = None, max_retries: Optional[int] = None) -> m.WorkflowHook:
        """Create a new secret for calls that trigger a workflow. Needs the scope `workflows.write`."""
        return await self._http.model(m.WorkflowHook, self._request("POST", f"/v1/workflows/{segment(id)}/rotate-secret", json=body or {}, is_keyed=True, idempotency_key=idempotency_key, repeat="keyed", timeout=timeout, max_retries=max_retries))
