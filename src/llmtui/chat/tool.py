"""A tool that a model may ask us to call."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Tool:
    """Its name, what it is good for, and what it takes: a JSON schema of type object."""

    name: str
    description: str
    parameters: Mapping[str, object]
