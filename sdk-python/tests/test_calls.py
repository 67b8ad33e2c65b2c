"""Calls: retries, errors, tokens, pages and paths."""

from __future__ import annotations

import asyncio
import json

import httpx
import pytest

from cpod import (
    AsyncCpodClient,
    ConfigurationError,
    ConnectionError,
    CpodClient,
    InvalidRequestError,
    NotFoundError,
    RateLimitedError,
    UnauthorizedError,
    UnavailableError,
    etag_of,
)
from cpod.responses import retry_after_seconds
from cpod.sync import follow as sync_follow
from cpod.sync import jobs as sync_jobs
from cpod.sync.tokens import RenewedToken

PROJECT = {
    "id": "prj-1",
    "key": "A",
    "name": "a",
    "description": "",
    "ownerId": "usr-1",
    "status": "active",
    "priority": "medium",
    "startDate": None,
    "endDate": None,
    "budget": None,
    "labels": [],
    "version": 3,
    "createdAt": "2026-01-01T00:00:00Z",
    "createdBy": "x",
    "updatedAt": "2026-01-01T00:00:00Z",
    "updatedBy": "x",
    "deletedAt": None,
    "fromALaterVersion": 1,
}


def answers(*responses):
    """Returns a handler that gives these responses in order, then repeats the last one."""
    left = list(responses)
    return lambda request: left.pop(0) if len(left) > 1 else left[0]


def paths(sent):
    return [request.url.path for request in sent]


def test_models_have_snake_case_names_and_keep_unknown_members(client_of):
    client, sent = client_of(answers(httpx.Response(200, json=PROJECT)))
    project = client.projects.get("prj/1")
    assert (project.owner_id, project.fromALaterVersion, etag_of(project)) == ("usr-1", 1, '"3"')
    assert sent[-1].url.raw_path == b"/v1/projects/prj%2F1"
    assert sent[-1].headers["authorization"] == "Bearer token-1"


@pytest.mark.parametrize("id", ["", ".", ".."])
def test_an_id_never_leads_to_another_resource(client_of, id):
    client, sent = client_of(answers(httpx.Response(200, json=PROJECT)))
    with pytest.raises(ConfigurationError):
        client.projects.get(id)
    assert sent == []


def test_an_outage_is_retried_with_the_same_idempotency_key(client_of, no_waiting):
    client, sent = client_of(answers(httpx.Response(503), httpx.Response(201, json=PROJECT)))
    client.projects.create({"key": "A", "name": "a"})
    first, second = [request for request in sent if request.url.path == "/v1/projects"]
    assert first.headers["idempotency-key"] == second.headers["idempotency-key"]
    assert len(no_waiting) == 1 and 0.125 <= no_waiting[0] <= 0.5


def test_a_change_without_a_key_is_not_repeated_after_an_outage(client_of):
    client, sent = client_of(answers(httpx.Response(503)))
    with pytest.raises(UnavailableError):
        client.projects.update("x", {"name": "b"})
    assert paths(sent).count("/v1/projects/x") == 1


def test_a_conditional_deletion_is_not_repeated_after_an_outage(client_of):
    client, sent = client_of(answers(httpx.Response(503)))
    with pytest.raises(UnavailableError):
        client.projects.delete("x", if_match='"1"')
    assert paths(sent).count("/v1/projects/x") == 1


def test_a_rate_limit_is_respected_up_to_30_seconds(client_of, no_waiting):
    limited = httpx.Response(429, headers={"retry-after": "2"})
    client, _ = client_of(answers(limited, httpx.Response(200, json=PROJECT)))
    client.projects.update("x", {"name": "b"})
    assert 2 <= no_waiting[0] <= 2.25
    client, _ = client_of(answers(httpx.Response(429, headers={"retry-after": "31"})))
    with pytest.raises(RateLimitedError) as caught:
        client.projects.get("x")
    assert caught.value.retry_after_seconds == 31


