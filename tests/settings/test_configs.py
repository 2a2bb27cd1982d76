import json
from dataclasses import replace
from typing import Any

import pytest

from cdul_app.classes.class_list import ClassDefinition
from cdul_app.classes.prompts import PHOTO_TEMPLATES
from cdul_app.errors import SettingsError
from cdul_app.method.snippets import SnippetGrid
from cdul_app.method.view_plans import OverlappingGrid
from cdul_app.settings.configs import (
    PUBLISHED_PROMPTS,
    REFINEMENT_SCHEDULES,
    TRAINING_PRESETS,
    ScoringConfig,
    TrainingConfig,
    scoring_preset,
    training_preset,
)


@pytest.mark.parametrize(
    "scoring",
    [
        ScoringConfig(encoder="ViT-B-16/openai", grid=SnippetGrid(2, 3), zeta=0.1),
        ScoringConfig(views="balanced"),
        ScoringConfig(more_grids=()),
        ScoringConfig(
            grid=SnippetGrid(2, 4), more_grids=(SnippetGrid(1, 2), OverlappingGrid(2, 2))
        ),
    ],
)
def test_configs_survive_json_and_unknown_fields(scoring: ScoringConfig) -> None:
    written = json.loads(json.dumps(scoring.to_dict())) | {"of_a_later_version": 1}
    assert ScoringConfig.from_dict(written) == scoring
    assert ScoringConfig.from_dict({}) == ScoringConfig()
    training = training_preset("paper")
    assert TrainingConfig.from_dict(json.loads(json.dumps(training.to_dict()))) == training


def test_settings_of_before_views_looked_at_each_part_on_its_own() -> None:
    assert ScoringConfig().views == "auto"
    earlier = ScoringConfig(zeta=0.2).to_dict()
    del earlier["views"]
    assert ScoringConfig.from_dict(earlier) == ScoringConfig(zeta=0.2, views="paper")


def test_names_that_were_only_spelt_have_synonyms_now() -> None:
    earlier = ScoringConfig().to_dict() | {"names": "spelling"}
    assert ScoringConfig.from_dict(earlier) == ScoringConfig()


def test_settings_of_before_templates_say_what_was_done_then() -> None:
    earlier = {
        name: value
        for name, value in ScoringConfig(prompt="one {}").to_dict().items()
        if name not in PUBLISHED_PROMPTS
    }
    config = ScoringConfig.from_dict(earlier)
    assert (config.templates, config.names) == ("single", "raw")
    assert config.prompts_of([ClassDefinition("tvmonitor")]) == [("one tvmonitor",)]


def test_a_scoring_preset_keeps_the_encoder_and_knows_its_own_settings() -> None:
    mine = ScoringConfig(encoder="ViT-B-32/openai", zeta=0.4, device="cpu", batch_size=7)
    assert mine.preset == "own"
    paper = scoring_preset("paper", of=mine)
    assert (paper.templates, paper.names) == ("single", "raw")
    assert (paper.views, str(paper.grid), paper.prompt) == ("paper", "3x3", "a photo of a {}.")
    assert (paper.encoder, paper.device, paper.batch_size) == ("ViT-B-32/openai", "cpu", 7)
    assert paper.preset == "paper"
    default = scoring_preset("default", of=paper)
    assert default.preset == ScoringConfig().preset == "default"
    assert len(default.prompt_templates) == 8
    with pytest.raises(SettingsError, match="preset"):
        scoring_preset("best", of=mine)


def test_templates_are_one_of_the_person_or_a_list() -> None:
    classes = [ClassDefinition("hot-dog"), ClassDefinition("dog", ("a hound",))]
    one = ScoringConfig(prompt="two {}s", templates="single", names="synonyms")
    assert one.prompts_of(classes) == [("two hot dogs",), ("a hound",)]
    several = ScoringConfig(prompt="two {}s", templates="photos", names="synonyms")
    first, second = several.prompts_of(classes)
    assert first == tuple(text.replace("{}", "hot dog") for text in PHOTO_TEMPLATES)
    assert second == ("a hound",)


