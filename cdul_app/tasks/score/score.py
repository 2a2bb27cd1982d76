"""Stage 1, initialization: from a folder and class names to initial pseudo labels."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from cdul_app.classes.class_checks import (
    alike_sentence,
    duplicate_sentence,
    near_duplicates,
    unseen_sentence,
)
from cdul_app.classes.class_list import class_list_warnings
from cdul_app.errors import ClassListError, EncoderError, EncoderNotFetchedError, ProjectError
from cdul_app.events import Events, Noted, PhotosLabelled, TaskResult, follow
from cdul_app.language import tr
from cdul_app.method.encoder_checks import check_temperature
from cdul_app.paths import ProjectLocation
from cdul_app.progress import count_text
from cdul_app.project.classes.class_examples import absent_sentence, keep_example_embeddings
from cdul_app.project.classes.class_texts import (
    ClassTexts,
    Prompts,
    encode_texts,
    take_known_texts,
)
from cdul_app.project.labeling.choice import DEMO_WARNING, is_demo_project
from cdul_app.project.labeling.encoder_states import encoder_state, probably_has_gpu
from cdul_app.project.labeling.kept_encodings import open_shared_cache
from cdul_app.project.labeling.languages import language_warning
from cdul_app.project.labeling.paces import keep_pace
from cdul_app.project.labeling.view_choice import choose_views
from cdul_app.project.labels.class_thresholds import unseen_classes
from cdul_app.project.labels.label_changes import (
    MachineLabels,
    machine_labels,
    store_changed_photos,
)
from cdul_app.project.labels.scored_state import (
    ScoredState,
    class_embedding_matrix,
    read_scored_state,
)
from cdul_app.project.locks import writing_labels
from cdul_app.project.photo_folder import check_folder, check_writable
from cdul_app.project.remembered_settings import SCORING_SETTING
from cdul_app.project.run_words import run_in_words
from cdul_app.settings.configs import ScoringConfig
from cdul_app.settings.encoder_catalogue import DEMO_ENCODER, recommended_encoder
from cdul_app.storage.project_store import ProjectStore
from cdul_app.storage.records.class_records import ClassRecord
from cdul_app.storage.records.embedding_records import Encoding
from cdul_app.storage.records.run_records import SCORE
from cdul_app.storage.records.view_files import lost_sentence
from cdul_app.storage.shared_cache import KnownEncoder, SharedCache
from cdul_app.tasks.backups import BEFORE_SCORING, back_up_daily, back_up_project
from cdul_app.tasks.distributed.embed_on_cluster import embed_on_cluster
from cdul_app.tasks.fetch import fetch_encoder
from cdul_app.tasks.recorded_run import RecordedRun, recorded_run
from cdul_app.tasks.scan.scan import scan_photos
from cdul_app.tasks.score.embed import (
    EncodedPhoto,
    Pace,
    embed_project_photos,
    take_known_photos,
    tell_unusable_photos,
)
from cdul_app.tasks.score.label_photos import LabelledPhotos, first_labels, label_photos
from cdul_app.tasks.score.needed_encoder import (
    NeededEncoder,
    device_words,
    known_encoder,
    load_needed,
    load_needed_texts,
)
from cdul_app.tasks.score.preset_texts import prepare_presets
from cdul_app.tasks.score.runtime import choose_runtime
from cdul_app.tasks.score.trial import try_machine

if TYPE_CHECKING:
    from cdul_app.models.encoder.encoder import Encoder
    from cdul_app.models.encoder.text_encoder import TextEncoder
_PHOTOS_OF_A_PACE = 8  # fewer say too little


@dataclass(frozen=True)
class ScoringResult(TaskResult):
    photos: int  # that have labels now
    skipped: int
    before: MachineLabels  # as they were
    changed: int  # photos that had labels and now have others


def score_project(
    location: ProjectLocation,
    config: ScoringConfig,
    *,
    fetch: bool = False,
    ray: str | None = None,
    manifest: str | None = None,
) -> Events[ScoringResult]:
    """Encode what is not cached, then compute all labels from the cache.

    The encoder is loaded only where a photo or a prompt is new to it; with `fetch` it is downloaded
    where it is not on disk, else that is an error and no network is asked.  With `ray`, the address
    of a cluster, its workers encode.  manifest : what names the photos from now on, in place of
    the folder (see `manifest_photos`).  Closing the generator keeps what has arrived and what was
    encoded, and labels it.  Raises UserError.
    """
    check_folder(location.folder)
    check_writable(location)
    with (
        writing_labels(location),
        ProjectStore(location.database, create=True, durable=False) as store,
        open_shared_cache() as shared,
    ):
        classes = store.classes.all()
        if not classes:
            raise ClassListError(
                tr("There are no classes yet: name what you are looking for, one class a line.")
            )
        if store.decisions.has_any and _are_others(read_scored_state(store), classes):
            yield from back_up_project(location, BEFORE_SCORING)
        else:
            yield from back_up_daily(location)
        with recorded_run(store, SCORE, config.to_dict()) as run:
            try:
                return (
                    yield from _score(
                        location,
                        store,
                        classes,
                        config,
                        run,
                        shared,
                        fetch=fetch,
                        ray=ray,
                        manifest=manifest,
                    )
                )
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
    shared: SharedCache,
    *,
    fetch: bool,
    ray: str | None,
    manifest: str | None,
) -> Events[ScoringResult]:
    if config.encoder == DEMO_ENCODER and not is_demo_project(store.settings, location.folder):
        yield Noted(tr(DEMO_WARNING))
    before = machine_labels(store)
    yield from scan_photos(store, location.folder, manifest=manifest)
    if lost := store.embeddings.forget_lost_files():
        yield Noted(lost_sentence(lost))
    config = yield from _with_views(store, config, fetch=fetch, ray=ray)
    definitions = [record.definition for record in classes]
    for warning in class_list_warnings(definitions):
        yield Noted(warning)
    if foreign := language_warning(definitions, config.encoder):
        yield Noted(foreign)
    texts = ClassTexts.of(definitions, config)
    began = time.monotonic()
    needed = NeededEncoder(config, run, shared, fetch)
    encoder: Encoder | None = None
    encoding = store.embeddings.latest_encoding(config.encoder, config.plan)
    told: set[str] = set()
    if (
        encoding is None
        or store.embeddings.photos_without(encoding)
        or _missing(store, shared, encoding, texts)
    ):
        known = known_encoder(config.encoder, shared)
        if known is None:
            encoder = yield from load_needed(needed)
            known = KnownEncoder(encoder.key, encoder.dimension, encoder.temperature)
        encoding = store.embeddings.ensure_encoding(
            encoder_key=known.key,
            encoder=config.encoder,
            plan=config.plan,
            dimension=known.dimension,
            temperature=known.temperature,
        )
        if new := _missing(store, shared, encoding, texts):
            reader: Encoder | TextEncoder | None = encoder
            if encoder is None and store.embeddings.photos_without(encoding):
                reader = encoder = yield from load_needed(needed)
            elif encoder is None:
                reader = yield from load_needed_texts(needed)
            assert reader is not None
            device = device_words(getattr(reader, "device", "cpu"))
            yield from encode_texts(store, shared, reader, new, device=device)
        label = partial(first_labels, state=_state(store, classes, texts, encoding, config))
        try:
            told, encoder = yield from _embed(
                location, store, needed, encoder, encoding, config, shared, label, ray
            )
        except GeneratorExit:
            follow(_label(store, classes, texts, encoding, config, run), lambda _: None)
            raise
    yield from tell_unusable_photos(store, told=told)
    labelled = yield from _label(store, classes, texts, encoding, config, run)
    if not labelled.count:
        raise ProjectError(
            tr("None of the photos could be read: see the reasons in the list of skipped photos.")
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
    photos = count_text(labelled.count, "photo")
    summary = f"Labelled {photos} for {count_text(len(classes), 'class', 'classes')}"
    summary += f", {skipped:,} skipped." if skipped else "."
    changed = store_changed_photos(store, before)
    run.finish(summary)
    yield from prepare_presets(shared, encoder, config, seconds=time.monotonic() - began)
    return ScoringResult(run_in_words(summary), labelled.count, skipped, before, changed)


def _with_views(
    store: ProjectStore, config: ScoringConfig, *, fetch: bool, ray: str | None
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
        told = {"views": choice.config.views, "why": choice.why}
        yield Noted(
            tr("Views “{views}”: {why}.", **told)
            if ray is None
            else tr("Views “{views}”: {why}, judged by this computer alone.", **told)
        )
    return choice.config


def _missing(
    store: ProjectStore, shared: SharedCache, encoding: Encoding, texts: ClassTexts
) -> list[Prompts]:
    """The prompts that are to be encoded, with those that this machine knows stored."""
    key, dimension = encoding.encoder_key, encoding.dimension
    return take_known_texts(store, shared, key, dimension, texts.missing(store, key))


def _embed(
    location: ProjectLocation,
    store: ProjectStore,
    needed: NeededEncoder,
    encoder: "Encoder | None",
    encoding: Encoding,
    config: ScoringConfig,
    shared: SharedCache,
    label: Callable[[list[EncodedPhoto]], PhotosLabelled],
    ray: str | None,
) -> Events[tuple[set[str], "Encoder | None"]]:
    """Take what is known of the photos, and encode the others; how fast that went is remembered,
    also where it is stopped.  Returns the paths that were told as skipped, and what is loaded."""
    known = take_known_photos(
        store, location.folder, encoding, shared, label=label, to_the_end=ray is not None
    )
    if not (yield from known):
        return set(), encoder
    if ray is not None:
        needed.run.set_device("Ray")
        told = yield from embed_on_cluster(
            location, store, encoding, ray,
            device=config.device, batch_size=config.batch_size, label=label, shared=shared,
        )  # fmt: skip
        return told, encoder
    encoder = yield from load_needed(needed, encoder)
    waiting = store.embeddings.photos_without(encoding)
    paths = [path for _, path in waiting]
    chosen = yield from choose_runtime(encoder, config, location.folder, paths)
    device = device_words(encoder.device) + chosen.words
    needed.run.set_device(device)
    pace = Pace()
    try:
        told = yield from embed_project_photos(
            store,
            location.folder,
            chosen.encoder,
            encoding,
            batch_size=config.batch_size,
            device=device,
            label=label,
            shared=shared,
            pace=pace,
        )
        return told, encoder
    finally:
        if pace.photos >= _PHOTOS_OF_A_PACE:
            keep_pace(config, pace.seconds_a_photo, runtime=chosen.runtime)


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
