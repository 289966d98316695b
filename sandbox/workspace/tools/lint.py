"""Lints every Python file here. Exits with 1 if there are errors; warnings are allowed."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

LONGEST_LINE = 100


def main() -> int:
    files = sorted(Path().rglob("*.py"))
    errors = [error for file in files for error in broken(file)]
    warnings = [warning for file in files for warning in long_lines(file)]
    for problem in (*errors, *warnings):
        sys.stdout.write(f"{problem}\n")
    sys.stdout.write(f"{len(files)} files, {len(errors)} errors, {len(warnings)} warnings\n")
    return 1 if errors else 0


def broken(file: Path) -> Iterator[str]:
    try:
        ast.parse(file.read_text())
    except SyntaxError as error:
        yield f"{file}:{error.lineno}: error: {error.msg}"


def long_lines(file: Path) -> Iterator[str]:
    for number, line in enumerate(file.read_text().splitlines(), 1):
        if len(line) > LONGEST_LINE:
            yield f"{file}:{number}: warning: longer than {LONGEST_LINE} characters"


if __name__ == "__main__":
    sys.exit(main())
