"""Stage 1, initialization: from a folder and class names to initial pseudo labels."""

import time
from dataclasses import dataclass
from functools import partial

from cdul_app.classes.class_checks import (
    alike_sentence,
    duplicate_sentence,
    near_duplicates,
    unseen_sentence,
)
from cdul_app.classes.class_list import class_list_warnings
from cdul_app.errors import ClassListError, EncoderError, EncoderNotFetchedError, ProjectError
from cdul_app.events import Event, Events, Noted, Progressed, Started, TaskResult, follow, relay
from cdul_app.method.encoder_checks import check_temperature
from cdul_app.paths import ProjectLocation
from cdul_app.progress import count_text
from cdul_app.project.class_examples import absent_sentence, keep_example_embeddings
from cdul_app.project.class_texts import ClassTexts, encode_texts
from cdul_app.project.class_thresholds import unseen_classes
from cdul_app.project.label_changes import (
    MachineLabels,
    machine_labels,
    store_changed_photos,
)
from cdul_app.project.labeling.choice import DEMO_WARNING, is_demo_project
from cdul_app.project.labeling.encoder_states import encoder_state, probably_has_gpu
from cdul_app.project.labeling.languages import language_warning
from cdul_app.project.labeling.paces import keep_pace
from cdul_app.project.labeling.view_choice import choose_views
from cdul_app.project.locks import writing_labels
from cdul_app.project.photo_folder import check_folder, check_writable
from cdul_app.project.remembered_settings import SCORING_SETTING
from cdul_app.project.scored_state import ScoredState, class_embedding_matrix, read_scored_state
from cdul_app.settings.configs import ScoringConfig
from cdul_app.settings.encoder_catalogue import DEMO_ENCODER, recommended_encoder
from cdul_app.storage.class_records import ClassRecord
from cdul_app.storage.embedding_records import Encoding
from cdul_app.storage.project_store import ProjectStore
from cdul_app.storage.run_records import SCORE
from cdul_app.tasks.backups import BEFORE_SCORING, back_up_daily, back_up_project
from cdul_app.tasks.fetch import fetch_encoder
from cdul_app.tasks.recorded_run import RecordedRun, recorded_run
from cdul_app.tasks.scan.scan import scan_photos
from cdul_app.tasks.score.embed import (
    embed_project_photos,
    photos_to_encode,
    tell_unusable_photos,
)
from cdul_app.tasks.score.label_photos import LabelledPhotos, first_labels, label_photos
from cdul_app.tasks.score.trial import try_machine

_PHOTOS_OF_A_PACE = 8  # fewer say too little


@dataclass(frozen=True)
class ScoringResult(TaskResult):
    photos: int  # that have labels now
    skipped: int
    before: MachineLabels  # as they were
    changed: int  # photos that had labels and now have others


def score_project(
    location: ProjectLocation, config: ScoringConfig, *, fetch: bool = False
) -> Events[ScoringResult]:
    """Encode what is not cached, then compute all labels from the cache.

    The encoder is loaded only where a photo or a prompt is new to it; with `fetch` it is downloaded
    where it is not on disk, else that is an error and no network is asked.  Closing the generator
    keeps what has arrived and what was encoded, and labels it.  Raises UserError.
    """
    check_folder(location.folder)
    check_writable(location)
    with (
        writing_labels(location),
        ProjectStore(location.database, create=True, durable=False) as store,
    ):
        classes = store.classes.all()
        if not classes:
            raise ClassListError(
                "There are no classes yet: name what you are looking for, one class a line."
            )
        if store.decisions.has_any and _are_others(read_scored_state(store), classes):
            yield from back_up_project(location, BEFORE_SCORING)
        else:
            yield from back_up_daily(location)
        with recorded_run(store, SCORE, config.to_dict()) as run:
            try:
                return (yield from _score(location, store, classes, config, run, fetch=fetch))
            except EncoderNotFetchedError:
                raise  # the next try goes on with the same one
            except EncoderError:
                _forget_encoder(store, config.encoder)
                raise


def _forget_encoder(store: ProjectStore, failed: str) -> None:
    """An encoder that does not work is not the one to go on with: the last that did, is."""
    remembered = store.settings.read(SCORING_SETTING, dict)
    if remembered is None or remembered.get("encoder") != failed:
        return
    state = read_scored_state(store)
    encoder = (
        recommended_encoder(has_gpu=probably_has_gpu()) if state is None else state.config.encoder
    )
    store.settings.set(SCORING_SETTING, {**remembered, "encoder": encoder})


def _are_others(scored: ScoredState | None, classes: list[ClassRecord]) -> bool:
    """Whether the photos were scored for other classes than these."""
    return scored is not None and set(scored.class_ids) != {each.identifier for each in classes}


