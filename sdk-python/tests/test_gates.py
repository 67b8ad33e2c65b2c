"""The middleware lets in only calls that the platform allows."""

from __future__ import annotations

import asyncio
import json

import django
import httpx
import pytest
from django.conf import settings as django_settings
from fastapi import Depends, FastAPI, Request
from fastapi.testclient import TestClient
from flask import Flask, g

from cpod import AsyncCpodClient, ConfigurationError
from cpod.middleware import fastapi as fastapi_gate
from cpod.middleware import flask as flask_gate

if not django_settings.configured:
    django_settings.configure(DEBUG=False, ALLOWED_HOSTS=["*"], SECRET_KEY="of the tests")
    django.setup()

from django.http import HttpRequest, JsonResponse  # noqa: E402

from cpod.middleware import django as django_gate  # noqa: E402

ISSUER = "http://localhost:8000"
ALLOWED = {"allowed": True, "reason": "", "claims": {"sub": "ada", "scope": "a b", "iss": ISSUER, "aud": ISSUER}}
BEARER = {"authorization": "Bearer abc"}
#: The introspection of an access token. A refresh token has no type.
ACTIVE = {"active": True, "token_type": "Bearer", "iss": ISSUER, "aud": ISSUER}


def decision(value, status=200):
    return lambda request: httpx.Response(status, json=value)


def fails(request):
    raise httpx.ConnectError("down")


#: The platform's response, the request's headers, and the expected status.
CASES = [
    (decision(ALLOWED), BEARER, 200),
    (decision(ALLOWED), {}, 401),
    (decision(ALLOWED), {"authorization": "Basic abc"}, 401),
    (decision(ALLOWED), {"authorization": "Bearer a b"}, 401),
    (decision({**ALLOWED, "allowed": "true"}), BEARER, 403),
    (decision({**ALLOWED, "allowed": 1}), BEARER, 403),
    (decision({**ALLOWED, "allowed": False, "reason": "policy"}), BEARER, 403),
    (decision({"allowed": False, "reason": "insufficient_scope", "claims": {}}), BEARER, 403),
    (decision({"allowed": False, "reason": "token_revoked", "claims": {}}), BEARER, 401),
    (decision({"allowed": True}), BEARER, 401),
    (decision([]), BEARER, 503),
    (decision({}, 500), BEARER, 503),
    (decision({}, 401), BEARER, 503),
    (decision({}, 429), BEARER, 503),
    (fails, BEARER, 503),
]


def through_fastapi(client, headers, **options):
    app = FastAPI()
    fastapi_gate.install(app)

    @app.get("/x")
    def view(claims=Depends(fastapi_gate.require_auth(client, **options))):
        return claims

    response = TestClient(app).get("/x", headers=headers)
    return response.status_code, response.json(), response.headers


def through_flask(client, headers, **options):
    app = Flask("test")

    @app.get("/x")
    @flask_gate.cpod_gate(client, **options)
    def view():
        return g.claims

    response = app.test_client().get("/x", headers=headers)
    return response.status_code, response.get_json(), response.headers


def django_request(headers):
    request = HttpRequest()
    request.path = "/x"
    request.META = {f"HTTP_{name.upper()}": value for name, value in headers.items()}
    return request


def through_django(client, headers, **options):
    @django_gate.cpod_gate(client, **options)
    def view(request):
        return JsonResponse(request.coresdk_claims)

    response = view(django_request(headers))
    return response.status_code, json.loads(response.content), response.headers


FRAMEWORKS = [through_fastapi, through_flask, through_django]


@pytest.mark.parametrize("through", FRAMEWORKS)
@pytest.mark.parametrize(("backend", "headers", "status"), CASES)
def test_a_call_needs_a_permission(client_of, through, backend, headers, status):
    client, _ = client_of(backend, max_retries=0)
    result, body, sent = through(client, headers, action="x.read", scopes=["b"])
    assert result == status
    assert (body.get("sub") == "ada") == (status == 200)
    if status != 200:
        assert body["status"] == status
        assert sent["Cache-Control"] == "no-store"
    assert ("WWW-Authenticate" in sent) == (status == 401 or body.get("error") == "insufficient_scope")


