"""Invalid YAML is explained without the parser's jargon."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot.plan.document import read
from bot.plan.problems import PlanError

JARGON = re.compile(r"scalar|flow|block|token|node|parsing|scanning|stream|<\w")
BROKEN = {
    "a: [1, 2\nb: 3\n": "2: expected a comma or the closing ] of the [ on line 1",
    "a: {b: 1 c: 2}\n": "1: expected a comma or the closing } of the { on this line",
    "a: 'it\nb: 1\n": "1: expected a closing quote",
    'a: "x\n---\n': "1: expected a closing quote",
    'a: "\\x4"\n': "1: expected an escape like \\n",
    "a: b: c\n": "put text with a colon and a space in quotes",
    "a: 1\n  b: 2\n": "2: expected the same indentation as the keys above",
    "a:\n  - x\n b: 1\n": "3: expected the same indentation as the entries above",
    "- a\nb: 1\n": "a list's - and keys do not mix",
    "a: 'x' y\n": "expected nothing after the closing quote",
    "a: `x`\n": 'put it in quotes: "`x`"',
    "a: |x\n  foo\n": "expected nothing after > or |",
    "a: - b\n": "begin the list on the next line, or write [a, b]",
    "a: ? b\n": "put it in quotes",
    "a:\n- b\n-c\n": "3: expected a colon and a space after the key",
    "a: [1,,2]\n": "expected a value before ,",
    "a: [\n---\n": "expected a value before ---",
    "%FOO\na: 1\n": "like version: 1",
    "*\n": "put it in quotes",
    "a: &\n": "put it in quotes",
    "!<tag a\n": "put it in quotes",
}


@pytest.mark.parametrize(("text", "said"), BROKEN.items())
def test_a_yaml_error_says_the_line_what_was_expected_and_how_to_write_it(
    text: str, said: str, tmp_path: Path
) -> None:
    file = tmp_path / "canary.yaml"
    file.write_text(text)
    with pytest.raises(PlanError) as raised:
        read(file)
    message = str(raised.value).removeprefix(f"{file}:")
    assert said in message
    assert not JARGON.search(message)
