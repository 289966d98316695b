"""What a package declares: every class of one kind that is written in one of its modules.

So a declaration is complete where it is written, and no table has to name it again. All modules are read, in the order of
their names: nothing depends on what was imported before.
"""

from __future__ import annotations

import inspect
from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType
from typing import TypeVar

Base = TypeVar("Base")


def declared(package: ModuleType, base: type[Base]) -> tuple[type[Base], ...]:
    """The subclasses of `base` in the modules of `package`, without those that are abstract."""
    modules = [import_module(f"{package.__name__}.{name}") for _, name, _ in iter_modules(package.__path__)]
    return tuple(
        found
        for module in modules
        for found in vars(module).values()
        if isinstance(found, type)
        and issubclass(found, base)
        and found.__module__ == module.__name__
        and not inspect.isabstract(found)
    )
