import os
import time
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cdul_app.classes.class_files import read_class_file
from cdul_app.classes.class_list import (
    MAX_ALL_PROMPTS,
    MAX_PROMPT_LENGTH,
    MAX_PROMPTS,
    ClassDefinition,
    class_lines,
    name_key,
    parse_class_lines,
)
from cdul_app.errors import ClassListError


def _names(file: Path) -> list[str]:
    return [each.name for each in read_class_file(file)]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("cat\ndog\n", ["cat", "dog"]),
        ("class,count\ncat,4\ndog,5\n", ["cat", "dog"]),
        ("Name;Beschreibung\r\nKatze;mit, Komma\r\nHund;\r\n", ["Katze", "Hund"]),
        ('"dog, small"\n"24"" monitor"\n', ["dog, small", '24" monitor']),
        ("cat,dog,bird", ["cat", "dog", "bird"]),
        ("cat;dog;bird\n", ["cat", "dog", "bird"]),
        ("name\n#1\n2:1\na|b\n", ["#1", "2:1", "a|b"]),
        (",no name\ncat,a name\n", ["cat"]),
        ("id\tfolder\ncat\tanimals\n", ["id", "cat"]),
        ("'=cat\n'-1\n'tis\n", ["=cat", "-1", "'tis"]),  # as this app writes them
        ("\ufeffclass\ncat\n\n", ["cat"]),
    ],
)
def test_a_csv_gives_its_first_column_or_its_only_line(tmp_path: Path, text: str, names: list[str]):
    file = tmp_path / "classes.CSV"
    file.write_bytes(text.encode("utf-8"))
    assert _names(file) == names


def test_a_sign_with_a_backslash_is_part_of_a_name_or_prompt(tmp_path: Path):
    file = tmp_path / "classes.txt"
    file.write_text(
        "\\#1\nscale 2\\:1: at 2:1 | one \\| other\n# no class\nC:\\\\new\na\\b\ntab\\there\n",
        encoding="utf-8",
    )
    # “C:” is a class of its own, with a prompt
    assert read_class_file(file) == [
        ClassDefinition("#1"),
        ClassDefinition("scale 2:1", ("at 2:1", "one | other")),
        ClassDefinition("C", ("\\new",)),
        ClassDefinition("a\\b"),
        ClassDefinition("tab\there"),
    ]


_WORDS = st.text(
    st.sampled_from("ab \\\\##::||,,;;t\t'\"") | st.characters(exclude_categories=["Cs"]),
    min_size=1,
    max_size=12,
).map(lambda text: " ".join(text.split(" ")).strip())
_NAMES = _WORDS.map(lambda text: "\t".join(" ".join(part.split()) for part in text.split("\t")))
_PROMPTS = _WORDS.map(lambda text: " ".join(text.split()))


@given(
    st.lists(
        st.tuples(_NAMES.filter(str.strip), st.lists(_PROMPTS.filter(bool), max_size=2)),
        min_size=1,
        max_size=4,
        unique_by=lambda item: name_key(item[0]),
    )
)
def test_every_list_that_is_written_is_read_back(classes: list[tuple[str, list[str]]]):
    definitions = [ClassDefinition(name, tuple(prompts)) for name, prompts in classes]
    assert parse_class_lines(class_lines(definitions)) == definitions


@given(st.text() | st.text(st.sampled_from('a\\#:|,;t\t\n"\r')))
@example("0:\\\t0")
@example("a\\")
def test_no_text_is_a_bug(text: str):
    try:
        read = parse_class_lines(text)
    except ClassListError:
        return
    assert parse_class_lines(class_lines(read)) == read


@given(st.binary() | st.text(st.sampled_from("ab,;\t\n\r\"\0'=")).map(str.encode))
def test_no_content_of_a_csv_is_a_bug(tmp_path_factory: pytest.TempPathFactory, content: bytes):
    file = tmp_path_factory.getbasetemp() / "fuzzed_classes.csv"
    file.write_bytes(content)
    try:
        read = read_class_file(file)
    except ClassListError:
        return
    assert parse_class_lines(class_lines(read)) == read


def _sparse(file: Path, size: int) -> None:
    with file.open("wb") as stream:
        stream.truncate(size)


def test_what_is_no_list_is_refused_at_once(tmp_path: Path):
    large, pipe = tmp_path / "large.txt", tmp_path / "pipe.txt"
    _sparse(large, 2**30)
    os.mkfifo(pipe)
    began = time.monotonic()
    for file, reason in (
        (large, "larger than 4 MB"),
        (pipe, "a device or a pipe"),
        (Path("/dev/zero"), "a device or a pipe"),
        (tmp_path, "a folder"),
        (tmp_path / "absent.txt", "it is not there"),
    ):
        with pytest.raises(ClassListError, match=reason):
            read_class_file(file)
    for text, reason in (
        ("a," * 1_900_000, "more than the 5,000"),
        ("\n".join(map(str, range(500_000))), "more than the 5,000"),
        ("cat: " + "a|" * 100_000, f"leave at most {MAX_PROMPTS:,}"),
        ("cat: " + "a" * 100_000, f"more than {MAX_PROMPT_LENGTH:,} characters"),
        ("\n".join(f"{n}: " + "a|" * 999 for n in range(101)), f"{MAX_ALL_PROMPTS:,}"),
    ):
        large.write_text(text, encoding="utf-8")
        with pytest.raises(ClassListError, match=reason):
            read_class_file(large)
    assert time.monotonic() - began < 10
