"""The pages of the documentation, and the README that leads to them."""

import ast
import doctest
import importlib.util
import re
import tomllib
from pathlib import Path
from types import ModuleType

import pytest

from cdul_app.formats.label_formats import LABEL_FORMATS
from tests.conftest import REPOSITORY

DOCS = REPOSITORY / "resources" / "docs"
TEXTS = [REPOSITORY / "README.md", REPOSITORY / "CONTRIBUTING.md", *(DOCS / "pages").glob("*.md")]
MADE = {"formats.md", "troubleshooting.md"}


@pytest.fixture(scope="module")
def made() -> ModuleType:
    spec = importlib.util.spec_from_file_location("made_pages", DOCS / "made_pages.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_every_format_has_a_row(made: ModuleType):
    page = made.formats_page()
    for each in LABEL_FORMATS.values():
        assert f"| `{each.key}` | {each.title} | {each.purpose} |" in page
    (width,) = {line.count("|") for line in page.splitlines() if line.startswith("|")}
    assert width == 6


def test_every_message_of_the_help_stands_on_the_page(made: ModuleType):
    help_text = (REPOSITORY / "resources" / "window" / "troubleshooting.html").read_text("utf-8")
    page = made.troubleshooting_page()
    for part in ("<dt>", "<dd>"):
        assert page.count(part) == help_text.count(part) > 100
    assert page.count("\n## ") == help_text.count("<h2>") > 5
    assert "<style>" not in page


def test_what_texts_link_to_is_there():
    found = 0
    for text in TEXTS:
        for target in re.findall(r"\]\(([^)#]+)[^)]*\)", text.read_text("utf-8")):
            if "://" in target or target.startswith("screenshots/") or target in MADE:
                continue
            assert (text.parent / target).exists(), f"{text.name}: {target}"
            found += 1
    assert found > 20


def test_the_example_of_the_method_runs_as_written():
    page = (DOCS / "pages" / "method.md").read_text("utf-8")
    example = re.search(r"```python\n(.*?)```", page, re.DOTALL)
    assert example is not None
    parsed = doctest.DocTestParser().get_doctest(example[1], {}, "method.md", None, None)
    assert len(parsed.examples) > 10
    told: list[str] = []
    assert doctest.DocTestRunner().run(parsed, out=told.append).failed == 0, "".join(told)


def test_no_sentence_stands_twice():
    seen: dict[str, Path] = {}
    for text in (*TEXTS, DOCS / "formats_head.md"):
        prose = re.sub(r"```.*?```", "", text.read_text("utf-8"), flags=re.DOTALL)
        for sentence in re.split(r"(?<=[.?!])\s+", prose):
            words = " ".join(sentence.split())
            if words.count(" ") > 6:
                assert words not in seen, f"{text.name} and {seen[words].name}: {words}"
                seen[words] = text


def test_each_variable_of_the_environment_is_explained():
    read: set[str] = set()
    for file in (REPOSITORY / "cdul_app").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            match node:
                case ast.Constant(value=str(name)) if re.fullmatch("(CDUL|HF)_[A-Z_]+", name):
                    read.add(name)
    assert len(read) >= 6
    pages = "".join(page.read_text("utf-8") for page in (DOCS / "pages").glob("*.md"))
    assert {name for name in read if f"`{name}" not in pages} == set()


def test_the_version_that_is_cited_and_that_changes_tell_of_is_this_one():
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text("utf-8"))["project"]
    cited = (REPOSITORY / "resources" / "CITATION.cff").read_text("utf-8")
    assert re.findall(r"^version: (.+)$", cited, re.MULTILINE) == [project["version"]]
    changes = (DOCS / "pages" / "changelog.md").read_text("utf-8")
    assert re.findall(r"^## ([\d.]+)", changes, re.MULTILINE)[0] == project["version"]
