"""Every benchmark can be imported, so that a renamed function is noticed before somebody measures."""

from __future__ import annotations

import importlib
import pkgutil

import pytest

import bench

MODULES = [found.name for found in pkgutil.iter_modules(bench.__path__) if not found.name.startswith("_")]


@pytest.mark.parametrize("module", MODULES)
def test_a_benchmark_can_be_imported(module: str) -> None:
    importlib.import_module(f"bench.{module}")
