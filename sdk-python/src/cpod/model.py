"""The base class of the API's models."""

from __future__ import annotations

from typing import Any, Dict

from pydantic import BaseModel, ConfigDict


class Model(BaseModel):
    """An object of the API. Attributes are in snake case; `to_wire` returns the names of the API.

    A model keeps members that it does not know, so that a newer backend works with an older client.
    """

    model_config = ConfigDict(extra="allow", populate_by_name=True, protected_namespaces=())

    def to_wire(self) -> Dict[str, Any]:
        """Returns the members that were set, by their names in the API."""
        return self.model_dump(mode="json", by_alias=True, exclude_unset=True)
