"""Labels that leave in a format and come back are the same, whatever photos and classes are
called."""

import unicodedata
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cdul_app.classes.class_list import name_key
from cdul_app.composed_names import composed
from cdul_app.errors import ExportError, LabelFileError
from cdul_app.formats.export_options import ExportOptions, PhotoFiles
from cdul_app.formats.label_formats import LABEL_FORMATS
from cdul_app.formats.label_table import LabelTable
from cdul_app.formats.matching import align_labels
from cdul_app.formats.reading import read_labels
from cdul_app.measures.reviews import NO, UNOBSERVED, YES
from tests.formats.label_tables import label_table, write_labels
from tests.not_installed import take_away

CARRY = [key for key, each in LABEL_FORMATS.items() if each.reads]
TELL_ANSWERS = {
    "csv-long",
    "json",
    "jsonl",
    "huggingface",
    "parquet",
    "sqlite",
    "labelstudio",
    "webdataset",
}
TELL_YES = {"cvat", "datumaro"}  # of answers, each yes
REFUSE = {"voc", "txt", "xmp"}  # some names
WITHOUT_CLASSES = {"csv-long", "jsonl", "huggingface", "webdataset", "txt", "xmp"}
ANSWERS_ALONE = {"openimages"}  # tells of no label that it does not list
ODD = ["cat", "dog, hound", 'the "big" one', "犬 🐕", "=1+1", "Ka\u0308fer", "a\nb", "&<x>'", "-1"]
ODD += ["\ufeff", "\ufeffcat"]  # as a file may begin

letters = st.characters(codec="utf-8", exclude_categories=("Cs", "Cc", "Cn", "Co", "Zl", "Zp"))
words = st.one_of(st.sampled_from(ODD), st.text(letters, min_size=1, max_size=8))
class_names = st.lists(
    words.map(lambda name: " ".join(name.split(" ")).strip()).filter(
        lambda name: name and name_key(name)
    ),
    min_size=1,
    max_size=4,
    unique_by=lambda name: composed(name_key(name)),
).map(tuple)
part = words.map(lambda text: text.replace("/", "").replace("\\", "").strip(". ")).filter(
    lambda text: text and not text.startswith("'") and len(text.encode()) < 80
)
photo_paths = st.lists(
    st.tuples(
        st.sampled_from(["", "sub/", "sub/Mu\u0308ll/", "train/"]),
        st.one_of(st.sampled_from(["IMG_1", "IMG_1.jpg"]), part),
        st.sampled_from([".jpg", ".png", ".CR2"]),
    ),
    min_size=1,
    max_size=5,
    unique_by=lambda parts: composed("".join(parts)).casefold(),
).map(lambda photos: tuple("".join(parts) for parts in photos))


@pytest.mark.parametrize("label_format", CARRY)
@settings(max_examples=25)
@given(data=st.data())
def test_labels_come_back(
    tmp_path_factory: pytest.TempPathFactory, label_format: str, data: st.DataObject
):
    paths, names = data.draw(photo_paths), data.draw(class_names)
    shape = len(paths), len(names)
    given_answers = data.draw(
        st.lists(
            st.sampled_from([UNOBSERVED, NO, YES]),
            min_size=shape[0] * shape[1],
            max_size=shape[0] * shape[1],
        )
    )
    answers = np.array(given_answers, dtype=np.int8).reshape(shape)
    folder = tmp_path_factory.mktemp("photos")
    table = label_table(folder, paths, names, answers, seed=data.draw(st.integers(0, 9)))
    if label_format == "webdataset":
        for path in paths:
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes(b"no photo")
    with suppress(*([ExportError] if label_format in REFUSE else [])):
        assert_comes_back(table, folder, label_format)


