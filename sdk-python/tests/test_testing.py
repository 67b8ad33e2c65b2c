"""The in-memory backend for tests of applications."""

from __future__ import annotations

import asyncio

import httpx
import pytest
from fastapi import Depends, FastAPI
from fastapi.testclient import TestClient

from cpod import ApiError, CpodClient, ForbiddenError, NotFoundError, PreconditionFailedError, UnavailableError
from cpod.middleware.fastapi import require_auth
from cpod.testing import MemoryCpod, RecordedCall


@pytest.fixture
def cpod():
    return MemoryCpod()


def test_everything_is_denied_by_default(cpod):
    client = cpod.set_secret("KEY", "value").set_skill("echo", lambda given: given).client
    assert client.authorize(action="a.read", resource="a/1").allowed is False
    for call in (
        lambda: client.files.write("shared", "a.txt", "x"),
        lambda: client.secrets.resolve("KEY"),
        lambda: client.skills.run("echo"),
        lambda: client.audit.emit({"action": "a.b"}),
        lambda: client.flags.evaluate("f"),
    ):
        with pytest.raises(ForbiddenError):
            call()
    assert [one for one in cpod.calls if one.allowed and one.action] == []


def test_calls_are_allowed_by_action_and_resource_until_deny_all(cpod):
    cpod.allow("invoice.*", "invoice/4*")

    def is_allowed(action, resource):
        return cpod.client.authorize(action=action, resource=resource).allowed

    assert is_allowed("invoice.approve", "invoice/42")
    assert not is_allowed("invoice.approve", "invoice/52")
    assert not is_allowed("invoice.approve", "invoice/42\n")
    assert not is_allowed("xinvoice.approve", "invoice/42")
    assert not is_allowed("invoiceXapprove", "invoice/42")
    cpod.deny_all()
    assert not is_allowed("invoice.approve", "invoice/42")


def test_only_registered_tokens_that_are_not_revoked_are_valid(cpod):
    client = cpod.allow("*").set_token("t", {"sub": "usr-1"}).client
    decision = client.authorize("t", action="a.b", resource="a")
    assert (decision.allowed, decision.claims["sub"]) == (True, "usr-1")
    assert client.validate_token("t").sub == "usr-1"
    client.revoke_token("t")
    assert client.authorize("t", action="a.b", resource="a").reason == "token_malformed"
    assert client.validate_token("t").active is False


@pytest.mark.parametrize("action", [None, "order.read"])
def test_gates_of_an_application_accept_its_tokens(cpod, action):
    cpod.allow("order.read").set_token("t", {"sub": "usr-1"}).set_token("mcp", {"sub": "usr-1", "aud": "http://localhost/mcp"})
    for client in (cpod.client, cpod.async_client):
        app = FastAPI()
        app.get("/")(lambda claims=Depends(require_auth(client, action=action)): claims["sub"])
        with TestClient(app) as caller:
            statuses = [caller.get("/", headers={"authorization": f"Bearer {one}"}).status_code for one in ("t", "mcp", "x")]
            cpod.outage()
            statuses.append(caller.get("/", headers={"authorization": "Bearer t"}).status_code)
            cpod.outage(False)
        assert statuses == [200, 401, 401, 503]


def test_unsupported_calls_get_501_and_every_call_fails_during_an_outage(cpod):
    cpod.allow("*")
    with pytest.raises(UnavailableError, match="501"):
        cpod.client.groups.create({"displayName": "G"})
    cpod.outage()
    with pytest.raises(UnavailableError, match="503"):
        cpod.client.authorize(action="a.b", resource="a")
    cpod.outage(False)
    assert cpod.client.authorize(action="a.b", resource="a").allowed


def test_skills_run_and_their_jobs_can_be_read(cpod):
    client = cpod.allow("skill.run").allow("job.*").set_skill("add", sum).client
    run = client.skills.run("add", [1, 2])
    assert (run.status, run.output) == ("completed", 3)
    assert [event.type for event in client.jobs.watch(run.id)] == ["created", "started", "succeeded"]
    assert client.jobs.wait(run.id).output == 3
    failed = client.skills.run("add", None)
    assert (failed.status, failed.output, failed.error.code) == ("failed", None, "failed")
    with pytest.raises(NotFoundError):
        client.skills.run("none")


def test_files_secrets_flags_and_the_audit_log_are_stored(cpod):
    client = cpod.allow("*").set_secret("KEY", "value").set_flag("on", True).client
    file = client.files.write("shared", "a/b ü.txt", "hello", content_type="text/plain")
    assert (file.key, file.size, file.version) == ("a/b ü.txt", 5, 1)
    content = client.files.read("shared", "a/b ü.txt")
    assert (content.text(), content.content_type, content.etag) == ("hello", "text/plain", file.etag)
    assert client.files.list(tier="shared", prefix="a/").all() == [file]
    assert client.files.write("shared", "a/b ü.txt", "hi").version == 2
    assert cpod.file_text("shared", "a/b ü.txt") == "hi"
    with pytest.raises(PreconditionFailedError):
        client.files.write("shared", "a/b ü.txt", "", if_none_match="*")
    client.files.delete("shared", "a/b ü.txt")
    assert cpod.file_text("shared", "a/b ü.txt") is None
    with pytest.raises(NotFoundError):
        client.files.read("shared", "a/b ü.txt")
    assert client.secrets.resolve_many(["KEY"]) == {"KEY": "value"}
    with pytest.raises(NotFoundError):
        client.secrets.resolve_many(["KEY", "NONE"])
    assert (client.flags.evaluate("on").enabled, client.flags.evaluate("off").enabled) == (True, False)
    client.audit.emit({"action": "invoice.approve", "resourceId": "42"})
    assert cpod.audit_events == ({"action": "invoice.approve", "resourceId": "42"},)


def test_responses_can_be_defined_and_every_call_is_recorded(cpod):
    cpod.answer("GET", "/v1/tenants/*", lambda request: httpx.Response(409, json={"error": request.path}))
    with pytest.raises(ApiError, match="409 /v1/tenants/current"):
        cpod.client.tenants.current()
    with pytest.raises(UnavailableError, match="501"):
        cpod.client.projects.get("prj-1")
    with pytest.raises(NotFoundError):
        cpod.allow("job.get").client.jobs.get("job-1")
    assert cpod.calls == [
        RecordedCall("GET", "/v1/tenants/current", "", True),
        RecordedCall("GET", "/v1/projects/prj-1", "", True),
        RecordedCall("GET", "/v1/jobs/job-1", "job.get", True),
    ]


def test_asynchronous_clients_and_clients_of_your_own_share_the_data(cpod):
    cpod.allow("file.*").answer(
        "POST", "/v1/oauth/token", lambda request: httpx.Response(200, json={"access_token": "t", "expires_in": 60})
    )

    async def write():
        return await cpod.async_client.files.write("shared", "a.txt", b"hello")

    file = asyncio.run(write())
    own = CpodClient(api_key="cpod_1", base_url="http://localhost", transport=cpod.transport)
    assert own.files.read("shared", "a.txt").etag == file.etag
