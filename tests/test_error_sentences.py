"""Every sentence of an error, a warning or a note stands in the troubleshooting, and no other does.

`python -m tests.test_error_sentences` lists them, each with where it is said.
"""

import ast
import html
import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import pytest

from tests.sentences import ROOT, VARIES, NotRendered, Said, Sentences

PAGE = ROOT / "resources" / "window" / "troubleshooting.html"
ERRORS = ("UserError", "UnreadablePhoto", "QueryError", "ArgumentTypeError")
TOLD_BY = ("Noted", "say_error", "say_note", "show_message", "Notice", "emit")
TOLD_IN = (  # functions that put their sentences elsewhere: all that they make is told
    ("sentences", "tasks.scan.passed_over"),
    ("_truth", "tasks.train.train"),
    ("_note", "formats.matching"),
    ("download_hub_file", "models.encoder.hub_download"),
    ("_run", "desktop.session.job"),
    ("_on_timeout", "desktop.session.waiting_decisions"),
    ("look", "desktop.session.foreign_changes"),
    ("_on_ended", "desktop.session.foreign_changes"),
)
KEPT_IN = frozenset({"opening_note", "stopped_because", "NOTE"})  # and told later
OF_BUGS = frozenset({"cdul_app/desktop/session/job.py", "cdul_app/cli/exit_status.py"})

# What cannot be told from the source: place, and the templates it has.
BY_HAND: dict[str, tuple[str, ...]] = {
    "cdul_app/tasks/scan/scan.py": ("There are no photos in … (looked for …). …",),
    "cdul_app/tasks/distributed/batches.py": (
        "A worker on … cannot go on. …",
    ),  # what a worker has told
    "cdul_app/photos/decoder_pool.py": (),  # the reason that another process has told
}
# Said by no run: two choices in one sentence that exclude each other.
NEVER = frozenset(
    {
        "The encoder … : do not use …; fetch the encoder again or choose another.",
        *(
            f"{runtime} {told}"
            for runtime in ("Automatic", "PyTorch")
            for told in (
                "encodes the photos, … times as fast as PyTorch on this computer.",
                "does not do for this encoder, so PyTorch encodes.",
            )
        ),
    }
)
# They stand within a sentence that argparse makes, or tell of progress.
CLAUSES = frozenset(
    {
        "a path is missing",
        "“…” is no whole number",
        "“…” is no list of numbers",
        "it must be at least 1",
        "it is no valid text in UTF-8",
        "“…” is neither a number nor …",
    }
)


def normal(text: str) -> str:
    """One space between words, one … for what varies."""
    text = " ".join(html.unescape(re.sub(r"<[^<>]*>", "", text)).split())
    return re.sub(f"{VARIES}+", VARIES, text)


def is_passed_on(sentence: str) -> bool:
    """Whether it is only what varies: the sentence was made elsewhere."""
    return not re.search(r"[^\W\d_]", sentence)


def tells_of_trouble(call: ast.Call, name: str) -> bool:
    """Of what the window shows, warnings and errors only."""
    tones = {ast.unparse(argument).rpartition(".")[2] for argument in call.args}
    if name == "emit":
        return ast.unparse(call.func).endswith(".failed.emit") or bool(tones & {"WARNING", "ERROR"})
    shown = ast.unparse(call)
    return name not in ("show_message", "Notice") or "WARNING" in shown or "ERROR" in shown


@cache
def everything_said() -> tuple[list[Said], list[str]]:
    """All that the app says, and the errors whose sentence cannot be read from the source."""
    source = Sentences()
    errors = source.subclasses(*ERRORS)
    found: list[Said] = []
    unread: list[str] = []

    def add(place: str, kind: str, texts: Iterable[str]) -> None:
        found.extend(
            Said(normal(html.escape(text)), place, kind)
            for text in sorted(set(texts) - NEVER)
            if not is_passed_on(text)
        )

    for module, call, name in source.calls({*errors, *TOLD_BY}):
        place = module.place(call)
        if name in errors or tells_of_trouble(call, name):
            try:
                texts = source.render(module, call.args[0])
                if name in errors and not texts - {""}:
                    raise NotRendered("nothing")
                add(place, name, texts)
            except NotRendered as reason:
                if module.path in BY_HAND:
                    add(place, name, BY_HAND[module.path])
                elif name in errors:  # the others pass an error or a note on
                    unread.append(f"{place}: {name}: {reason}")
    for module, value in source.kept_in(KEPT_IN):
        if isinstance(value, ast.Attribute) and value.attr in KEPT_IN:
            continue  # kept before
        add(module.place(value), "note", source.render(module, value))
    for name, path in TOLD_IN:
        module = source.modules[f"cdul_app.{path}"]
        for node, text in source.told_in(module, module.functions[name]):
            add(module.place(node), "note", {text})
    return found, unread