def assert_comes_back(table: LabelTable, folder: Path, label_format: str) -> None:
    """Raises ExportError for names that the format has no way to write."""
    paths, names, answers = table.paths, table.class_names, table.answers
    place = write_labels(table, folder / "labels", label_format)
    answered = bool((answers != UNOBSERVED).any())
    named = table.labels.any() or (answered and label_format in TELL_ANSWERS)
    if not named and label_format in WITHOUT_CLASSES:
        return  # they name no class
    read = read_labels(place)
    aligned = align_labels(read, paths, names).labels if _shares(read.class_names, names) else None
    wanted = table.labels.astype(np.int8)
    if label_format in ANSWERS_ALONE:
        wanted = np.where(table.labels | (answers != UNOBSERVED), wanted, UNOBSERVED)
    assert aligned is not None or not table.labels.any()
    if aligned is not None:
        known = [_key(name) in map(_key, read.class_names) for name in names]
        np.testing.assert_array_equal(aligned[:, known], wanted[:, known])
        assert not wanted[:, ~np.array(known)].any() or label_format in ANSWERS_ALONE
    if aligned is not None and label_format in TELL_ANSWERS | TELL_YES | ANSWERS_ALONE:
        back = align_labels(read, paths, names, read.given(unlisted_is_no=False)).labels
        told = answers
        if label_format in TELL_YES:
            told = np.where(answers == NO, UNOBSERVED, answers)
        np.testing.assert_array_equal(back[:, known], told[:, known])


def _key(name: str) -> str:
    return name_key(name)


def _shares(read: tuple[str, ...], names: tuple[str, ...]) -> bool:
    return bool(set(map(_key, read)) & set(map(_key, names)))


@pytest.mark.parametrize("label_format", CARRY)
def test_a_name_may_end_with_a_space_that_is_no_blank(label_format: str, tmp_path: Path):
    """VOC's lists lost the no-break space of a name, and with it the label of the photo."""
    table = label_table(tmp_path, ("0\xa0.jpg", "1\u3000.jpg"), ("cat",), seed=1)
    if label_format == "webdataset":
        for path in table.paths:
            (tmp_path / path).write_bytes(b"no photo")
    assert_comes_back(table, tmp_path, label_format)


def test_names_match_in_either_form_of_unicode(tmp_path: Path):
    written = ("Mu\u0308ll/ka\u0308se.jpg", "b.jpg")
    table = label_table(tmp_path, written, ("cat", "dog"))
    here = [unicodedata.normalize("NFC", path) for path in written]
    for label_format in CARRY:
        if label_format == "webdataset":
            continue
        place = write_labels(table, tmp_path / f"out-{label_format}", label_format)
        labels = align_labels(read_labels(place), here, ("cat", "dog")).labels
        if label_format == "openimages":
            labels = np.maximum(labels, NO)
        np.testing.assert_array_equal(labels, table.labels, err_msg=label_format)


@pytest.mark.parametrize("label_format", ["csv", "csv-long", "json", "jsonl", "huggingface"])
def test_what_is_not_decided_stays_open(tmp_path: Path, label_format: str):
    paths, names = ("a.jpg", "b.jpg"), ("cat", "dog")
    table = label_table(tmp_path, paths, names)
    scores = table.scores.copy()
    scores[0, 1] = np.nan
    labels = table.labels.copy()
    labels[0, 1] = False
    table = replace(table, scores=scores, labels=labels)
    place = write_labels(table, tmp_path / "labels", label_format)
    read = align_labels(read_labels(place), paths, names)
    assert read.labels.tolist() == [[int(labels[0, 0]), UNOBSERVED], labels[1].astype(int).tolist()]
    assert read.note == "The file leaves a class open on 1 photo."


def test_scores_beside_the_labels_are_no_classes(tmp_path: Path):
    table = label_table(tmp_path, ("a.jpg",), ("cat", "cat_score"))
    options = ExportOptions(scores=True, bom=True, photos=PhotoFiles.NONE)
    place = write_labels(table, tmp_path / "labels", "csv", options)
    assert place.read_bytes().startswith(b"\xef\xbb\xbfimage,cat,cat_score,cat_score,")
    read = read_labels(place)
    assert read.class_names == ("cat", "cat_score")
    np.testing.assert_array_equal(read.labels, table.labels)


def test_parquet_without_its_package_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    table = label_table(tmp_path, ("a.jpg",), ("cat",))
    place = write_labels(table, tmp_path / "labels", "parquet")
    take_away("pyarrow", monkeypatch)
    with pytest.raises(ExportError, match="pip install pyarrow"):
        write_labels(table, tmp_path / "others", "parquet")
    with pytest.raises(LabelFileError, match="pip install pyarrow"):
        read_labels(place)
    assert not (tmp_path / "others.parquet").exists()
