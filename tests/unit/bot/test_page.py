"""The packet as an HTML page: safe, self-contained, accessible and complete."""

from __future__ import annotations

import base64
import hashlib
import itertools
import json
import re
from collections.abc import Sequence
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.base.canonical import digest
from bot.record.audit import AuditEvent
from bot.record.context_events import PeopleNamed, PreviousCompared
from bot.record.document.escaping import breakable
from bot.record.events import Detail, RolesResolved
from bot.record.packet import as_html, as_json, as_markdown, file_name
from bot.rules.decision import Outcome
from bot.rules.dossier import Dossier
from bot.rules.previous_run import Changed
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
    *(
        "p",
        "a",
        "ol",
        "ul",
        "li",
        "dl",
        "div",
        "dt",
        "dd",
        "span",
        "code",
        "strong",
        "wbr",
        "details",
        "summary",
        "pre",
    ),
    *("table", "caption", "thead", "tbody", "tr", "th", "td", "figure", "figcaption"),
    *("svg", "desc", "path", "rect", "circle", "text"),
}
VOID = {"meta", "wbr", "path", "rect", "circle"}


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
        "What failed or was blocked, and how that was resolved",
        "Votes, waivers and conditions",
        "Actions",
        "Rollback",
        "Monitoring",
        "What must still happen",
        "Gates",
        "Readings and their limits",
        "Charts",
        "Configuration, and what changed",
        "How it was measured",
        "Is it genuine? How to check this packet",
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


# ---------------------------------------------------------------- what a first-time reader looks for


def of_forms(whole: Dossier, events: Sequence[AuditEvent] = ()) -> tuple[str, str]:
    return " ".join(Page(as_html(whole, events)).text.split()), as_markdown(whole, events)


def logged(detail: Detail, seq: int = 1) -> AuditEvent:
    return AuditEvent(
        run=1, seq=seq, at=NOW, actor="U01ANA", kind=detail.kind, detail=detail.stored(), hash=""
    )


def test_people_have_names_next_to_their_ids_wherever_they_are_mentioned(tmp_path: Path) -> None:
    named = [
        logged(PeopleNamed.of({"U03RAJ": "Raj  Patel", "U02BEN": "<b>Ben</b>"})),
        logged(PeopleNamed.of({"U02BEN": "Ben Adler", "U01ANA": "Ana Ruiz"}), 2),
        logged(RolesResolved(roles={"platform": ("U02BEN", "U09NEW")}), 3),
    ]
    page, text = of_forms(decided(tmp_path), named)
    for form in (page, text):
        assert "Raj Patel (U03RAJ)" in form
        assert "Waived by Ben Adler (U02BEN)" in form
        assert "platform: Ben Adler (U02BEN), U09NEW" in form  # whose name is not recorded
        assert "Ana Ruiz (U01ANA)" in form.rpartition("Timeline")[2]
        assert form.count("Owner: U02BEN") == 0


def test_nothing_is_left_out_however_much_there_is(tmp_path: Path) -> None:
    """40 voters, 20 arguments, and a reason that is long."""
    page, text = of_forms(decided(tmp_path, "so " * 200))
    for form in (page, text):
        summary = form.partition("Recommended")[0]
        assert all(f"U{at:05}" in summary for at in range(40))
        assert not re.search(r"\d more\b", form)
        assert " ".join(["so"] * 200) in form.rpartition("Readings and their limits")[2]


def test_what_there_is_not_is_said(tmp_path: Path) -> None:
    whole = decided(tmp_path)
    assert whole.decision
    nothing = {"votes": (), "waivers": (), "outcome": Outcome.NO_GO}
    bare = whole.model_copy(
        update={"decision": whole.decision.model_copy(update=nothing), "prompts": (), "watch": None}
    )
    for form in of_forms(bare):
        assert "None: nobody voted." in form
        assert "None: nobody set a condition." in form
        assert "None: nobody waived a check." in form
        assert "None: the configuration has no actions." in form
        assert "None when this packet was made." in form
        assert "no: there was no go" in form
        assert "None: nothing was measured over time." in form
        assert "The run was not compared with a baseline." in form
        assert re.search(r"Deployed\W*not recorded", form)
        assert re.search(r"Previous run\W*not recorded", form)


