from dataclasses import replace

import pytest

from cdul_app.method.view_plans import ViewPlan
from cdul_app.method.view_presets import preset_plan
from cdul_app.paths import user_cache_dir
from cdul_app.project.labeling.paces import (
    is_machine_known,
    keep_machine_pace,
    keep_pace,
    seconds_a_photo,
    views_worth,
)
from cdul_app.settings.configs import ScoringConfig

QUICK = ScoringConfig(encoder="ViT-B-32/openai")
GOOD = replace(QUICK, encoder="ViT-B-16/openai")


def test_nothing_is_known_before_anything_was_measured():
    assert seconds_a_photo(QUICK) is None
    assert not is_machine_known("auto")


def test_the_machine_then_another_encoder_then_the_encoder_itself_is_believed():
    keep_machine_pace("auto", 0.02)
    assert seconds_a_photo(QUICK) == pytest.approx(0.2)
    assert seconds_a_photo(GOOD) == pytest.approx(0.85)
    keep_pace(QUICK, 0.3)
    assert seconds_a_photo(QUICK) == pytest.approx(0.3)
    assert seconds_a_photo(GOOD) == pytest.approx(0.3 * 4.25)
    keep_pace(GOOD, 1.0)
    assert seconds_a_photo(GOOD) == 1.0
    assert seconds_a_photo(replace(QUICK, encoder="ViT-L-14/openai")) == pytest.approx(19 / 4.25)


def test_each_device_and_plan_is_measured_for_itself():
    keep_pace(QUICK, 0.3)
    assert seconds_a_photo(replace(QUICK, device="cpu")) is None
    assert seconds_a_photo(replace(QUICK, views="fast")) is None
    assert seconds_a_photo(replace(QUICK, encoder="local-dir:/clip")) is None


def test_dense_plans_are_worth_fewer_views():
    grid = QUICK.grid
    worth = [views_worth(preset_plan(name, grid)) for name in ("fast", "balanced", "paper")]
    assert worth == sorted(worth)
    assert views_worth(ViewPlan.parse("2x2+3x3")) == 14


@pytest.mark.parametrize("content", [b"", b"[]", b'{"a": "b"}', b'{"a": -1}', b"\xff"])
def test_a_damaged_memory_counts_as_none(content: bytes):
    keep_pace(QUICK, 0.3)
    (user_cache_dir() / "paces.json").write_bytes(content)
    assert seconds_a_photo(QUICK) is None
    keep_pace(QUICK, 0.4)
    assert seconds_a_photo(QUICK) == 0.4
