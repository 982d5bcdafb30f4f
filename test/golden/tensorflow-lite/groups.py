"""The groups of cases, by name."""

from __future__ import annotations

from collections.abc import Callable

from model import Draw, GraphWriter

Maker = Callable[[Draw, GraphWriter, str], bytes]

#: Name of a group -> what draws a model of it, and the type of codes it draws.
GROUPS: dict[str, tuple[Maker, str]] = {}


def group(name: str, *types: str) -> Callable[[Maker], Maker]:
    """Registers a maker once for each type of codes."""

    def register(maker: Maker) -> Maker:
        for type_ in types:
            GROUPS[f'{name} {type_}'] = (maker, type_)
        return maker

    return register
