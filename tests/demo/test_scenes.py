"""The drawn scenes: equal seeds give equal scenes, and the truth is what was drawn."""

import csv
import re
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from cdul_app.demo import scenes
from cdul_app.demo.backgrounds import BACKGROUND_KINDS, BACKGROUND_NAMES, draw_background
from cdul_app.demo.objects import CLASS_NAMES, draw_object
from cdul_app.demo.scenes import make_scene, write_scenes
from tests.drawn_photos import DRAWN_PHOTOS

SMALL = (160, 120)
README = DRAWN_PHOTOS / "README.md"


def test_equal_seeds_give_equal_scenes():
    first = make_scene(np.random.default_rng(5), size=SMALL)
    again = make_scene(np.random.default_rng(5), size=SMALL)
    other = make_scene(np.random.default_rng(6), size=SMALL)
    assert first.labels == again.labels
    assert np.array_equal(np.asarray(first.image), np.asarray(again.image))
    assert not np.array_equal(np.asarray(first.image), np.asarray(other.image))


def test_each_scene_holds_one_to_five_classes_its_background_allows():
    random = np.random.default_rng(0)
    for _ in range(40):
        scene = make_scene(random, size=SMALL)
        kind = BACKGROUND_KINDS[scene.background]
        assert 1 <= len(scene.labels) <= 5
        assert len(set(scene.labels)) == len(scene.labels)
        assert set(scene.labels) <= {*kind.high_classes, *kind.low_classes}
        assert scene.image.size == SMALL


def test_every_preferred_class_is_drawn():
    for class_name in CLASS_NAMES:
        scene = make_scene(np.random.default_rng(1), size=SMALL, preferred_classes=(class_name,))
        assert class_name in scene.labels


@pytest.mark.parametrize("class_name", CLASS_NAMES)
def test_an_object_fills_its_box_and_is_cut_out(class_name):
    drawing = draw_object(class_name, np.random.default_rng(2), pixels=60, supersampling=2)
    coverage = np.asarray(drawing.image)[..., 3]
    assert 40 <= max(drawing.image.size) <= 84
    assert coverage.min() == 0
    assert 0.15 < (coverage > 127).mean() < 0.95


@pytest.mark.parametrize("name", BACKGROUND_NAMES)
def test_a_background_has_no_unpainted_place(name):
    picture = draw_background(name, np.random.default_rng(3), size=(80, 60))
    assert picture.mode == "RGB"
    assert np.asarray(picture).sum(axis=2).min() > 30


def test_unknown_names_are_refused():
    with pytest.raises(ValueError, match="zeppelin"):
        draw_object("zeppelin", np.random.default_rng(0), pixels=60)
    with pytest.raises(ValueError, match="moon"):
        draw_background("moon", np.random.default_rng(0), size=SMALL)
    with pytest.raises(ValueError, match="at least 1"):
        write_scenes(Path("unused"), seed=0, count=0)


def test_written_files_agree_with_the_scenes(tmp_path):
    drawn = write_scenes(tmp_path, seed=4, count=16)
    with (tmp_path / "truth.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    names = (tmp_path / "classes.txt").read_text(encoding="utf-8").split()
    assert tuple(names) == CLASS_NAMES
    assert list(rows[0]) == ["image", *CLASS_NAMES]
    for row, scene in zip(rows, drawn, strict=True):
        assert tuple(name for name in CLASS_NAMES if row[name] == "1") == scene.labels
        with Image.open(tmp_path / "scenes" / row["image"]) as picture:
            assert picture.size == scene.image.size
            exact = np.asarray(scene.image, dtype=float)
            assert np.abs(np.asarray(picture, dtype=float) - exact).mean() < 4
    assert {name for scene in drawn for name in scene.labels} == set(CLASS_NAMES)


def test_the_photos_of_the_tests_are_what_their_command_draws(tmp_path, monkeypatch):
    drawn = tmp_path / "photos"
    (command,) = re.findall(r"`python -m \S+ (.*) --output .*`", README.read_text(encoding="utf-8"))
    monkeypatch.setattr("sys.argv", ["scenes", *command.split(), "--output", str(drawn)])
    scenes.main()
    assert (drawn / "truth.csv").read_bytes() == (DRAWN_PHOTOS / "truth.csv").read_bytes()
    assert (drawn / "classes.txt").read_bytes() == (DRAWN_PHOTOS / "classes.txt").read_bytes()
    kept = sorted((DRAWN_PHOTOS / "scenes").iterdir())
    assert len(kept) == 20
    sizes = set()
    for file in kept:
        with Image.open(file) as ours, Image.open(drawn / "scenes" / file.name) as theirs:
            sizes.add(ours.size)
            assert ours.size == theirs.size
            difference = np.asarray(ours, dtype=float) - np.asarray(theirs, dtype=float)
        assert np.abs(difference).mean() < 2
    assert sizes == {(240, 180), (180, 240), (160, 120), (200, 200), (240, 160)}
