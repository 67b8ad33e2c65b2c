"""Files are streamed in both directions."""

from __future__ import annotations

import asyncio
import io
import threading

import httpx
import pytest
from raw_server import serving

from cpod import AsyncCpodClient, ConfigurationError, ConnectionError, CpodClient, CpodError, TimeoutError, UnavailableError

FILE = {
    **{"id": "fil-1", "key": "a.bin", "tier": "shared", "uri": "cpod://t/shared/a.bin", "projectId": None, "size": 8},
    **{"contentType": "text/plain", "checksum": "", "etag": '"e"', "version": 2, "createdAt": "2026-01-01T00:00:00Z"},
    **{"createdBy": "x", "updatedAt": "2026-01-01T00:00:00Z", "updatedBy": "x"},
}
HEAD = "HTTP/1.1 200 OK\nconnection: close\ncontent-type: text/plain\ncontent-length: 8\netag: \"e\"\nx-file-version: 2\n\n"


def stored(exchange):
    body = httpx.Response(200, json=FILE).text
    exchange.send(f"HTTP/1.1 200 OK\ncontent-type: application/json\ncontent-length: {len(body)}\n\n{body}")


def client_at(url, **options):
    return CpodClient.from_token("t", base_url=url, **options)


def async_client_at(url, **options):
    return AsyncCpodClient.from_token("t", base_url=url, **options)


def test_a_download_arrives_piece_by_piece_with_its_size_and_type():
    has_first = threading.Event()

    def answer(exchange):
        exchange.send(HEAD + "one-")
        assert has_first.wait(60)
        exchange.send("two-")

    with serving(answer) as url, client_at(url) as client:
        file = client.files.read("shared", "a.bin")
        assert (file.content_type, file.size, file.etag, file.version) == ("text/plain", 8, '"e"', 2)
        stream = file.stream
        assert next(stream) == b"one-"
        has_first.set()
        assert b"".join(stream) == b"two-"


def test_an_asynchronous_download_arrives_piece_by_piece():
    has_first = threading.Event()

    def answer(exchange):
        exchange.send(HEAD + "one-")
        assert has_first.wait(60)
        exchange.send("two-")

    async def run(url):
        async with async_client_at(url) as client, await client.files.read("shared", "a.bin") as file:
            pieces = []
            async for piece in file.stream:
                pieces.append(piece)
                has_first.set()
            return file.size, b"".join(pieces), len(pieces)

    with serving(answer) as url:
        size, content, count = asyncio.run(run(url))
    assert (size, content) == (8, b"one-two-") and count > 1


def test_an_interrupted_download_is_a_connection_error():
    with serving(lambda exchange: exchange.send(HEAD + "one-")) as url:
        with client_at(url) as client:
            file = client.files.read("shared", "a.bin")
            stream = file.stream
            assert next(stream) == b"one-"
            with pytest.raises(ConnectionError, match="interrupted"):
                next(stream)
            for read in (client.files.read("shared", "a.bin").bytes, client.files.read("shared", "a.bin").text):
                with pytest.raises(ConnectionError, match="interrupted"):
                    read()
        with pytest.raises(ConnectionError, match="interrupted"):
            asyncio.run(read_all(url))


async def read_all(url):
    async with async_client_at(url) as client:
        return await (await client.files.read("shared", "a.bin")).bytes()


def test_a_download_that_stops_arriving_is_a_timeout():
    is_over = threading.Event()

    def answer(exchange):
        exchange.send(HEAD + "one-")
        assert is_over.wait(60)

    with serving(answer) as url, client_at(url) as client:
        with pytest.raises(TimeoutError):
            client.files.read("shared", "a.bin", timeout=0.05).bytes()
        is_over.set()


def test_a_download_can_be_read_once_and_closed_early():
    def answer(exchange):
        exchange.send(HEAD + "one-two-")
        exchange.read_to_close()

    with serving(answer) as url, client_at(url) as client:
        file = client.files.read("shared", "a.bin")
        assert file.text() == "one-two-"
        for read in (file.text, file.bytes, lambda: list(file.stream)):
            with pytest.raises(CpodError, match="once"):
                read()
        # The server ends only when the client has closed this connection.
        with client.files.read("shared", "a.bin") as early:
            assert next(early.stream) != b""


def test_the_size_is_none_if_the_response_has_no_length(client_of):
    client, sent = client_of(lambda request: httpx.Response(200, stream=httpx.ByteStream(b"x")))
    file = client.files.read("shared", "a.bin")
    assert (file.size, file.content_type, file.bytes()) == (None, "application/octet-stream", b"x")
    assert sent[-1].headers["accept-encoding"] == "identity"


def test_an_upload_is_sent_piece_by_piece():
    has_first = threading.Event()

    def pieces():
        yield b"one-"
        assert has_first.wait(60)
        yield b"two-"

    def answer(exchange):
        seen.append(exchange.headers)
        bodies.append(exchange.read_until(b"one-"))
        has_first.set()
        bodies.append(exchange.read_until(b"two-"))
        stored(exchange)

    seen, bodies = [], []
    with serving(answer) as url, client_at(url) as client:
        file = client.files.write("shared", "a.bin", pieces(), size=8, content_type="text/plain", sha256="aGFzaA==")
    assert (file.version, bodies) == (2, [b"one-", b"two-"])
    names = ("content-length", "content-type", "repr-digest", "transfer-encoding")
    assert [seen[0].get(one) for one in names] == ["8", "text/plain", "sha-256=:aGFzaA==:", None]