def test_arguments_of_a_view_can_have_any_name(client_of):
    client, sent = client_of(decision(ALLOWED))
    gate = {"action": "x.read", "resource": lambda *_, path, resource: f"{path}/{resource}"}

    @django_gate.cpod_gate(client, **gate)
    def view(request, path, resource):
        return JsonResponse({})

    assert view(django_request(BEARER), path="a", resource="b").status_code == 200
    app = Flask("test")
    app.get("/<path>/<resource>")(flask_gate.cpod_gate(client, **gate)(lambda path, resource: {}))
    assert app.test_client().get("/a/b", headers=BEARER).status_code == 200
    asked = [json.loads(one.content)["resource"] for one in sent if one.url.path == "/v1/authorize"]
    assert asked == ["a/b", "a/b"]


@pytest.mark.parametrize("through", FRAMEWORKS)
def test_a_missing_scope_is_named_as_the_reason(client_of, through):
    for answer, scopes, challenge in (
        ({"allowed": False, "reason": "insufficient_scope"}, [], 'Bearer error="insufficient_scope"'),
        (ALLOWED, ["b", "c", "d"], 'Bearer error="insufficient_scope", scope="c d"'),
    ):
        client, _ = client_of(decision(answer))
        _, body, sent = through(client, BEARER, action="x.read", scopes=scopes)
        assert (body["error"], sent["WWW-Authenticate"]) == ("insufficient_scope", challenge)
    client, _ = client_of(decision({"allowed": False, "reason": "insufficient_role"}))
    assert through(client, BEARER, action="x.read")[1]["error"] == "forbidden"


@pytest.mark.parametrize("through", FRAMEWORKS)
@pytest.mark.parametrize(
    ("answer", "status"), [({**ACTIVE, "sub": "ada"}, 200), ({**ACTIVE, "token_type": None}, 401), ({"active": False}, 401), ({**ACTIVE, "active": "true"}, 401), ([], 401)]
)
def test_without_an_action_the_token_must_be_active(client_of, through, answer, status):
    client, _ = client_of(decision(answer), max_retries=0)
    assert through(client, BEARER)[0] == status


OTHER = "https://orders.example"

#: The audience of a token, the option `audience`, and the expected status.
AUDIENCES = [
    (ISSUER, None, 200),
    ([f"{ISSUER}/mcp", ISSUER], None, 200),
    (f"{ISSUER}/mcp", None, 401),
    (OTHER, None, 401),
    ([], None, 401),
    (None, None, 401),
    (OTHER, OTHER, 200),
    (OTHER, ["https://x.example", OTHER], 200),
    (ISSUER, OTHER, 401),
    (f"{OTHER}/", OTHER, 401),
]


@pytest.mark.parametrize("through", FRAMEWORKS)
@pytest.mark.parametrize("action", [None, "x.read"])
@pytest.mark.parametrize(("held", "audience", "status"), AUDIENCES)
def test_a_token_for_another_audience_is_refused(client_of, through, action, held, audience, status):
    claims = {**ACTIVE, "aud": held}
    client, _ = client_of(decision({**ALLOWED, "claims": claims} if action else claims), max_retries=0)
    result, _, headers = through(client, BEARER, action=action, audience=audience)
    assert result == status
    assert headers.get("WWW-Authenticate") == (None if status == 200 else 'Bearer error="invalid_token"')


@pytest.mark.parametrize("through", FRAMEWORKS)
def test_a_token_without_issuer_and_audience_is_refused(client_of, through):
    client, _ = client_of(decision({"active": True, "token_type": "Bearer"}))
    assert through(client, BEARER)[0] == 401


@pytest.mark.parametrize("through", FRAMEWORKS)
@pytest.mark.parametrize("audience", ["", [], [""], [None], 1])
def test_an_audience_must_not_be_empty(client_of, through, audience):
    client, _ = client_of(decision(ACTIVE))
    with pytest.raises(ConfigurationError, match="audience"):
        through(client, BEARER, audience=audience)


