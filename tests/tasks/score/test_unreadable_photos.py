"""Photos that cannot be read, are gone, or lie there more than once."""

import shutil
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from cdul_app.classes.class_list import ClassDefinition
from cdul_app.errors import ProjectError
from cdul_app.events import Event, Outcome
from cdul_app.measures.label_kinds import LabelKind
from cdul_app.method.snippets import SnippetGrid
from cdul_app.paths import locate_project
from cdul_app.settings.configs import ScoringConfig
from cdul_app.storage.project_store import ProjectStore
from cdul_app.tasks.score.score import score_project
from tests.drawn_photos import copy_photos
from tests.events import run_task
from tests.photos.photo_makers import jpeg_bytes, noise, quadrants, save_turned
from tests.tasks.project_helpers import (
    StopAfter,
    embedding_rows,
    labels,
    make_project,
    scoring_config,
    skipped,
    table,
    titles,
)

COARSE = SnippetGrid(1, 2)  # three views a photo
CATS_AND_DOGS = (ClassDefinition("cat"), ClassDefinition("dog"))


def test_copies_of_a_photo_are_encoded_once(tmp_path: Path, encoder: str):
    folder = tmp_path / "photos"
    first, second = copy_photos(folder, 2)
    (folder / "copies").mkdir()
    for number in range(3):
        shutil.copyfile(first, folder / "copies" / f"{number}.jpg")
    location = locate_project(folder)
    config = make_project(folder, encoder, "cat", "dog", grid=COARSE)
    _, result = run_task(score_project(location, config))
    assert result.summary == "Labelled 5 photos for 2 classes."
    assert len(embedding_rows(location)) == 2
    scores = labels(location, LabelKind.INITIAL)
    for number in range(3):
        copied = scores[f"copies/{number}.jpg"]
        np.testing.assert_allclose(copied, scores[first.name], rtol=0, atol=1e-6)
    with ProjectStore(location.database) as store:
        sizes = {photo.path: (photo.width, photo.height) for photo in store.photos.all()}
    assert sizes["copies/2.jpg"] == sizes[first.name] != (None, None)

    second.rename(folder / "renamed.jpg")
    again = list(score_project(location, scoring_config(location)))
    assert len(embedding_rows(location)) == 2
    renamed = labels(location, LabelKind.INITIAL)["renamed.jpg"]
    np.testing.assert_allclose(renamed, scores[second.name], rtol=0, atol=1e-6)
    assert skipped(again) == {}
    with ProjectStore(location.database) as store:
        assert store.photos.all()[-1].width


def test_bad_files_are_skipped_with_reasons_and_the_rest_goes_on(tmp_path: Path, encoder: str):
    folder = tmp_path / "all kinds\nof photos 🐈"
    folder.mkdir()
    good = noise(60, 50)
    (folder / "plain.jpg").write_bytes(jpeg_bytes(good))
    good.convert("CMYK").save(folder / "cmyk.jpg")
    good.convert("P").save(folder / "palette.png")
    good.convert("LA").save(folder / "grey with alpha.png")
    Image.fromarray(np.arange(600, dtype=np.uint16).reshape(20, 30) * 100).save(
        folder / "16bit.png"
    )
    good.save(folder / "animated.gif", save_all=True, append_images=[noise(60, 50, 1)])
    save_turned(folder / "turned.jpg", quadrants(80, 40), 6)
    (folder / "line\nbreak 🐈.jpg").write_bytes(jpeg_bytes(noise(40, 40, 2)))
    (folder / "truncated.jpg").write_bytes(jpeg_bytes(noise(300, 300))[:5000])
    (folder / "truncated copy.jpg").write_bytes(jpeg_bytes(noise(300, 300))[:5000])
    (folder / "empty.jpg").write_bytes(b"")
    (folder / "text.jpg").write_text("this is no photo")
    Image.new("1", (30_000, 20_000)).save(folder / "huge.png")
    bad = {"truncated.jpg", "truncated copy.jpg", "empty.jpg", "text.jpg", "huge.png"}

    location = locate_project(folder)
    config = make_project(folder, encoder, "cat", "dog", grid=COARSE)
    events, result = run_task(score_project(location, config))
    told = skipped(events)
    assert set(told) == bad
    assert (
        told["truncated.jpg"] == told["truncated copy.jpg"] == "The file is truncated or damaged."
    )
    assert told["empty.jpg"] == "The file is empty."
    assert told["text.jpg"] == "Not an image this app can read."
    assert "megapixels" in told["huge.png"]
    assert result.summary == "Labelled 8 photos for 2 classes, 5 skipped."
    assert len(labels(location, LabelKind.PSEUDO)) == 8
    with ProjectStore(location.database) as store:
        sizes = {photo.path: (photo.width, photo.height) for photo in store.photos.all()}
    assert sizes["turned.jpg"] == (80, 40)

    again = list(score_project(location, scoring_config(location)))
    assert skipped(again) == told  # known by now, and told all the same
    assert not any("Loading the encoder" in title for title in titles(again))

    (folder / "text.jpg").write_bytes(jpeg_bytes(noise(50, 50, 3)))  # mended
    mended = list(score_project(location, scoring_config(location)))
    assert set(skipped(mended)) == bad - {"text.jpg"}
    assert "text.jpg" in labels(location, LabelKind.PSEUDO)


def test_when_no_photo_can_be_read_it_is_said_and_earlier_labels_stay(tmp_path: Path, encoder: str):
    folder = tmp_path / "photos"
    folder.mkdir()
    (folder / "a.jpg").write_bytes(jpeg_bytes(noise(40, 40)))
    location = locate_project(folder)
    config = make_project(folder, encoder, "cat", "dog", grid=COARSE)
    list(score_project(location, config))
    before = table(location, "label_sets")
    (folder / "a.jpg").write_text("no photo any more")
    with pytest.raises(ProjectError, match="None of the photos could be read"):
        list(score_project(location, config))
    assert table(location, "label_sets") == before
    with ProjectStore(location.database) as store:
        assert store.runs.all()[0].outcome is Outcome.FAILED
        assert "None of the photos" in store.runs.all()[0].reason


def test_a_folder_that_vanishes_in_the_middle_and_comes_back(tmp_path: Path, encoder: str):
    folder = tmp_path / "photos"
    copy_photos(folder, 170)
    location = locate_project(folder, tmp_path / "project.sqlite")
    with ProjectStore(location.database, create=True) as store:
        store.classes.replace(CATS_AND_DOGS)
    config = ScoringConfig(encoder=encoder, device="cpu", grid=SnippetGrid(1, 1))
    events = score_project(location, config)
    taken: list[Event] = []
    stop = StopAfter(4)
    for event in events:
        taken.append(event)
        if stop(event) and folder.exists():
            folder.rename(tmp_path / "unplugged")
    told = skipped(taken)
    assert 0 < len(told) <= 166
    assert set(told.values()) == {"The file is gone."}
    assert len(labels(location, LabelKind.PSEUDO)) == 170 - len(told)

    (tmp_path / "unplugged").rename(folder)
    again, second = run_task(score_project(location, config))
    assert skipped(again) == {}
    assert second.summary == "Labelled 170 photos for 2 classes."
    with ProjectStore(location.database) as store:
        assert [photo.path for photo in store.photos.all() if photo.error] == []