def test_every_limit_is_required_and_the_two_kinds_of_limit_are_explained(tmp_path: Path) -> None:
    for form in of_forms(decided(tmp_path)):
        assert "“must”: outside this limit, a criterion is not met" in form
        assert "“should”: outside it" in form


def test_a_version_is_traced_to_its_commit_and_its_deployment(tmp_path: Path) -> None:
    whole = decided(tmp_path, "1a2b3c4")
    arguments = {"version": "1.42.0", "commit": "1a2b3c4", "deployed_at": "2026-03-01 11:58 UTC"}
    stated = whole.model_copy(update={"run": whole.run.model_copy(update={"arguments": arguments})})
    for form in of_forms(stated):
        top = form.partition("Recommended")[0]
        assert "1a2b3c4, as the requester stated" in top
        assert "1a2b3c4, on which " in top
        assert "2026-03-01 11:58 UTC, as the requester stated" in top


def test_how_each_check_was_measured_is_said(tmp_path: Path) -> None:
    whole = decided(tmp_path)
    page, text = of_forms(whole)
    for form in (page, text):
        told = form.rpartition("How it was measured")[2]
        for check in whole.plan.environment.checks.values():
            assert f"{check.kind} on {check.source}" in told
            assert digest(check.asks()) in told
    assert "run: " in page  # the gate's command


def test_the_page_says_what_changed_since_the_previous_run(tmp_path: Path) -> None:
    changed = (Changed(where="canary.yaml", change="checks.c0.pass.p95: < 9s → < 99s"),)
    compared = PreviousCompared(run=7, version="1.41.0", configuration="sha256:c", evidence="sha256:e")
    whole = decided(tmp_path)
    for form in of_forms(whole, [logged(compared.model_copy(update={"changes": changed}))]):
        assert "#7 of 1.41.0: 1 change in the configuration since then" in form
        assert "checks.c0.pass.p95" in form
    for form in of_forms(whole, [logged(compared.model_copy(update={"unread": ("c0",)}))]):
        assert "Not compared, because it was not read in both runs" in form
    for form in of_forms(whole, [logged(PreviousCompared(run=None))]):
        assert "There is no earlier run on this environment to compare it with." in form


def test_the_page_names_the_digest_of_the_packet_that_proves_it(tmp_path: Path) -> None:
    whole = decided(tmp_path)
    for form in of_forms(whole):
        assert json.loads(as_json(whole, []))["digest"] in form


def test_the_contents_sum_up_each_section(tmp_path: Path) -> None:
    written = as_html(decided(tmp_path), [])
    contents = Page(written[written.index("<nav") : written.index("</nav>") + 6]).text
    assert "Criteria 0 of " in contents
    assert re.search(r"What must still happen \d+ open", contents)


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        (
            "BACKGROUND_JOB_AUTOSCALE_OVERRIDE=1024",
            "BACKGROUND_<wbr>JOB_<wbr>AUTOSCALE_<wbr>OVERRIDE=<wbr>1024",
        ),
        (
            "/loki/api/v1/query_range returned 403",
            "/loki/<wbr>api/<wbr>v1/<wbr>query_<wbr>range returned 403",
        ),
        ("short", "short"),
        ("x" * 40, f"{'x' * 16}<wbr>{'x' * 16}<wbr>{'x' * 8}"),
        ("<script>alert(1)</script>", "&lt;script&gt;alert(1)<wbr>&lt;/<wbr>script&gt;"),
        ("on 2026-03-01", 'on <span class="date">2026-03-01</span>'),
    ],
)
def test_long_words_can_be_broken_after_their_signs(text: str, pieces: str) -> None:
    assert breakable(text) == pieces


@given(st.text(alphabet=st.sampled_from("ab_/.&<> -0123456789"), max_size=80))
def test_breaking_a_word_changes_none_of_it(text: str) -> None:
    assert Page(f"<p>{breakable(text)}</p>").text == text