def test_retry_after_is_a_number_or_a_date():
    assert retry_after_seconds("Thu, 01 Jan 1970 00:01:00 GMT", 50) == 10
    assert [retry_after_seconds(one, 0) for one in (None, "", "soon", "7")] == [None, None, None, 7]


def test_a_deletion_that_an_earlier_attempt_performed_succeeds(client_of):
    client, sent = client_of(answers(httpx.Response(502), httpx.Response(404)))
    client.projects.delete("x")
    assert paths(sent).count("/v1/projects/x") == 2
    client, _ = client_of(answers(httpx.Response(404)))
    with pytest.raises(NotFoundError):
        client.projects.delete("x")


def test_an_error_names_its_code_request_and_fields(client_of):
    body = {
        "error": "invalid_request",
        "error_description": "The key is taken.",
        "request_id": "req-1",
        "errors": [{"pointer": "/key", "code": "taken", "message": "Taken."}],
    }
    client, _ = client_of(answers(httpx.Response(400, json=body)))
    with pytest.raises(InvalidRequestError) as caught:
        client.projects.get("x")
    fault = caught.value
    assert (fault.code, fault.request_id, fault.fields[0].pointer) == ("invalid_request", "req-1", "/key")


def test_a_refused_token_is_replaced_once(client_of):
    client, sent = client_of(answers(httpx.Response(401), httpx.Response(200, json=PROJECT)))
    client.projects.get("x")
    assert [request.headers.get("authorization") for request in sent if "projects" in request.url.path] == [
        "Bearer token-1",
        "Bearer token-2",
    ]
    client, sent = client_of(answers(httpx.Response(401)))
    with pytest.raises(UnauthorizedError):
        client.projects.get("x")
    assert paths(sent).count("/v1/projects/x") == 2


def test_a_token_of_the_caller_is_used_as_is(client_of):
    client, sent = client_of(answers(httpx.Response(401)), token="own")
    with pytest.raises(UnauthorizedError):
        client.projects.get("x")
    assert paths(sent) == ["/v1/projects/x"]


def test_a_redirect_never_gets_the_token(client_of):
    client, sent = client_of(answers(httpx.Response(302, headers={"location": "https://elsewhere.example/"})))
    with pytest.raises(Exception, match="302"):
        client.projects.get("x")
    assert {request.url.host for request in sent} == {"localhost"}


def test_a_token_is_renewed_at_80_percent_of_its_lifetime():
    now = [0.0]
    issued = iter(["one", "two"])
    source = RenewedToken(lambda: (next(issued), 100.0), lambda: now[0])
    seen = []
    for now[0] in (0.0, 79.0, 80.0):
        seen.append(source.token())
    assert seen == ["one", "one", "two"]


def test_a_failed_renewal_does_not_affect_a_valid_token():
    now = [0.0]
    outcomes = iter([("one", 100.0)])

    def fetch():
        try:
            return next(outcomes)
        except StopIteration:
            raise ConnectionError("The backend is down.") from None

    source = RenewedToken(fetch, lambda: now[0])
    assert source.token() == "one"
    now[0] = 90.0
    assert source.token() == "one"
    now[0] = 100.0
    with pytest.raises(ConnectionError):
        source.token()


def test_concurrent_asynchronous_calls_share_one_token_request():
    sent = []

    def answer(request: httpx.Request) -> httpx.Response:
        sent.append(request.url.path)
        is_token = request.url.path == "/v1/oauth/token"
        return httpx.Response(200, json={"access_token": "t", "expires_in": 60} if is_token else PROJECT)

    async def run() -> None:
        async with AsyncCpodClient(client_id="a", client_secret="b", transport=httpx.MockTransport(answer)) as client:
            await asyncio.gather(*(client.projects.get("x") for _ in range(20)))

    asyncio.run(run())
    assert sent.count("/v1/oauth/token") == 1


