"""Short ways to fill a project database."""

from collections.abc import Iterable

import numpy as np

from cdul_app.classes.class_list import ClassDefinition
from cdul_app.method.view_plans import ViewPlan
from cdul_app.storage.project_store import ProjectStore
from cdul_app.storage.records.embedding_records import Encoding
from cdul_app.storage.scan_changes import ScanChanges, ScannedFile, compare_scan


def add_photos(store: ProjectStore, count: int) -> list[int]:
    """Photos `00000.jpg`, `00001.jpg` and so on.  Returns their identifiers."""
    synchronise(store, [ScannedFile(f"{index:05}.jpg", 10, 1) for index in range(count)])
    return [photo.identifier for photo in store.photos.all()]


def add_classes(store: ProjectStore, *names: str) -> list[int]:
    store.classes.replace([ClassDefinition(name) for name in names])
    return [record.identifier for record in store.classes.all()]


def add_encoding(store: ProjectStore, key: str = "key", dimension: int = 4) -> Encoding:
    return store.embeddings.ensure_encoding(
        encoder_key=key,
        encoder="demo",
        plan=ViewPlan.parse("1x2"),
        dimension=dimension,
        temperature=0.01,
    )


def unit_views(count: int, dimension: int, seed: int = 0) -> np.ndarray:
    """(count, dimension) float16, unit norm up to rounding."""
    values = np.random.default_rng(seed).normal(size=(count, dimension))
    return (values / np.linalg.norm(values, axis=1, keepdims=True)).astype(np.float16)


def synchronise(store: ProjectStore, files: Iterable[ScannedFile]) -> ScanChanges:
    """Make the photos those of a scan."""
    found = {file.path: file for file in files}
    return store.photos.apply(compare_scan(store.photos.stored_files(), found))
