"""What the class editor tells of a list before it is used, from what earlier scorings stored."""

from collections.abc import Sequence

import numpy as np

from cdul_app.classes.class_checks import (
    Pair,
    alike_sentence,
    duplicate_sentence,
    near_duplicates,
    same_prompts,
    unseen_sentence,
)
from cdul_app.classes.class_list import ClassDefinition, class_list_warnings, name_key
from cdul_app.project.classes.class_texts import ClassTexts
from cdul_app.project.labeling.languages import language_warning
from cdul_app.project.labels.class_thresholds import unseen_classes
from cdul_app.project.project import Project
from cdul_app.settings.configs import ScoringConfig
from cdul_app.storage.project_store import ProjectStore

ALIKE_SETTING = "alike_classes"  # [class id, class id, correlation] of the last scoring
MOST_COMPARED = 500  # classes; more would make typing stutter, and scoring tells them


def class_warnings(project: Project, definitions: Sequence[ClassDefinition]) -> list[str]:
    """Sentences about a list that can be used; texts and photos count once they are encoded."""
    store, config = project.store, project.settings.scoring
    warnings = class_list_warnings(definitions)
    if foreign := language_warning(definitions, config.encoder):
        warnings.append(foreign)
    if len(definitions) > MOST_COMPARED:
        return warnings
    names = [definition.name for definition in definitions]
    duplicates = _duplicates(store, config, definitions)
    same = {pair[:2] for pair in duplicates}
    alike = [pair for pair in _alike(store, names) if pair[:2] not in same]
    sentences = (
        duplicate_sentence(names, duplicates),
        alike_sentence(names, alike),
        unseen_sentence(_unseen(project, names)),
    )
    return warnings + [sentence for sentence in sentences if sentence]


def _duplicates(
    store: ProjectStore, config: ScoringConfig, definitions: Sequence[ClassDefinition]
) -> list[Pair]:
    texts = ClassTexts.of(definitions, config)
    equal = same_prompts(texts.classes)
    encoding = store.embeddings.latest_encoding(config.encoder)
    if encoding is None:
        return equal
    known = store.embeddings.prompt_embeddings(encoding.encoder_key, texts.classes + texts.words)
    words = [known[prompts] for prompts in texts.words if prompts in known]
    places = [place for place, prompts in enumerate(texts.classes) if prompts in known]
    if not words or not places:
        return equal
    classes = np.stack([known[texts.classes[place]] for place in places])
    found = [
        (places[first], places[second], value)
        for first, second, value in near_duplicates(classes, np.stack(words))
    ]
    seen = {pair[:2] for pair in equal}
    return equal + [pair for pair in found if pair[:2] not in seen]


def _alike(store: ProjectStore, names: Sequence[str]) -> list[Pair]:
    """Pairs that the last scoring could not tell apart, where both are still in the list."""
    places = {name_key(name): place for place, name in enumerate(names)}
    ids = {
        record.identifier: places[name_key(record.name)]
        for record in store.classes.all()
        if name_key(record.name) in places
    }
    stored = store.settings.read(
        ALIKE_SETTING,
        lambda pairs: [(int(one), int(two), float(value)) for one, two, value in pairs],
    )
    return [
        (min(ids[first], ids[second]), max(ids[first], ids[second]), value)
        for first, second, value in stored or ()
        if first in ids and second in ids
    ]


def _unseen(project: Project, names: Sequence[str]) -> list[str]:
    """Those still in the list that the encoder did not see and no answer has shown since."""
    listed, unseen = {name_key(name) for name in names}, set(unseen_classes(project.store))
    shown, _ = project.facts.yes_and_no_counts()
    return [
        record.name
        for column, record in enumerate(project.classes)
        if record.identifier in unseen and name_key(record.name) in listed and not shown[column]
    ]