def _score(
    location: ProjectLocation,
    store: ProjectStore,
    classes: list[ClassRecord],
    config: ScoringConfig,
    run: RecordedRun,
    *,
    fetch: bool,
) -> Events[ScoringResult]:
    if config.encoder == DEMO_ENCODER and not is_demo_project(store.settings, location.folder):
        yield Noted(DEMO_WARNING)
    before = machine_labels(store)
    yield from scan_photos(store, location.folder)
    config = yield from _with_views(store, config, fetch=fetch)
    definitions = [record.definition for record in classes]
    for warning in class_list_warnings(definitions):
        yield Noted(warning)
    if foreign := language_warning(definitions, config.encoder):
        yield Noted(foreign)
    texts = ClassTexts.of(definitions, config)
    encoding = store.embeddings.latest_encoding(config.encoder, config.plan)
    told: set[str] = set()
    if (
        encoding is None
        or photos_to_encode(store, encoding)
        or texts.missing(store, encoding.encoder_key)
    ):
        if fetch and not encoder_state(config.encoder).on_disk:
            yield from fetch_encoder(config.encoder)
        yield Started(f"Loading the encoder {config.encoder}", unit="")
        from cdul_app.models.devices import choose_device, describe_device
        from cdul_app.models.encoder.encoder import load_encoder

        encoder = load_encoder(config.encoder, device=choose_device(config.device))
        device = describe_device(encoder.device)
        run.set_device(device)
        encoding = store.embeddings.ensure_encoding(
            encoder_key=encoder.key,
            encoder=config.encoder,
            plan=config.plan,
            dimension=encoder.dimension,
            temperature=encoder.temperature,
        )
        if new := texts.missing(store, encoder.key):
            yield from encode_texts(store, encoder, new, device=device)
        state = _state(store, classes, texts, encoding, config)
        try:
            told = yield from _paced(
                embed_project_photos(
                    store,
                    location.folder,
                    encoder,
                    encoding,
                    batch_size=config.batch_size,
                    device=device,
                    label=partial(first_labels, state=state),
                ),
                config,
            )
        except GeneratorExit:
            follow(_label(store, classes, texts, encoding, config, run), lambda _: None)
            raise
        del encoder
    yield from tell_unusable_photos(store, told=told)
    labelled = yield from _label(store, classes, texts, encoding, config, run)
    if not labelled.count:
        raise ProjectError(
            "None of the photos could be read: see the reasons in the list of skipped photos."
        )
    if sentence := absent_sentence(keep_example_embeddings(store, encoding, texts.classes)):
        yield Noted(sentence)
    temperature_warning = check_temperature(labelled.sample)
    if temperature_warning:
        yield Noted(temperature_warning)
    names = [record.name for record in classes]
    duplicates = near_duplicates(
        class_embedding_matrix(store, encoding, texts.classes),
        class_embedding_matrix(store, encoding, texts.words),
    )
    same = {pair[:2] for pair in duplicates}
    unseen = unseen_classes(store)
    for sentence in (
        duplicate_sentence(names, duplicates),
        alike_sentence(names, [pair for pair in labelled.alike if pair[:2] not in same]),
        unseen_sentence([record.name for record in classes if record.identifier in unseen]),
    ):
        if sentence:
            yield Noted(sentence)
    skipped = store.photos.count() - labelled.count
    summary = (
        f"Labelled {count_text(labelled.count, 'photo')} for "
        f"{count_text(len(classes), 'class', 'classes')}"
    )
    summary += f", {skipped:,} skipped." if skipped else "."
    changed = store_changed_photos(store, before)
    run.finish(summary)
    return ScoringResult(summary, labelled.count, skipped, before, changed)


def _with_views(
    store: ProjectStore, config: ScoringConfig, *, fetch: bool
) -> Events[ScoringConfig]:
    """The settings with views, which are told where they are automatic."""
    choose = partial(choose_views, store, config, photos=store.photos.count())
    choice = choose(scored=read_scored_state(store))
    if choice.is_by_guess:
        if fetch and not encoder_state(config.encoder).on_disk:
            yield from fetch_encoder(config.encoder)
        yield from try_machine(config)
        choice = choose(scored=None)
    if choice.why:
        yield Noted(f"Views “{choice.config.views}”: {choice.why}.")
    return choice.config


def _paced(encoding: Events[set[str]], config: ScoringConfig) -> Events[set[str]]:
    """The same task; how fast it went is remembered, also where it is stopped."""
    seen: list[tuple[float, int]] = []  # when so many photos were done

    def watch(event: Event) -> Event:
        if isinstance(event, Progressed):
            seen[1:] = [(time.monotonic(), event.done)]
        return event

    try:
        return (yield from relay(encoding, watch))
    finally:
        if len(seen) > 1:
            seconds, photos = (last - first for first, last in zip(*seen, strict=True))
            if photos >= _PHOTOS_OF_A_PACE:
                keep_pace(config, seconds / photos)


def _label(
    store: ProjectStore,
    classes: list[ClassRecord],
    texts: ClassTexts,
    encoding: Encoding,
    config: ScoringConfig,
    run: RecordedRun,
) -> Events[LabelledPhotos]:
    state = _state(store, classes, texts, encoding, config)
    words = class_embedding_matrix(store, encoding, texts.words)
    return label_photos(store, state, run_id=run.identifier, words=words)


def _state(
    store: ProjectStore,
    classes: list[ClassRecord],
    texts: ClassTexts,
    encoding: Encoding,
    config: ScoringConfig,
) -> ScoredState:
    keep_example_embeddings(store, encoding, texts.classes)
    return ScoredState(
        encoding,
        config,
        tuple(record.identifier for record in classes),
        texts.classes,
        config.temperature or encoding.temperature,
        class_embedding_matrix(store, encoding, texts.classes),
    )
