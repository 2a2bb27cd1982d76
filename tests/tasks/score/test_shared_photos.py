"""A photo is encoded once and a text too, whichever project they are in."""

import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from cdul_app.events import Started
from cdul_app.measures.label_kinds import LabelKind
from cdul_app.models.encoder import embedding
from cdul_app.models.encoder.embedded_photo import EmbeddedPhoto
from cdul_app.models.encoder.embedding import embed_photos
from cdul_app.paths import ProjectLocation, locate_project, user_cache_dir
from cdul_app.project.labeling import paces
from cdul_app.project.labeling.kept_encodings import VARIABLE, choose_kept_size, kept_bytes
from cdul_app.settings.configs import ScoringConfig
from cdul_app.tasks.score.score import score_project
from cdul_app.tasks.search import SearchCache, search_words
from tests.conftest import REPOSITORY
from tests.drawn_photos import copy_photos
from tests.events import run_task
from tests.tasks.project_helpers import (
    StopAfter,
    close_at,
    labels,
    make_project,
    of_type,
    set_classes,
    titles,
)  # fmt: skip

NAMES = ("house", "dog", "tree")
ENCODED = "Encoding photos"


@pytest.fixture
def project(tmp_path: Path, encoder: str) -> Callable[..., tuple[ProjectLocation, ScoringConfig]]:
    """A project of so many drawn photos, of which each has the first ones of the next."""

    def make(name: str, photos: int, *classes: str) -> tuple[ProjectLocation, ScoringConfig]:
        folder = tmp_path / name
        copy_photos(folder, photos)
        config = make_project(folder, encoder, *(classes or NAMES))
        return locate_project(folder), config

    return make


def encoded(events: list[object]) -> list[tuple[int | None, int]]:
    """(photos of the folder, of them done before) of each pass of the encoder."""
    return [
        (event.total, event.already_done)
        for event in of_type(events, Started)
        if event.title == ENCODED
    ]


def test_photos_of_another_project_need_no_encoder_and_get_the_same_labels(project):
    first, config = project("first", 6)
    run_task(score_project(first, config))
    second, config = project("second", 6)
    events, result = run_task(score_project(second, config))
    assert not any(title.startswith(("Loading", ENCODED)) for title in titles(events))
    assert result.photos == 6
    before, after = (labels(each, LabelKind.INITIAL) for each in (first, second))
    assert list(before) == list(after)
    np.testing.assert_array_equal(list(before.values()), list(after.values()))


def test_only_new_photos_are_encoded_and_tell_the_pace(project):
    first, config = project("first", 4)
    run_task(score_project(first, config))
    second, config = project("second", 16)
    known = paces.seconds_a_photo(config)
    assert known is None
    events, result = run_task(score_project(second, config))
    assert encoded(events) == [(16, 4)]
    assert result.photos == 16
    assert paces.seconds_a_photo(config) is not None  # of the twelve


class OnDevice:
    """`embed_photos` as on an accelerator, on a CPU; counts what it is asked to encode."""

    def __init__(self) -> None:
        self.encoded = 0

    def __call__(self, encoder, photos, plan, **options):
        counted = (self.count(photo) for photo in photos)
        return embed_photos(encoder, counted, plan, cut_on_device=True, **options)

    def count(self, photo):
        self.encoded += not isinstance(photo, EmbeddedPhoto)
        return photo


def test_an_accelerator_takes_and_keeps_what_is_shared(project, monkeypatch: pytest.MonkeyPatch):
    """With it a photo that is known is not encoded, and one that it encodes is known elsewhere."""
    first, config = project("first", 4)
    run_task(score_project(first, config))
    device = OnDevice()
    second, config = project("second", 16)
    with monkeypatch.context() as patch:
        patch.setattr(embedding, "embed_photos", device)
        assert run_task(score_project(second, config))[1].photos == 16
    assert device.encoded == 12
    third, config = project("third", 16)
    events, result = run_task(score_project(third, config))
    assert encoded(events) == []
    assert result.photos == 16
    before, after = (labels(each, LabelKind.INITIAL) for each in (second, third))
    np.testing.assert_array_equal(list(before.values()), list(after.values()))


