import subprocess
import sys
from dataclasses import replace

import pytest

from cdul_app.events import Progressed
from cdul_app.project.labeling import paces
from cdul_app.settings.configs import ScoringConfig
from cdul_app.tasks.score.trial import try_machine
from tests.events import run_task

QUICK = ScoringConfig(encoder="ViT-B-32/openai", device="cpu")


@pytest.fixture(autouse=True)
def short_trials(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cdul_app.models.encoder.trial.SECONDS", 0.05)


def test_the_machine_is_tried_once_for_all_encoders_of_the_catalogue():
    run_task(try_machine(QUICK))
    quick = paces.seconds_a_photo(QUICK)
    best = paces.seconds_a_photo(replace(QUICK, encoder="ViT-L-14/openai"))
    assert quick is not None
    assert best == pytest.approx(19 * quick)
    events, _ = run_task(try_machine(replace(QUICK, encoder="ViT-L-14/openai")))
    assert not any(isinstance(event, Progressed) for event in events)


def test_that_it_is_tried_is_told_before_torch_is_read():
    script = (
        "import sys; from cdul_app.tasks.score.trial import try_machine; "
        "from cdul_app.settings.configs import ScoringConfig; "
        "print(next(try_machine(ScoringConfig())).title, 'torch' in sys.modules)"
    )
    ended = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert ended.stdout == "Trying how fast this computer is False\n", ended.stderr


def test_an_encoder_of_ones_own_is_tried_itself(encoder: str):
    for views in ("paper", "fast"):
        own = replace(QUICK, encoder=encoder, views=views)
        assert paces.seconds_a_photo(own) is None
        run_task(try_machine(own))
        assert 0 < (paces.seconds_a_photo(own) or 0) < 10


def test_a_trial_can_be_given_up():
    trial = try_machine(QUICK)
    next(event for event in trial if isinstance(event, Progressed))
    trial.close()
    assert paces.seconds_a_photo(QUICK) is None