def test_middleware_for_all_views_has_the_option_audience(client_of, monkeypatch):
    client, _ = client_of(decision({**ACTIVE, "aud": OTHER}))
    statuses = []
    for audience in (None, OTHER):
        monkeypatch.setattr(django_settings, "CPOD_AUDIENCE", audience, raising=False)
        middleware = django_gate.CoreSDKMiddleware(lambda request: JsonResponse({}), client)
        statuses.append(middleware(django_request(BEARER)).status_code)
        app = Flask("test")
        flask_gate.CoreSDKFlask(client, app, audience=audience)
        app.add_url_rule("/x", view_func=lambda: {})
        statuses.append(app.test_client().get("/x", headers=BEARER).status_code)
    assert statuses == [401, 401, 200, 200]


@pytest.mark.parametrize("through", FRAMEWORKS)
def test_a_fault_in_the_callers_code_refuses_the_call(client_of, through):
    client, _ = client_of(decision(ALLOWED))

    def resource(*arguments, **named):
        raise KeyError("id")

    assert through(client, BEARER, action="x.read", resource=resource)[0] == 503


def test_django_middleware_refuses_bad_tokens_and_every_failure(client_of):
    for backend, headers, status in [
        (decision({**ACTIVE, "sub": "ada"}), BEARER, 200),
        (decision({"active": False}), BEARER, 401),
        (decision(ACTIVE), {}, 401),
        (fails, BEARER, 503),
    ]:
        client, _ = client_of(backend, max_retries=0)
        middleware = django_gate.CoreSDKMiddleware(lambda request: JsonResponse({}), client)
        assert middleware(django_request(headers)).status_code == status


def test_django_without_credentials_refuses_every_call(monkeypatch):
    for name in ("CPOD_API_KEY", "CPOD_CLIENT_ID", "CPOD_CLIENT_SECRET"):
        monkeypatch.delenv(name, raising=False)
    django_gate.default_client.cache_clear()
    middleware = django_gate.CoreSDKMiddleware(lambda request: JsonResponse({}))
    assert middleware(django_request(BEARER)).status_code == 503


def test_an_asynchronous_django_view_is_checked(client_of):
    client, _ = client_of(decision({**ALLOWED, "allowed": False}))

    @django_gate.cpod_gate(client, action="x.read")
    async def view(request):
        return JsonResponse({})

    assert asyncio.run(view(django_request(BEARER))).status_code == 403


def test_fastapi_asks_about_the_path_that_was_routed(client_of):
    class StrangeRequest(Request):
        """A request whose URL, unlike its path, comes from the caller, as in Starlette before version 1.0.1."""

        @property
        def url(self):
            return httpx.URL("http://x/public")

    client, sent = client_of(decision(ALLOWED))
    headers = [(b"authorization", b"Bearer abc")]
    request = StrangeRequest({"type": "http", "path": "/admin", "headers": headers})
    dependency = fastapi_gate.require_auth(client, action="x.read")
    assert asyncio.run(dependency(request)) == ALLOWED["claims"]
    assert json.loads(sent[-1].content)["resource"] == "/admin"


def test_fastapi_works_with_an_asynchronous_client():
    def answer(request):
        is_token = request.url.path == "/v1/oauth/token"
        return httpx.Response(200, json={"access_token": "t", "expires_in": 60} if is_token else ALLOWED)

    client = AsyncCpodClient(client_id="a", client_secret="b", transport=httpx.MockTransport(answer))
    assert through_fastapi(client, BEARER, action="x.read")[:2] == (200, ALLOWED["claims"])


def test_flask_checks_every_route_and_require_auth_needs_the_check(client_of):
    client, _ = client_of(decision({"active": False}))
    app = Flask("test")
    flask_gate.CoreSDKFlask(client, app)
    app.add_url_rule("/x", view_func=lambda: {})
    assert app.test_client().get("/x", headers=BEARER).status_code == 401
    unchecked = Flask("unchecked")
    unchecked.add_url_rule("/x", view_func=flask_gate.require_auth(lambda: {}))
    assert unchecked.test_client().get("/x", headers=BEARER).status_code == 401