def test_known_photos_among_new_ones_are_not_encoded(project):
    first, config = project("first", 20)
    late = sorted(first.folder.glob("*.jpg"))[10:]
    second, _ = project("second", 1)
    for photo in late:
        shutil.copyfile(photo, second.folder / f"z {photo.name}")
    run_task(score_project(second, config))
    events, result = run_task(score_project(first, config))
    assert result.photos == 20
    assert encoded(events) == [(20, 1)]
    assert paces.seconds_a_photo(config) is not None
    expected = labels(second, LabelKind.INITIAL)
    found = labels(first, LabelKind.INITIAL)
    for photo in late:
        np.testing.assert_array_equal(found[photo.name], expected[f"z {photo.name}"])


def test_what_was_encoded_before_a_cancel_is_known_elsewhere(project):
    first, config = project("first", 12)
    close_at(score_project(first, config), StopAfter(5))
    second, config = project("second", 12)
    events, _ = run_task(score_project(second, config))
    ((total, before),) = encoded(events)
    assert total == 12
    assert before >= 5


def test_another_encoder_shares_nothing(project, tmp_path, encoder):
    first, config = project("first", 3)
    run_task(score_project(first, config))
    other = tmp_path / "encoder"
    shutil.copytree(encoder.removeprefix("local-dir:"), other)
    description = other / "open_clip_config.json"
    description.write_text(description.read_text().replace("0.5", "0.4"))
    second, config = project("second", 3)
    events, _ = run_task(score_project(second, replace(config, encoder=f"local-dir:{other}")))
    assert encoded(events) == [(3, 0)]


def test_switched_off_nothing_is_kept_or_taken(project, monkeypatch):
    first, config = project("first", 3)
    run_task(score_project(first, config))
    choose_kept_size(0)
    second, config = project("second", 3)
    events, _ = run_task(score_project(second, config))
    assert encoded(events) == [(3, 0)]
    choose_kept_size(1)
    third, config = project("third", 3)
    assert encoded(run_task(score_project(third, config))[0]) == [(3, 0)]
    monkeypatch.setenv(VARIABLE, "off")
    fourth, config = project("fourth", 3)
    assert encoded(run_task(score_project(fourth, config))[0]) == [(3, 0)]


def test_a_damaged_cache_costs_a_pass_and_nothing_else(project):
    first, config = project("first", 3)
    run_task(score_project(first, config))
    file = user_cache_dir() / "encoded.sqlite"
    file.write_bytes(b"damaged" * 1000)
    second, config = project("second", 3)
    events, result = run_task(score_project(second, config))
    assert encoded(events) == [(3, 0)]
    assert result.photos == 3
    assert kept_bytes() > 0


SCORE = """
import sys
from pathlib import Path
from cdul_app.paths import locate_project
from cdul_app.settings.configs import ScoringConfig
from cdul_app.tasks.score.score import score_project
for _ in score_project(locate_project(Path(sys.argv[1])), ScoringConfig(encoder=sys.argv[2],
    views="paper", device="cpu")):
    pass
print(*sorted({"torch", "open_clip", "torchvision", "timm"} & set(sys.modules)))
"""


def loaded_by_scoring(location: ProjectLocation, encoder: str) -> str:
    """The heavy modules that a process of its own imports."""
    ended = subprocess.run(
        [sys.executable, "-c", SCORE, str(location.folder), encoder],
        cwd=REPOSITORY, capture_output=True, text=True, timeout=120, check=True,
    )  # fmt: skip
    return ended.stdout.strip()


def test_classes_used_before_import_neither_torch_nor_open_clip(project, encoder):
    first, config = project("first", 8, "house", "dog", "unicorn")
    run_task(score_project(first, config))
    set_classes(first, "house", "dog")
    run_task(score_project(first, config))
    set_classes(first, "unicorn")
    assert loaded_by_scoring(first, encoder) == ""
    second, _ = project("second", 8, "unicorn", "dog")
    assert loaded_by_scoring(second, encoder) == ""


def test_new_words_load_the_text_half_alone(project, encoder):
    first, config = project("first", 8)
    run_task(score_project(first, config))
    set_classes(first, "a red balloon")
    assert loaded_by_scoring(first, encoder) == "torch"


def test_words_that_another_project_searched_for_need_no_encoder(project):
    first, config = project("first", 3)
    run_task(score_project(first, config))
    run_task(search_words(first, "a red balloon", SearchCache()))
    second, config = project("second", 3)
    run_task(score_project(second, config))
    events, _ = run_task(search_words(second, "a red balloon", SearchCache()))
    assert titles(events) == ["Preparing the search"]
