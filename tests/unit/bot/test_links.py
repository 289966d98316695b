"""Links between our pages lead to existing files and headings."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
_HIDDEN = {".venv", ".git", "node_modules", ".canary"}
MOST_BYTES = 2_000_000  # of all pictures
PAGES = sorted(page for page in ROOT.rglob("*.md") if not _HIDDEN & set(page.relative_to(ROOT).parts))


def prose(page: Path) -> str:
    """The page without its code, where brackets are not links and # is no heading."""
    return re.sub(r"```.*?```|`[^`\n]*`", "", page.read_text(), flags=re.DOTALL)


def headings(page: Path) -> set[str]:
    """The anchors that GitHub derives from the headings."""
    text = re.sub(r"```.*?```", "", page.read_text(), flags=re.DOTALL)
    titles = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).strip().replace(" ", "-") for title in titles}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_relative_link_leads_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", prose(page)):
        if re.match(r"[a-z]+:", target):
            continue
        path, _, heading = target.partition("#")
        found = (page.parent / path).resolve() if path else page
        assert found.exists(), f"{target} does not exist"
        assert not heading or heading in headings(found), f"{target}: there is no such heading"


def pictures(page: Path) -> list[tuple[str, str]]:
    return pictures_in(prose(page))


def pictures_in(text: str) -> list[tuple[str, str]]:
    """Yields (tag name, file) of each picture in the HTML."""
    return re.findall(r'<(source|img)\b[^>]*?\bsrc(?:set)?="([^"]+)"', text)


@pytest.mark.parametrize("page", [page for page in PAGES if pictures(page)], ids=lambda page: page.name)
def test_every_picture_exists_and_has_a_description(page: Path) -> None:
    named = [name for _, name in pictures(page)]
    assert [name for name in named if not (page.parent / name).exists()] == []
    for picture in re.findall(r"<picture>.*?</picture>", prose(page), re.DOTALL):
        kinds = [kind for kind, _ in pictures_in(picture)]
        assert kinds == ["source", "source", "source", "img"]  # dark and narrow, narrow, dark, default
        assert re.search(r'alt="[^"]{80,}"', picture)


def test_every_picture_is_used() -> None:
    named = {(page.parent / name).resolve() for page in PAGES for _, name in pictures(page)}
    taken = set((ROOT / "docs" / "pictures").glob("*.png"))
    assert sorted(taken - named) == []
    assert sum(picture.stat().st_size for picture in taken) < MOST_BYTES


def test_every_page_of_docs_is_in_its_index() -> None:
    index = (ROOT / "docs" / "README.md").read_text()
    pages = {page.name for page in (ROOT / "docs").glob("*.md")} - {"README.md"}
    assert [page for page in sorted(pages) if f"({page})" not in index] == []


def named_files() -> list[str]:
    """The files that the architecture page names by their path."""
    text = (ROOT / "docs" / "architecture.md").read_text()
    return sorted(set(re.findall(r"`((?:bot|checks|commands|sandbox|tests|examples)/[\w/.-]*)`", text)))


@pytest.mark.parametrize("name", named_files())
def test_files_named_by_the_architecture_exist(name: str) -> None:
    assert (ROOT / name).exists()
