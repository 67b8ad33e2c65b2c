"""Signed messages and event streams."""

from __future__ import annotations

import pytest

from cpod import SignatureError
from cpod.event_stream import EventStreamDecoder
from cpod.webhooks import sign, verify

SECRET = "whsec_MDEyMzQ1Njc4OWFiY2RlZg=="
OTHER = "whsec_ZmVkY2JhOTg3NjU0MzIxMA=="


def test_a_signed_message_is_verified():
    headers = sign('{"type":"a"}', SECRET, id="m1", now=1000)
    delivery = verify(b'{"type":"a"}', {"Webhook-Id": "m1", **headers}, [OTHER, SECRET], now=1299)
    assert (delivery.id, delivery.event) == ("m1", {"type": "a"})


@pytest.mark.parametrize(
    ("body", "change", "secret", "now"),
    [
        ('{"type":"b"}', {}, SECRET, 1000),
        ('{"type":"a"}', {}, OTHER, 1000),
        ('{"type":"a"}', {}, SECRET, 1301),
        ('{"type":"a"}', {}, SECRET, 699),
        ('{"type":"a"}', {"webhook-id": "m2"}, SECRET, 1000),
        ('{"type":"a"}', {"webhook-id": ""}, SECRET, 1000),
        ('{"type":"a"}', {"webhook-signature": "v1,"}, SECRET, 1000),
        ('{"type":"a"}', {"webhook-timestamp": "nan"}, SECRET, 1000),
        ('{"type":"a"}', {}, "whsec_", 1000),
    ],
)
def test_any_other_message_is_refused(body, change, secret, now):
    headers = {**sign('{"type":"a"}', SECRET, id="m1", now=1000), **change}
    with pytest.raises(SignatureError):
        verify(body, headers, secret, now=now)


@pytest.mark.parametrize("size", [1, 2, 3, 100])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_stream_is_decoded_wherever_it_is_split(size, end):
    lines = [": beat", "", "id: 1", "event: a", "data: x", "data: é", "", "id: 2", "", "data: y", "", "data: cut", ""]
    content = end.join(lines).encode()
    decoder = EventStreamDecoder(None)
    found = [one for at in range(0, len(content), size) for one in decoder.take(content[at : at + size])]
    assert [(one.event, one.data, one.last_event_id) for one in found] == [
        ("a", "x\né", "1"),
        ("message", None, "2"),
        ("message", "y", "2"),
    ]
