"""A browser in which a user signs in."""

from __future__ import annotations

import html
import re
from typing import Dict
from urllib.parse import urlsplit

import httpx

_HIDDEN = re.compile(r'<input[^>]*type="hidden"[^>]*>')


def callback_of(url: str, redirect_uri: str, email: str, password: str) -> str:
    """Signs a user in at a URL, consents to everything, and returns the URL to which the platform redirects."""
    parts = urlsplit(url)
    origin = f"{parts.scheme}://{parts.netloc}"
    headers = {"origin": origin, "sec-fetch-site": "same-origin"}
    with httpx.Client(base_url=origin, headers=headers) as browser:
        page = browser.get(url)
        for _ in range(6):
            location = page.headers.get("location", "")
            if location.startswith(redirect_uri):
                return location
            if location:
                page = browser.get(location)
            elif 'type="password"' in page.text:
                page = browser.post("/oauth/sign-in", data={**_hidden(page), "email": email, "password": password})
            else:
                page = browser.post("/oauth/consent", data={**_hidden(page), "decision": "allow"})
    raise AssertionError(f"The pages do not lead to the redirect URI: {page.status_code} {page.text}")


def _hidden(page: httpx.Response) -> Dict[str, str]:
    tags = _HIDDEN.findall(page.text)
    return {_attribute(tag, "name"): _attribute(tag, "value") for tag in tags}


def _attribute(tag: str, name: str) -> str:
    found = re.search(f'{name}="([^"]*)"', tag)
    return "" if found is None else html.unescape(found.group(1))
