"""Writes the catalogues of the window's languages anew: `python -m tests.translations`.

Each sentence of the source stands in resources/languages/CODE/LC_MESSAGES/cdul_app.po, what is
not translated yet with an empty translation; what the source no longer says is gone.  Beside it
lies the same compiled, as the app reads it.
"""

import ast
import io
import string
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import read_mo, write_mo
from babel.messages.pofile import read_po, write_po

from cdul_app.language import ENGLISH, LANGUAGES
from cdul_app.settings.configs import ScoringConfig, TrainingConfig
from cdul_app.settings.fields import settings_of

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / "resources" / "languages"
KEYWORDS = {"tr": None, "ntr": (1, 2), "translatable": None}
_UNWANTED = tuple(
    f'"{field}'.encode()
    for field in (
        "Project-Id", "Report-Msgid", "POT-Creation", "PO-Revision", "Last-Tr", "Language-T",
        "Generated-By",
    )
)  # fmt: skip
_NO_DATE = datetime(2000, 1, 1, tzinfo=UTC)
_HEAD = "# What the window of cdul_app says, see cdul_app/language.py."


def others() -> list[str]:
    """The languages that have a catalogue."""
    return [code for code in LANGUAGES if code != ENGLISH]


def catalogue_file(code: str) -> Path:
    return FOLDER / code / "LC_MESSAGES" / "cdul_app.po"


def sentences() -> list[str | tuple[str, ...]]:
    """What the source says: a sentence, or the singular and the plural."""
    found = extract_from_dir(str(ROOT / "cdul_app"), [("**.py", "python")], keywords=KEYWORDS)
    return [*(message for _, _, message, _, _ in found), *_of_settings()]


def _of_settings() -> Iterator[str]:
    """What the window shows of the tables of settings, where no sentence is marked."""
    for config in (ScoringConfig, TrainingConfig):
        for setting in settings_of(config).values():
            if not setting.hidden:
                shown = (setting.title, setting.meaning, setting.source, setting.empty)
                yield from filter(None, (*shown, *setting.choices.values()))


def read(code: str) -> Catalog:
    file = catalogue_file(code)
    if not file.is_file():
        return Catalog(locale=code)
    with file.open("rb") as stream:
        return read_po(stream, locale=code)


def current(code: str) -> Catalog:
    """The sentences of the source, with the translations that there are."""
    known = read(code)
    catalogue = Catalog(locale=code, header_comment=_HEAD, fuzzy=False)
    for sentence in sentences():
        old = known.get(sentence if isinstance(sentence, str) else sentence[0])
        fits = old is not None and old.id == sentence
        catalogue.add(sentence, old.string if fits else None)
    return catalogue


def as_po(catalogue: Catalog) -> bytes:
    stream = io.BytesIO()
    write_po(stream, catalogue, width=100, no_location=True, omit_header=False, sort_output=True)
    # Who wrote it, when and with what would make a difference where there is none.
    lines = stream.getvalue().splitlines(keepends=True)
    return b"".join(line for line in lines if not line.startswith(_UNWANTED))


def as_mo(catalogue: Catalog) -> bytes:
    catalogue.creation_date = _NO_DATE  # of this minute it would make a difference, too
    stream = io.BytesIO()
    write_mo(stream, catalogue)
    return stream.getvalue()


def read_compiled(code: str) -> Catalog:
    with catalogue_file(code).with_suffix(".mo").open("rb") as stream:
        return read_mo(stream)


def messages(catalogue: Catalog) -> Iterator[tuple[tuple[str, ...], tuple[str, ...]]]:
    """(forms in English, forms in the language) of each, empty where not translated."""
    for message in catalogue:
        if message.id:
            yield _forms(message.id), _forms(message.string)


def fields(sentence: str) -> set[str]:
    """The names within braces; none where the sentence holds braces of another kind."""
    try:
        return {name for _, name, _, _ in string.Formatter().parse(sentence) if name}
    except ValueError:
        return set()


def said_too_early() -> list[str]:
    """Places outside the window that translate while they are imported: before a language is
    chosen.  There a constant is marked, and translated where it is shown.
    """
    found = []
    for path in sorted((ROOT / "cdul_app").rglob("*.py")):
        if path.relative_to(ROOT).parts[1] == "desktop":
            continue
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for node in _run_at_import(tree):
            if isinstance(node, ast.Call) and ast.unparse(node.func) in ("tr", "ntr"):
                found.append(f"{path.relative_to(ROOT)}:{node.lineno}")
    return found


def unseen() -> list[str]:
    """Sentences that babel does not find: f-strings, and what stands within the braces of one."""
    found = {form for each in sentences() for form in _forms(each)}
    unseen = []
    for path in sorted((ROOT / "cdul_app").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) in KEYWORDS:
                said = [
                    each.value if isinstance(each, ast.Constant) else None
                    for each in node.args
                    if isinstance(each, ast.Constant | ast.JoinedStr)
                ]
                if any(text not in found for text in said if not isinstance(text, int)):
                    unseen.append(f"{path.relative_to(ROOT)}:{node.lineno}")
    return unseen


def _run_at_import(node: ast.AST) -> Iterator[ast.AST]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef | ast.Lambda):
            continue
        yield child
        yield from _run_at_import(child)


def _forms(text: str | tuple[str, ...] | list[str] | None) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text or ())


def untranslated(catalogue: Catalog) -> list[Message]:
    return [each for each in catalogue if each.id and not all(_forms(each.string) or ("",))]


def main() -> None:
    for code in others():
        catalogue = current(code)
        file = catalogue_file(code)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(as_po(catalogue))
        file.with_suffix(".mo").write_bytes(as_mo(read(code)))
        print(f"{code}: {len(catalogue)} sentences, {len(untranslated(catalogue))} not translated")


if __name__ == "__main__":
    main()
