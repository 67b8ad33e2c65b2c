"""Generates the methods of the namespaces from the table of operations and the OpenAPI document."""

from __future__ import annotations

import json
import re
from typing import Any, Dict, List, Tuple

from generate_models import ModelWriter, docstring, snake
from operations import ONCE, OPERATIONS, READS, SPREAD

HEADER = '''"""The namespaces of the API, generated from the OpenAPI document by `scripts/generate.py`. Do not edit."""

from __future__ import annotations

from typing import Any, Dict, Literal, Mapping, Optional, Union

from .. import models as m
from ..requests import Body, known, segment, segments
from .base import AsyncApi
from .pages import AsyncPages
'''


class ApiWriter:
    """Writes a class for each namespace."""

    def __init__(self, document: Dict[str, Any]) -> None:
        self.schemas = document["components"]["schemas"]
        self.types = ModelWriter({})
        self.operations = {
            operation["operationId"]: (path, method.upper(), operation)
            for path, item in document["paths"].items()
            for method, operation in item.items()
        }

    def write(self) -> str:
        classes = []
        for namespace, methods in OPERATIONS.items():
            head = f'class Async{namespace}Api(AsyncApi):\n    """Calls of the namespace."""\n'
            classes.append("\n".join([head, *(self.method(*one) for one in methods.items())]))
        return "\n\n".join([HEADER, *classes])

    def method(self, name: str, operation_id: str) -> str:
        path, method, operation = self.operations[operation_id]
        parameters = operation.get("parameters", [])
        in_path = [one["name"] for one in parameters if one["in"] == "path"]
        queries = [one for one in parameters if one["in"] == "query" and one["name"] != "cursor"]
        headers = {one["name"].lower() for one in parameters if one["in"] == "header"}
        signature = ["self", *(f"{snake(one)}: {'int' if one == 'version' else 'str'}" for one in in_path)]
        body, body_parameters = self.body(operation_id, operation)
        signature += body_parameters
        required = [one for one in queries if one.get("required")]
        optional = [one for one in queries if not one.get("required")]
        signature += [f"{snake(one['name'])}: {self.type_of(one['schema'])}" for one in required]
        signature.append("*")
        signature += [f"{snake(one['name'])}: {optional_of(self.type_of(one['schema']))} = None" for one in optional]
        call = [f'"{method}"', path_code(path, in_path)]
        if queries:
            members = ", ".join(f'"{one["name"]}": {snake(one["name"])}' for one in queries)
            call.append("query={" + members + "}")
        if body:
            call.append(f"json={body}")
        is_keyed = "idempotency-key" in headers
        if is_keyed:
            call.append("is_keyed=True")
        for one in ("idempotency_key", "if_match"):
            if one.replace("_", "-") in headers:
                signature.append(f"{one}: Optional[str] = None")
                call.append(f"{one}={one}")
        signature += ["timeout: Optional[float] = None", "max_retries: Optional[int] = None"]
        call += [f'repeat="{repeat_of(method, operation_id, is_keyed)}"', "timeout=timeout", "max_retries=max_retries"]
        return self.text(name, operation, signature, call, path, in_path, queries)

    def text(self, name: str, operation: Any, signature: Any, call: Any, path: str, in_path: Any, queries: Any) -> str:
        summary = str(operation.get("summary", "")).rstrip(".")
        doc = docstring(f"{summary}. {operation.get('description', '')}".strip())
        kind, item = self.result(operation)
        arguments = ", ".join(signature)
        if item:
            query = "{" + ", ".join(f'"{one["name"]}": {snake(one["name"])}' for one in queries) + "}"
            pages = f"AsyncPages(self._http, m.{item}, {path_code(path, in_path)}, known({query}), timeout, max_retries)"
            return f"    def {name}({arguments}) -> AsyncPages[m.{item}]:\n        {doc}\n        return {pages}\n"
        request = f"self._request({', '.join(call)})"
        if kind is None:
            lines = f"        await self._http.json({request})\n"
        elif kind == "Dict[str, Any]":
            lines = f"        result: Dict[str, Any] = await self._http.json({request})\n        return result\n"
        else:
            lines = f"        return await self._http.model({kind}, {request})\n"
        return f"    async def {name}({arguments}) -> {kind}:\n        {doc}\n{lines}"

    def result(self, operation: Any) -> Tuple["str | None", "str | None"]:
        """Returns the class of the result, or the class of a list's items."""
        if operation["operationId"] == "deleteApp":
            return None, None
        for status, response in operation["responses"].items():
            schema = response.get("content", {}).get("application/json", {}).get("schema")
            if not status.startswith("2") or schema is None:
                continue
            page = self.schemas[schema["$ref"].rsplit("/", 1)[-1]] if "$ref" in schema else schema
            members = page.get("properties", {})
            if "items" in members and "nextCursor" in members:
                return None, members["items"]["items"]["$ref"].rsplit("/", 1)[-1]
            if "$ref" in schema:
                return f"m.{schema['$ref'].rsplit('/', 1)[-1]}", None
            return "Dict[str, Any]", None
        return None, None

    def body(self, operation_id: str, operation: Any) -> Tuple[str, List[str]]:
        """Returns the expression of the body, and the parameters that it uses."""
        content = operation.get("requestBody", {}).get("content", {}).get("application/json")
        if content is None:
            return "", []
        schema = content["schema"]
        shape = self.schemas[schema["$ref"].rsplit("/", 1)[-1]] if "$ref" in schema else schema
        if operation_id in SPREAD:
            needed = set(shape.get("required", []))
            names = sorted(shape["properties"], key=lambda one: one not in needed)
            parameters = []
            for one in names:
                kind = self.type_of(shape["properties"][one])
                parameters.append(
                    f"{snake(one)}: {kind}" if one in needed else f"{snake(one)}: {optional_of(kind)} = None"
                )
            return "known({" + ", ".join(f'"{one}": {snake(one)}' for one in names) + "})", parameters
        kind = f"Body[m.{schema['$ref'].rsplit('/', 1)[-1]}]" if "$ref" in schema else "Mapping[str, Any]"
        if shape.get("required") or "anyOf" in shape or "oneOf" in shape or operation_id == "putFlag":
            return "body", [f"body: {kind}"]
        return "body or {}", [f"body: Optional[{kind}] = None"]

    def type_of(self, schema: Any) -> str:
        if "$ref" in schema:
            return f"m.{schema['$ref'].rsplit('/', 1)[-1]}"
        kinds = [one for one in schema.get("anyOf", []) if one.get("type") != "null"]
        if any(one.get("type") in ("object", "array") for one in [schema, *kinds]):
            return "Any"
        return self.types.type_of(schema, "Parameter")


def optional_of(kind: str) -> str:
    """Returns the type of an optional parameter."""
    return kind if kind == "Any" or kind.startswith("Optional[") else f"Optional[{kind}]"


def path_code(path: str, in_path: List[str]) -> str:
    """Returns an f-string of a path. The path of a file consists of several names."""
    if not in_path:
        return json.dumps(path)
    is_file = path.startswith("/v1/files/{tier}")

    def encode(found: "re.Match[str]") -> str:
        name = found.group(1)
        return "{" + ("segments" if is_file and name == "path" else "segment") + f"({snake(name)})" + "}"

    return 'f"' + re.sub(r"\{(\w+)\}", encode, path) + '"'


def repeat_of(method: str, operation_id: str, is_keyed: bool) -> str:
    """Returns the rule for repeating an operation."""
    if operation_id in ONCE:
        return "never"
    if is_keyed:
        return "keyed"
    return "always" if method in ("GET", "PUT", "DELETE") or operation_id in READS else "never"


