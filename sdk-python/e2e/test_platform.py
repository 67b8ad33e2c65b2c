"""The client against a running platform.

`CPOD_BASE_URL`, `CPOD_CLIENT_ID` and `CPOD_CLIENT_SECRET` are those of an administrator app.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import uuid

import pytest
from proxy import proxy_to

from cpod import (
    AsyncCpodClient,
    ConfigurationError,
    CpodClient,
    ForbiddenError,
    NotFoundError,
    PreconditionFailedError,
    TokenError,
    etag_of,
)
from cpod.aio import job_wait as async_wait
from cpod.sync import job_wait as sync_wait

SCOPES = [
    "audit.read",
    "audit.write",
    "files.read",
    "files.write",
    "flags.read",
    "introspect",
    "jobs.read",
    "jobs.write",
    "masking.mask",
    "projects.read",
    "projects.write",
    "skills.read",
    "skills.run",
    "skills.write",
]


@pytest.fixture(scope="session")
def credentials():
    with CpodClient.from_env(scope="admin") as admin:
        app = admin.apps.register({"name": "Python", "declared_scopes": SCOPES, "default_scopes": SCOPES})
        yield {"client_id": app.client_id, "client_secret": app.client_secret}
        admin.apps.delete(app.client_id)


@pytest.fixture
def client(credentials):
    with CpodClient.from_env(**credentials) as client:
        yield client


def key():
    return f"PY{uuid.uuid4().hex[:8].upper()}"


def test_projects_are_created_changed_conditionally_listed_and_deleted(client):
    project = client.projects.create({"key": key(), "name": "One"})
    changed = client.projects.update(project.id, {"name": "Two"}, if_match=etag_of(project))
    assert (changed.name, changed.version) == ("Two", 2)
    with pytest.raises(PreconditionFailedError):
        client.projects.update(project.id, {"name": "Three"}, if_match=etag_of(project))
    assert project.id in [one.id for one in client.projects.list(limit=1)]
    client.projects.delete(project.id)
    with pytest.raises(NotFoundError) as caught:
        client.projects.get(project.id)
    assert caught.value.request_id != ""


def test_an_idempotency_key_creates_once(client):
    project = {"key": key(), "name": "Once"}
    first, second = (client.projects.create(project, idempotency_key=project["key"]) for _ in range(2))
    assert first.id == second.id


def test_tokens_are_authorized_verified_and_revoked(client):
    with CpodClient.from_env(client_id=client.settings.client_id, client_secret=client.settings.client_secret) as own:
        token = own.access_token()
    assert client.authorize(token, action="project.create", resource="project").allowed is True
    assert client.authorize(token, action="platform.tenant.create", resource="x").allowed is False
    assert client.verify_token(token)["client_id"] == client.settings.client_id
    with pytest.raises(TokenError):
        client.verify_token(token[:-8] + "AAAAAAAA")
    client.revoke_token(token)
    assert client.validate_token(token).active is False
    assert client.authorize(token, action="project.create", resource="project").reason == "token_revoked"
    with pytest.raises(TokenError, match="revoked"):
        client.verify_token(token)


def test_files_are_written_and_read(client):
    path = f"python/{uuid.uuid4()} é.txt"
    client.files.write("shared", path, "hello", content_type="text/plain")
    file = client.files.read("shared", path)
    assert (file.size, file.version, file.content_type.split(";")[0], file.text()) == (5, 1, "text/plain", "hello")
    assert client.files.read("shared", path, byte_range=(1, 2)).text() == "el"
    client.files.delete("shared", path)
    with pytest.raises(NotFoundError):
        client.files.read("shared", path)


PIECE = b"0123456789abcdef" * 4096


def test_files_are_streamed_from_a_file_and_an_iterator(client, tmp_path):
    local = tmp_path / "large.bin"
    local.write_bytes(PIECE * 40)
    digest = hashlib.sha256(PIECE * 40).digest()
    for name, size in (("file", None), ("chunked", None), ("sized", len(PIECE) * 40)):
        path = f"python/{uuid.uuid4()}-{name}"
        with local.open("rb") as file:
            content = file if name == "file" else iter([PIECE] * 40)
            sha256 = base64.b64encode(digest).decode()
            written = client.files.write("shared", path, content, size=size, sha256=sha256)
        assert (written.size, written.checksum) == (len(PIECE) * 40, digest.hex())
        with client.files.read("shared", path) as read:
            hashed = hashlib.sha256()
            for piece in read.stream:
                hashed.update(piece)
        assert (read.size, hashed.digest()) == (written.size, digest)


def test_an_aborted_upload_stores_nothing(client):
    def failing():
        yield PIECE
        raise OSError("The disk failed.")

    for content, kind in ((failing(), OSError), ([PIECE], ConfigurationError)):
        path = f"python/{uuid.uuid4()}"
        with pytest.raises(kind):
            client.files.write("shared", path, content, size=len(PIECE) * 2)
        with pytest.raises(NotFoundError):
            client.files.read("shared", path)


def test_files_are_streamed_by_the_asynchronous_client(credentials):
    async def pieces():
        for _ in range(40):
            yield PIECE

    async def run():
        async with AsyncCpodClient.from_env(**credentials) as client:
            path = f"python/{uuid.uuid4()}"
            written = await client.files.write("shared", path, pieces())
            async with await client.files.read("shared", path) as file:
                return written.size, file.size, sum([len(piece) async for piece in file.stream])

    assert asyncio.run(run()) == (len(PIECE) * 40,) * 3


@pytest.fixture
def run(client):
    """Starts a skill and returns its job."""
    source = "export default (input) => ({ greeting: `Hello, ${input.name}` })"
    client.skills.register("python-greet", {"runtime": "javascript", "source": source})
    return client.skills.run("python-greet", {"name": "Ada"})


def test_skills_run_and_their_jobs_are_watched(client, run):
    kinds = [event.type for event in client.jobs.watch(run.id)]
    job = client.jobs.wait(run.id, timeout=60)
    assert (job.status, job.output) == ("completed", {"greeting": "Hello, Ada"})
    assert len(kinds) > 0


@pytest.mark.parametrize("is_async", [False, True])
@pytest.mark.parametrize("is_buffering", [False, True])
def test_a_wait_survives_a_lost_stream_and_a_proxy_that_buffers(client, credentials, run, is_buffering, is_async, monkeypatch):
    for module in (async_wait, sync_wait):
        monkeypatch.setattr(module, "_FIRST_BYTES_SECONDS", 1.0 if is_buffering else 60.0)

    async def wait(options):
        async with AsyncCpodClient.from_env(**options) as other:
            return await other.jobs.wait(run.id, timeout=120)

    with proxy_to(client.settings.base_url, is_buffering=is_buffering) as proxy:
        options = {**credentials, "base_url": proxy.url}
        if is_async:
            job = asyncio.run(wait(options))
        else:
            with CpodClient.from_env(**options) as other:
                job = other.jobs.wait(run.id, timeout=120)
        assert (job.status, proxy.faults > 0) == ("completed", True)


def test_values_are_masked_and_flags_are_evaluated(client):
    assert "ada@example.com" not in client.masking.mask_string("Write to ada@example.com.")
    assert client.flags.evaluate("no-such-flag", default_value=False).value is False


def test_audit_events_are_written_and_read(client):
    receipt = client.audit.emit({"action": "python.test"})
    assert receipt.id != ""
    assert [one.action for one in client.audit.query(action="python.test", limit=1).page().items] == ["python.test"]


def test_a_token_has_only_the_requested_scopes(client, credentials):
    with CpodClient.from_env({}, **{"base_url": client.settings.base_url, **credentials}, scope="projects.read") as reader:
        reader.projects.list().page()
        with pytest.raises(ForbiddenError):
            reader.projects.create({"key": key(), "name": "No"})


def test_the_asynchronous_client_does_the_same(credentials):
    async def run():
        async with AsyncCpodClient.from_env(**credentials) as client:
            project = await client.projects.create({"key": key(), "name": "One"})
            listed = [one.id async for one in client.projects.list(limit=1)]
            decision = await client.authorize(action="project.create", resource="project")
            await client.projects.delete(project.id)
            return project.id in listed, decision.allowed

    assert asyncio.run(run()) == (True, True)


def test_a_sign_in_begins_at_the_platform(client):
    url, pending = client.begin_login(redirect_uri="https://app.example/callback", scope="openid")
    assert url.startswith(f"{client.settings.base_url}/") and f"state={pending.state}" in url
