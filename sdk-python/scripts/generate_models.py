"""Generates the pydantic models from the component schemas of an OpenAPI 3.1 document."""

from __future__ import annotations

import keyword
import re
from typing import Any, Dict, List

Schema = Dict[str, Any]

HEADER = '''"""Models of the backend's API, generated from its OpenAPI document by `scripts/generate.py`. Do not edit."""

from __future__ import annotations

from typing import Any, Dict, List, Literal, Optional, Union

from pydantic import Field

from .model import Model
'''

RESERVED = {"copy", "json", "dict", "schema", "construct", "validate", "register"}
SCALARS = {"string": "str", "integer": "int", "number": "float", "boolean": "bool", "null": "None"}


def snake(name: str) -> str:
    """Returns the Python name of a wire name, such as `owner_id` for `ownerId`."""
    text = re.sub(r"[^A-Za-z0-9]+", "_", re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name)).strip("_").lower()
    is_taken = keyword.iskeyword(text) or text in RESERVED or text.startswith("model_")
    return f"{text}_" if is_taken else text


def pascal(name: str) -> str:
    """Returns a wire name in the form of a class name."""
    return "".join(part[:1].upper() + part[1:] for part in re.split(r"[^A-Za-z0-9]+", name))


class ModelWriter:
    """Writes one class for each object, including the objects inside other objects."""

    def __init__(self, schemas: Dict[str, Schema]) -> None:
        self.schemas = schemas
        self.classes: List[str] = []
        self.names: List[str] = list(schemas)

    def write(self) -> str:
        aliases = []
        for name, schema in self.schemas.items():
            if schema.get("type") == "object" and "properties" in schema:
                self.write_class(name, schema)
            else:
                aliases.append(f"{name} = {self.type_of(schema, name)}")
        rebuild = "for _model in list(globals().values()):\n" + (
            "    if isinstance(_model, type) and issubclass(_model, Model) and _model is not Model:\n"
            "        _model.model_rebuild()\n"
        )
        return "\n\n".join([HEADER, *self.classes]) + "\n\n" + "\n".join(aliases) + "\n\n" + rebuild

    def write_class(self, name: str, schema: Schema) -> None:
        required = set(schema.get("required", []))
        lines = [f"class {name}(Model):"]
        if "description" in schema:
            lines.append(f"    {docstring(schema['description'])}\n")
        for wire, member in schema["properties"].items():
            lines.append(self.field(name, wire, member, wire in required))
        if len(lines) == 1:
            lines.append("    pass")
        self.classes.append("\n".join(lines) + "\n")

    def field(self, owner: str, wire: str, member: Schema, is_required: bool) -> str:
        kind = self.type_of(member, owner + pascal(wire))
        name = snake(wire)
        if not is_required and kind != "Any" and not kind.startswith("Optional["):
            kind = f"Optional[{kind}]"
        arguments = ["..." if is_required else "None"]
        if name != wire:
            arguments.append(f"alias={wire!r}".replace("'", '"'))
        if len(arguments) == 1:
            return f"    {name}: {kind}" + ("" if is_required else " = None")
        return f"    {name}: {kind} = Field({', '.join(arguments)})"

    def type_of(self, schema: Schema, name: str, quote: bool = False) -> str:
        """Returns the type of a schema. Values of an enumeration that a newer backend adds are strings."""
        if "$ref" in schema:
            reference = schema["$ref"].rsplit("/", 1)[-1]
            return f'"{reference}"' if quote else str(reference)
        for key in ("anyOf", "oneOf"):
            if key in schema:
                return self.union([self.type_of(one, f"{name}{at or ''}", quote) for at, one in enumerate(schema[key])])
        if "const" in schema:
            return f"Literal[{schema['const']!r}]"
        if "enum" in schema:
            return self.enumeration(schema["enum"])
        kind = schema.get("type")
        if isinstance(kind, list):
            return self.union([self.type_of({**schema, "type": one}, name, quote) for one in kind])
        if kind == "array":
            return f"List[{self.type_of(schema.get('items', {}), name + 'Item', quote)}]"
        if kind == "object":
            return self.object_type(schema, name, quote)
        return SCALARS.get(str(kind), "Any")

    def object_type(self, schema: Schema, name: str, quote: bool) -> str:
        if "properties" in schema:
            while name in self.names:
                name += "_"
            self.names.append(name)
            self.write_class(name, schema)
            return f'"{name}"' if quote else name
        more = schema.get("additionalProperties", True)
        return f"Dict[str, {self.type_of(more, name + 'Value', quote) if isinstance(more, dict) else 'Any'}]"

    def enumeration(self, values: List[Any]) -> str:
        literals = ", ".join(f'"{one}"' if isinstance(one, str) else repr(one) for one in values if one is not None)
        text = f"Literal[{literals}]"
        if any(isinstance(one, str) for one in values):
            text = f"Union[{text}, str]"
        return f"Optional[{text}]" if None in values else text

    def union(self, kinds: List[str]) -> str:
        known = list(dict.fromkeys(one for one in kinds if one != "None"))
        if "Any" in known:
            return "Any"
        text = known[0] if len(known) == 1 else f"Union[{', '.join(known)}]"
        return f"Optional[{text}]" if "None" in kinds else text


def docstring(text: str) -> str:
    """Returns a docstring on as many lines as the text has."""
    safe = text.strip().replace("\\", "\\\\").replace('"""', "'''")
    return f'"""{safe}"""' if not safe.endswith('"') else f'"""{safe} """'
