"""Generates the models, the namespaces and the synchronous client.

`python scripts/generate.py` writes the files. With `--check`, it fails if a file is not current.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Dict

from generate_api import ApiWriter
from generate_models import ModelWriter

ROOT = Path(__file__).resolve().parent.parent
DOCUMENT = ROOT.parent / "src" / "roles" / "backend" / "openapi.json"
PACKAGE = ROOT / "src" / "cpod"

#: The synchronous code is the asynchronous code with these replacements, in order.
REPLACEMENTS = [
    (r"async def ", "def "),
    (r"async for ", "for "),
    (r"async with(?=[ `])", "with"),
    (r"await ", ""),
    (r"Awaitable\[(Tuple\[str, float\])\]", r"\1"),
    (r"Awaitable\[None\]", "None"),
    (r", Awaitable|Awaitable, ", ""),
    (r"__aenter__", "__enter__"),
    (r"__aexit__", "__exit__"),
    (r"__aiter__", "__iter__"),
    (r"AsyncIterator", "Iterator"),
    (r"httpx\.AsyncClient", "httpx.Client"),
    (r"httpx\.AsyncBaseTransport", "httpx.BaseTransport"),
    (r"AsyncLock", "ThreadLock"),
    (r"async_sleep", "thread_sleep"),
    (r"async_pieces", "thread_pieces"),
    (r"\baclose\b", "close"),
    (r"\baread\b", "read"),
    (r"\baiter_bytes\b", "iter_bytes"),
    (r"Async(?=[A-Z])", ""),
    (r"asynchronous", "synchronous"),
]


def synchronous(text: str) -> str:
    """Returns the synchronous form of asynchronous code."""
    for pattern, replacement in REPLACEMENTS:
        text = re.sub(pattern, replacement, text)
    return text


def generated() -> Dict[Path, str]:
    """Returns the content of every generated file."""
    document = json.loads(DOCUMENT.read_text("utf-8"))
    api = ApiWriter(document).write()
    files = {
        PACKAGE / "models.py": ModelWriter(document["components"]["schemas"]).write(),
        PACKAGE / "aio" / "api.py": api,
        PACKAGE / "sync" / "api.py": synchronous(api),
    }
    for source in sorted((PACKAGE / "aio").glob("*.py")):
        if source.name != "api.py":
            files[PACKAGE / "sync" / source.name] = synchronous(source.read_text("utf-8"))
    return files


def main() -> int:
    """Writes or checks the files. Returns the exit status."""
    stale = [path for path, text in generated().items() if not path.exists() or path.read_text("utf-8") != text]
    if "--check" in sys.argv:
        for path in stale:
            print(f"{path.relative_to(ROOT)} is not current. Run: python scripts/generate.py")
        return 1 if stale else 0
    for path in stale:
        path.parent.mkdir(exist_ok=True)
        path.write_text(generated()[path], "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
