"""The packet as an HTML page: safe, self-contained, accessible and complete."""

from __future__ import annotations

import base64
import hashlib
import itertools
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from bot.record.audit import AuditEvent
from bot.record.packet import as_html, as_markdown, file_name
from bot.rules.dossier import Dossier
from bot.rules.rollback import Rollback
from bot.rules.run import RunState
from tests.unit.bot.dossiers import HUGE, LIVELY, NOW, dossier, plan

HOSTILE = [
    LIVELY,
    HUGE,
    "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "\"'><svg/onload=alert(1)>",
    "</style><style>*{display:none}</style>",
    "</title></desc></svg><a href='javascript:alert(1)'>x</a>",
    "&lt;b&gt; &amp; &#60;b&#62;",
    "--> ]]> <!-- {{version}} ${SECRET}",
]
TAGS = {
    *("html", "head", "meta", "title", "style", "body", "header", "nav", "main", "section", "h1", "h2", "h3"),
    *("p", "a", "ol", "ul", "li", "dl", "div", "dt", "dd", "span", "code", "strong"),
    *("table", "caption", "thead", "tbody", "tr", "th", "td", "figure", "figcaption"),
    *("svg", "desc", "path", "rect", "circle", "text"),
}
VOID = {"meta", "path", "rect", "circle"}


class Page(HTMLParser):
    """The page as a browser parses it."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.text = ""
        self.sections: list[str] = []
        self.open: list[str] = []
        self.feed(text)
        self.close()
        assert not self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] != "style":
            self.text += data
        if self.open and self.open[-1] == "h2":
            self.sections.append(data)

    def all(self, *tags: str) -> list[dict[str, str]]:
        return [attrs for tag, attrs in self.elements if tag in tags]


def decided(folder: Path, said: str = "quota is 62 of 62", checks: int = 3) -> Dossier:
    return dossier(plan(folder, checks, "Pin the capacity"), said, RunState.CLOSED)


@pytest.mark.parametrize("said", HOSTILE)
def test_text_from_people_and_checks_is_never_markup(tmp_path: Path, said: str) -> None:
    event = AuditEvent(run=1, seq=1, at=NOW, actor=said, kind=said, detail={said: said}, hash="")
    written = as_html(decided(tmp_path, said), [event])
    page = Page(written)
    assert {tag for tag, _ in page.elements} <= TAGS
    for _, attributes in page.elements:
        assert not [
            name for name in attributes if name.startswith("on") or name in {"src", "style", "srcdoc"}
        ]
        assert attributes.get("href", "#").startswith("#")
    assert not set("\u202e\u202c\u200b\u2028") & set(written)
    assert written.count("<style>") == written.count("</style>") == 1


def test_the_page_loads_nothing_and_runs_no_scripts(tmp_path: Path) -> None:
    written = as_html(decided(tmp_path), [])
    [policy] = [each["content"] for each in Page(written).all("meta") if "http-equiv" in each]
    style = written[written.index("<style>") + 7 : written.index("</style>")]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert policy == f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    assert "url(" not in style
    assert "@import" not in style
    assert "http" not in re.sub(r"http-equiv", "", written)


def test_the_page_works_with_a_screen_reader(tmp_path: Path) -> None:
    page = Page(as_html(decided(tmp_path), []))
    names = [each["id"] for _, each in page.elements if "id" in each]
    assert len(names) == len(set(names))
    referred = {
        *(each["href"][1:] for each in page.all("a")),
        *(name for _, each in page.elements for name in each.get("aria-labelledby", "").split()),
    }
    assert referred <= set(names)
    assert len(page.all("h1")) == 1
    levels = [int(tag[1]) for tag, _ in page.elements if tag in {"h1", "h2", "h3"}]
    assert all(later - earlier <= 1 for earlier, later in itertools.pairwise(levels))
    assert len(page.all("table")) == len(page.all("caption"))
    assert {each.get("scope") for each in page.all("th")} == {"col", "row"}
    assert {each.get("role", "hidden" if each.get("aria-hidden") else "") for each in page.all("svg")} <= {
        "img",
        "hidden",
    }


def test_page_and_markdown_say_the_same_in_the_same_order(tmp_path: Path) -> None:
    whole = decided(tmp_path)
    page, text = Page(as_html(whole, [])), as_markdown(whole, [])
    headings = re.findall(r"^## (.*)$", text, re.MULTILINE)
    assert headings == [
        "Decision",
        "Criteria",
        "What was blocked, and how that was resolved",
        "Votes, waivers and conditions",
        "Rollback",
        "Monitoring",
        "Open questions",
        "Gates",
        "Readings and their limits",
        "Configuration",
        "How to check this packet",
    ]
    assert page.sections == headings
    for said in ("Pin the capacity", "U02BEN", "quota is 62 of 62", "t0"):
        assert said in page.text
        assert said in text


def test_open_items_have_an_owner(tmp_path: Path) -> None:
    page = Page(as_html(decided(tmp_path), [])).text
    still_open = page[page.rindex("What is still open, and who owns it") :]
    assert "Condition: Quota is 62 of 62." in still_open
    assert "Waived by U02BEN" in still_open


@pytest.mark.parametrize("said", HOSTILE)
def test_file_names_are_valid_on_every_system(tmp_path: Path, said: str) -> None:
    whole = decided(tmp_path)
    run = whole.run.model_copy(update={"arguments": {"version": said}})
    name = file_name(whole.model_copy(update={"run": run}), "html")
    assert re.fullmatch(r"canary-1-staging-([A-Za-z0-9][A-Za-z0-9._-]*-)?2026-03-01\.html", name)
    assert len(name) < 120
    assert ".." not in name


def test_the_packet_of_a_decision_tells_nothing_that_came_later(tmp_path: Path) -> None:
    """However late it is made: its copy may have to wait for a store that is away."""
    whole = decided(tmp_path)
    back = whole.model_copy(update={"rollback": Rollback(run=1, by="U03RAJ", reason="too slow", at=NOW)})
    ended = {"outcome": "GO", "reason": "", "evidence": "", "decided_by": ["U1"], "filled": {}}
    decision = AuditEvent(run=1, seq=1, at=NOW, actor="U1", kind="decided", detail=ended, hash="")
    later = decision.model_copy(update={"seq": 2, "kind": "packet posted again", "detail": {}})
    assert "Rolled back by U03RAJ" in as_html(back, [decision, later])
    assert "The rollback prompts so far" in as_html(back, [decision, later])
    assert "Rolled back by U03RAJ" not in as_html(back, [decision])
    assert "The rollback prompts so far" not in as_html(back, [decision])


def test_a_file_name_contains_run_environment_version_and_date(tmp_path: Path) -> None:
    whole = decided(tmp_path)
    run = whole.run.model_copy(update={"arguments": {"version": "1.42.0"}})
    assert (
        file_name(whole.model_copy(update={"run": run}), "json") == "canary-1-staging-1.42.0-2026-03-01.json"
    )