def test_a_list_reads_all_pages_and_stops_at_a_repeated_cursor(client_of):
    def page(*ids, cursor):
        items = [{**PROJECT, "id": id} for id in ids]
        return httpx.Response(200, json={"items": items, "nextCursor": cursor})

    client, sent = client_of(answers(page("1", cursor="c"), page("2", cursor=None)))
    assert [project.id for project in client.projects.list(limit=1)] == ["1", "2"]
    assert [dict(request.url.params) for request in sent[1:]] == [{"limit": "1"}, {"limit": "1", "cursor": "c"}]
    client, sent = client_of(answers(page("1", cursor="c"), page(cursor="c")))
    assert len(client.projects.list().all()) == 1


def test_a_response_of_another_form_is_a_connection_error(client_of):
    for response in (httpx.Response(200, text="<html>"), httpx.Response(200, json=[])):
        client, _ = client_of(answers(response))
        with pytest.raises(ConnectionError):
            client.projects.get("x")


def test_http_to_another_machine_must_be_allowed():
    with pytest.raises(ConfigurationError, match="https"):
        CpodClient(api_key="k", base_url="http://platform.example")
    for url in ("https://platform.example", "http://127.0.0.1:1", "http://[::1]:1", "http://a.localhost"):
        CpodClient(api_key="k", base_url=url)
    CpodClient(api_key="k", base_url="http://platform.example", allow_insecure_http=True)


@pytest.mark.parametrize("name", ["127.0.0.1.evil.example", "localhost.evil.example", "evillocalhost"])
def test_a_name_that_only_looks_local_is_another_machine(name):
    with pytest.raises(ConfigurationError, match="https"):
        CpodClient(api_key="k", base_url=f"http://{name}")


def test_the_environment_contains_the_settings():
    environment = {"CPOD_API_KEY": " k ", "CPOD_BASE_URL": "https://a.example/", "CPOD_SCOPE": "x"}
    settings = CpodClient.from_env(environment).settings
    assert (settings.api_key, settings.base_url, settings.issuer, settings.scope) == (
        "k",
        "https://a.example",
        "https://a.example",
        "x",
    )
    assert "k'" not in repr(settings)
    with pytest.raises(ConfigurationError, match="Credentials are missing"):
        CpodClient.from_env({})
    with pytest.raises(ConfigurationError, match="not both"):
        CpodClient.from_env({**environment, "CPOD_CLIENT_SECRET": "s"})


def test_masking_returns_a_value_only_if_it_is_fully_masked(client_of):
    client, _ = client_of(answers(httpx.Response(200, json={"maskedValue": "x", "refusedPatterns": [{}]})))
    with pytest.raises(Exception, match="refused"):
        client.masking.mask_string("secret")
    client, _ = client_of(answers(httpx.Response(200, json={"maskedValue": "x"})))
    with pytest.raises(ConnectionError):
        client.masking.mask_string("secret")




def test_an_api_key_is_exchanged_and_sent_nowhere_else(client_of):
    client, sent = client_of(answers(httpx.Response(200, json=PROJECT)), api_key="cpod_key", scope="projects.read")
    client.projects.get("x")
    form = dict(httpx.QueryParams(sent[0].content.decode()))
    assert (form["subject_token"], form["scope"]) == ("cpod_key", "projects.read")
    assert "authorization" not in sent[0].headers
    assert sent[1].headers["authorization"] == "Bearer token-1"


def test_a_stream_continues_after_the_last_message(client_of, monkeypatch):
    streams = [
        "id: 1\nevent: started\ndata: {SEQ}\n\n",
        "id: 2\nevent: succeeded\ndata: {SEQ}\n\nid: 3\nevent: x\ndata: {SEQ}\n\n",
    ]
    event = json.dumps({"seq": 1, "jobId": "job-1", "type": "started", "at": "2026-01-01T00:00:00Z"})
    bodies = [httpx.Response(200, text=one.replace("{SEQ}", event)) for one in streams]
    monkeypatch.setattr(sync_follow, "thread_sleep", lambda seconds: None)
    client, sent = client_of(answers(*bodies))
    monkeypatch.setattr(sync_jobs.m.JobEvent, "model_validate", lambda value: value["seq"])
    assert list(client.jobs.watch("job-1")) == [1, 1]
    assert [request.headers.get("last-event-id") for request in sent[1:]] == [None, "1"]