@cache
def entries() -> tuple[str, ...]:
    """The sentences that the page explains."""
    return tuple(map(normal, re.findall(r"<dt>(.*?)</dt>", PAGE.read_text("utf-8"), re.DOTALL)))


def listed(sentences: Iterable[Said]) -> str:
    return "\n".join(f"{each.sentence}\n    {each.place} ({each.kind})" for each in sentences)


def test_every_error_can_be_read_from_the_source():
    found, unread = everything_said()
    assert not unread, "\n".join(unread)
    assert len({each.kind for each in found}) > 15


def test_every_sentence_stands_in_the_troubleshooting():
    known = frozenset(entries())
    absent = [each for each in everything_said()[0] if each.sentence not in known]
    assert not absent, listed(absent)


def test_the_troubleshooting_tells_of_nothing_that_is_not_said():
    known = {each.sentence for each in everything_said()[0]}
    stale = [entry for entry in entries() if entry not in known]
    assert not stale, "\n".join(stale)
    assert len(set(entries())) == len(entries())


def test_every_sentence_ends_as_one():
    loose = [
        each
        for each in everything_said()[0]
        if not each.sentence.endswith((".", "?", f".{VARIES}", f". {VARIES}"))
        and each.sentence not in CLAUSES
    ]
    assert not loose, listed(loose)


def test_no_sentence_blames_the_app_or_sends_a_project_away():
    wrong = [
        each
        for each in everything_said()[0]
        if (re.search(r"\bbug\b", each.sentence) and each.place.split(":")[0] not in OF_BUGS)
        or (re.search(r"\bmove\b", each.sentence) and "checkpoint" not in each.sentence)
    ]
    assert not wrong, listed(wrong)


def test_every_entry_says_more_than_the_sentence():
    page = PAGE.read_text("utf-8")
    lists = re.findall(r"<dl>(.*?)</dl>", page, re.DOTALL)
    kinds = ["".join(re.findall(r"<(dt|dd)>", each)) for each in lists]
    assert kinds
    assert all(re.fullmatch(r"((dt)+dd)+", each) for each in kinds)
    assert all(len(normal(each)) > 20 for each in re.findall(r"<dd>(.*?)</dd>", page, re.DOTALL))


@pytest.mark.parametrize(
    ("body", "sentences"),
    [
        ('raise Bad(f"One {x:,}" " two.")', {"One … two."}),
        ('s = "A." if x else "B."\n    raise Bad(s)', {"A.", "B."}),
        ("raise Bad(told(x))", {"It is … here.", "It is gone."}),
        ("raise Bad(f'No {x}: ' + (told(x) or TEXT))", {
            "No …: It is … here.", "No …: It is gone.", "No …: Kept.",
        }),
        ("raise Bad(FORM.format(x))", {"Within …."}),
    ],
)  # fmt: skip
def test_sentences_are_read(tmp_path: Path, body: str, sentences: set[str]):
    code = f"""class Bad(UserError): ...
TEXT = "Kept."
FORM = "Within {{}}."
def told(x):
    if x:
        return f"It is {{x}} here."
    return "It is gone."
def act(x):
    {body}
"""
    (tmp_path / "rooms").mkdir()
    (tmp_path / "rooms" / "one.py").write_text(code, "utf-8")
    source = Sentences(tmp_path, "rooms")
    (call,) = source.calls(source.subclasses("UserError"))
    assert source.render(call[0], call[1].args[0]) == sentences


@pytest.mark.parametrize("given", ["x", "str(x)", "x.words", "x[0]"])
def test_what_cannot_be_read_is_not_passed_over(tmp_path: Path, given: str):
    (tmp_path / "rooms").mkdir()
    code = f"def act(x):\n    raise UserError({given})\n"
    (tmp_path / "rooms" / "one.py").write_text(code, "utf-8")
    source = Sentences(tmp_path, "rooms")
    ((module, call, _),) = source.calls({"UserError"})
    with pytest.raises(NotRendered):
        source.render(module, call.args[0])


if __name__ == "__main__":
    print(listed(sorted(everything_said()[0], key=lambda each: each.place)))