def test_the_paper_preset_carries_the_published_settings() -> None:
    paper = training_preset("paper")
    assert (paper.classifier, paper.learning_rate, paper.batch_size) == ("resnet101", 1e-5, 8)
    assert (paper.epochs, paper.image_size, paper.eta) == (20, 448, None)
    assert paper.end_to_end
    assert not training_preset("default").end_to_end


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("zeta", 1.5),
        ("zeta", float("nan")),
        ("temperature", 0),
        ("prompt", "a photo"),
        ("templates", "imagenet"),
        ("names", "latin"),
        ("device", "tpu"),
        ("encoder", " "),
        ("batch_size", 0),
        ("views", "slow"),
        ("more_grids", (SnippetGrid(12, 12), OverlappingGrid(12, 12))),
    ],
)
def test_scoring_settings_are_checked(field: str, value: Any) -> None:
    with pytest.raises(SettingsError):
        ScoringConfig(**{field: value})


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("epochs", 0),
        ("warm_up_epochs", 1000),
        ("learning_rate", 0),
        ("batch_size", 0),
        ("sigma", 0),
        ("eta", 2),
        ("image_size", 8),
        ("seed", -1),
        ("classifier", ""),
        ("weight_decay", -1),
    ],
)
def test_training_settings_are_checked(field: str, value: Any) -> None:
    with pytest.raises(SettingsError):
        TrainingConfig(**{field: value})
    with pytest.raises(SettingsError, match="preset"):
        training_preset("fast")


def test_the_presets_differ_in_what_labels_move_by_and_when_training_stops():
    assert TrainingConfig().eta == REFINEMENT_SCHEDULES["default"]
    assert training_preset("paper").eta == REFINEMENT_SCHEDULES["paper"]
    assert training_preset("paper").patience is None


@pytest.mark.parametrize("classifier", [None, "resnet101", "mobilenetv2_100"])
@pytest.mark.parametrize("name", TRAINING_PRESETS)
def test_a_training_preset_is_known_by_its_values(name: str, classifier: str | None):
    preset = training_preset(name, classifier=classifier)
    assert preset.preset == name
    assert replace(preset, seed=7, device="cpu", weights="own.pt").preset == name
    # What means nothing to a collection's own classifier makes no other preset of it.
    unread = "own" if preset.end_to_end else name
    changes = ({"epochs": 10}, {"schedule": "cosine"}, {"start_bias": not preset.start_bias})
    for change in changes:
        assert replace(preset, **change).preset == unread  # type: ignore[arg-type]


def test_the_learning_rate_falls_unless_a_copy_is_averaged_or_it_is_told_otherwise():
    assert TrainingConfig(ema_decay=None).rate_falls
    assert not TrainingConfig(ema_decay=0.99).rate_falls
    assert TrainingConfig(schedule="cosine", ema_decay=0.99).rate_falls
    assert not TrainingConfig(schedule="constant").rate_falls
    assert not training_preset("paper").rate_falls
    assert not training_preset("default", classifier="resnet101").rate_falls


@pytest.mark.parametrize("classifier", ["features", "resnet101"])
@pytest.mark.parametrize("epochs", [20, 10])
def test_the_name_of_a_preset_in_old_settings_keeps_what_it_meant(classifier: str, epochs: int):
    paper = replace(training_preset("paper", classifier=classifier), epochs=epochs)
    ours = replace(training_preset("default", classifier=classifier), epochs=epochs)
    for config, names in ((paper, ["paper"]), (ours, ["default", "own"])):
        written = json.loads(json.dumps(config.to_dict()))
        for name in ("schedule", "freeze_statistics", "start_bias"):
            del written[name]
        for name in names:
            assert TrainingConfig.from_dict({**written, "preset": name}) == config
            assert {**written, "preset": name} in config.dicts_of_before()
        assert len(config.dicts_of_before()) == len(names)
        assert TrainingConfig.from_dict(written).freeze_statistics  # no name: nothing published
    assert replace(ours, start_bias=False).dicts_of_before() == []


@pytest.mark.parametrize(
    "changes",
    [{"answer_weight": -1}, {"answer_weight": float("nan")}, {"ema_decay": 1.0}, {"patience": 0}],
)
def test_training_settings_out_of_range_are_refused(changes: dict[str, float]):
    with pytest.raises(SettingsError):
        TrainingConfig(**changes)  # type: ignore[arg-type]
