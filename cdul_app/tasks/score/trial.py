"""Finding out how long labeling would take, before anybody waits for it."""

from collections.abc import Iterator
from dataclasses import dataclass

from cdul_app.events import Events, Progressed, Started, TaskResult
from cdul_app.language import tr
from cdul_app.project.labeling.encoder_states import encoder_state
from cdul_app.project.labeling.paces import (
    is_machine_known,
    keep_machine_pace,
    keep_pace,
    seconds_a_photo,
)
from cdul_app.settings.configs import ScoringConfig


@dataclass(frozen=True)
class TrialResult(TaskResult):
    """What was measured is remembered, see `project.labeling.paces`."""


def try_machine(config: ScoringConfig) -> Events[TrialResult]:
    """Measure the machine, from which the time of the catalogue's encoders follows, and another
    encoder itself where it is on disk.  Two seconds each, once.  Raises UserError."""
    yield Started(tr("Trying how fast this computer is"), unit="")
    from cdul_app.models.devices import choose_device  # seconds, of which the stage tells

    if not is_machine_known(config.device):
        from cdul_app.models.encoder import trial

        device = choose_device(config.device)
        keep_machine_pace(config.device, (yield from _last(trial.seconds_a_view(device))))
    if seconds_a_photo(config) is None and encoder_state(config.encoder).on_disk:
        from cdul_app.models.encoder import trial
        from cdul_app.models.encoder.encoder import load_encoder

        encoder = load_encoder(config.encoder, device=choose_device(config.device))
        keep_pace(config, (yield from _last(trial.seconds_a_photo(encoder, config.plan))))
    return TrialResult(tr("The speed of this computer is known."))


def _last(measured: Iterator[float]) -> Events[float]:
    """It can be stopped after each."""
    last = 0.0
    for done, seconds in enumerate(measured, start=1):
        last = seconds
        yield Progressed(done)
    return last
