import json
from typing import Any

import pytest

from cdul_app.core.configs import ScoringConfig, TrainingConfig, training_preset
from cdul_app.core.errors import SettingsError
from cdul_app.core.snippets import SnippetGrid
from cdul_app.core.view_plans import OverlappingGrid


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
    training = training_preset("paper")
    assert TrainingConfig.from_dict(json.loads(json.dumps(training.to_dict()))) == training


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
