"""The methods cover the backend's operations, and the generated files are current."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
from pathlib import Path

import cpod
from cpod.aio import api
from cpod.sync import api as sync_api

ROOT = Path(__file__).resolve().parent.parent
DOCUMENT = ROOT.parent / "src/roles/backend/openapi.json"


def table():
    spec = importlib.util.spec_from_file_location("operations", ROOT / "scripts/operations.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_every_operation_has_a_method_or_a_reason():
    operations = table()
    document = json.loads(DOCUMENT.read_text("utf-8"))
    existing = {
        operation["operationId"]
        for path, item in document["paths"].items()
        if path.startswith("/v1/")
        for operation in item.values()
    }
    generated = {one for methods in operations.OPERATIONS.values() for one in methods.values()}
    groups = [generated, set(operations.BY_HAND), set(operations.WITHOUT_METHOD)]
    missing = sorted(existing - set.union(*groups))
    assert missing == [], f"Add {missing} to scripts/operations.py, then run: python scripts/generate.py"
    assert set.union(*groups) - existing == set()
    assert sum(len(group) for group in groups) == len(existing)


def test_the_table_and_both_clients_have_the_same_methods():
    for namespace, methods in table().OPERATIONS.items():
        for name in methods:
            assert callable(getattr(getattr(api, f"Async{namespace}Api"), name))
            assert callable(getattr(getattr(sync_api, f"{namespace}Api"), name))


def test_the_methods_written_by_hand_exist():
    client = cpod.CpodClient(api_key="k")
    for place in table().BY_HAND.values():
        if " " in place:
            continue
        found = client
        for name in place.split("."):
            found = found if name == "client" else getattr(found, name)
        assert callable(found)


def test_the_generated_files_are_current():
    command = [sys.executable, str(ROOT / "scripts/generate.py"), "--check"]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (result.returncode, result.stdout) == (0, "")