def test_an_asynchronous_upload_is_sent_piece_by_piece():
    has_first = threading.Event()

    async def pieces():
        yield b"one-"
        assert await asyncio.to_thread(has_first.wait, 60)
        yield b"two-"

    def answer(exchange):
        seen.append(exchange.headers)
        exchange.read_until(b"one-")
        has_first.set()
        exchange.read_until(b"\r\n0\r\n\r\n")
        stored(exchange)

    async def run(url):
        async with async_client_at(url) as client:
            return await client.files.write("shared", "a.bin", pieces())

    seen = []
    with serving(answer) as url:
        assert asyncio.run(run(url)).version == 2
    assert (seen[0].get("content-length"), seen[0].get("transfer-encoding")) == (None, "chunked")


@pytest.mark.parametrize("is_async", [False, True])
def test_a_file_is_sent_from_its_position_with_its_size(is_async):
    def answer(exchange):
        seen.append((exchange.headers["content-length"], exchange.read_until(b"end")))
        stored(exchange)

    async def run(url, file):
        async with async_client_at(url) as client:
            return await client.files.write("shared", "a.bin", file)

    seen = []
    content = b"x" * 200_000 + b"end"
    file = io.BytesIO(b"skipped" + content)
    file.seek(len(b"skipped"))
    with serving(answer) as url:
        if is_async:
            asyncio.run(run(url, file))
        else:
            with client_at(url) as client:
                client.files.write("shared", "a.bin", file)
    assert seen == [(str(len(content)), content)]


@pytest.mark.parametrize(
    "content, size",
    [([b"ab"], 3), ([b"ab", b"cd"], 3), (["text"], None), ([b"ab", "text"], None), (None, None)],
)
@pytest.mark.parametrize("is_async", [False, True])
def test_content_that_is_not_as_announced_aborts_the_upload(content, size, is_async):
    async def pieces():
        for piece in content:
            yield piece

    async def run(url):
        async with async_client_at(url) as client:
            await client.files.write("shared", "a.bin", text_file or pieces(), size=size)

    def answer(exchange):
        bodies.append(exchange.read_to_close())

    bodies = []
    text_file = io.StringIO("text") if content is None else None
    with serving(answer) as url, client_at(url) as client:
        with pytest.raises(ConfigurationError):
            asyncio.run(run(url)) if is_async else client.files.write("shared", "a.bin", text_file or content, size=size)
    assert len(bodies) == 1
    # Neither the announced number of bytes nor the last chunk arrived, so no server takes this for a complete upload.
    assert all(len(body) < (size or 1_000) and not body.endswith(b"0\r\n\r\n") for body in bodies)


def test_an_error_of_the_source_reaches_the_caller_and_aborts_the_upload():
    def pieces():
        yield b"one-"
        raise OSError("The disk failed.")

    with serving(lambda exchange: bodies.append(exchange.read_to_close())) as url, client_at(url) as client:
        bodies = []
        with pytest.raises(OSError, match="The disk failed."):
            client.files.write("shared", "a.bin", pieces())
    assert not bodies[0].endswith(b"0\r\n\r\n")


def test_an_interrupted_upload_is_a_connection_error_and_is_not_repeated():
    def answer(exchange):
        targets.append(exchange.target)
        exchange.read_until(b"one-")

    targets = []
    with serving(answer) as url, client_at(url) as client:
        with pytest.raises(ConnectionError):
            client.files.write("shared", "a.bin", iter([b"one-"]))
    assert targets == ["/v1/files/shared/a.bin"]


def test_only_content_in_memory_is_sent_again(client_of):
    for content, attempts in ((b"x", 3), ("x", 3), (iter([b"x"]), 1), (io.BytesIO(b"x"), 1)):
        client, sent = client_of(lambda request: httpx.Response(503))
        with pytest.raises(UnavailableError):
            client.files.write("shared", "a.bin", content)
        assert [request.content for request in sent if request.method == "PUT"] == [b"x"] * attempts


def test_a_stream_is_not_sent_again_after_a_refused_token(client_of):
    client, sent = client_of(lambda request: httpx.Response(401))
    with pytest.raises(CpodError, match="401"):
        client.files.write("shared", "a.bin", iter([b"x"]))
    assert [request.method for request in sent] == ["POST", "PUT"]


def test_content_of_the_wrong_kind_is_refused_before_any_request(client_of):
    async def pieces():
        yield b"x"

    client, sent = client_of(lambda request: httpx.Response(200, json=FILE))
    for content in (None, 1, pieces()):
        with pytest.raises(ConfigurationError):
            client.files.write("shared", "a.bin", content)
    assert sent == []

    async def run():
        async with async_client_at("http://127.0.0.1:1") as client:
            await client.files.write("shared", "a.bin", [b"x"])

    with pytest.raises(ConfigurationError, match="asynchronous iterator"):
        asyncio.run(run())


def test_an_interrupted_audit_export_is_a_connection_error():
    with serving(lambda exchange: exchange.send(HEAD + "one-")) as url, client_at(url) as client:
        export = client.audit.export()
        assert next(export) == b"one-"
        with pytest.raises(ConnectionError, match="interrupted"):
            next(export)
