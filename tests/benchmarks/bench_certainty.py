"""How often unsure, likely and sure labels are right, on real photos and real scores.

Run `python -m tests.benchmarks.bench_certainty`.  Thresholds are those found without any answer.
Photos are scored with photo-clip for 20 and for 80 classes, which takes a minute or two on a CPU.
"""

import tempfile
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cdul_app.formats.matching import match_labels
from cdul_app.formats.reading import read_labels
from cdul_app.measures.calibration import calibrate_threshold
from cdul_app.measures.certainty import (
    CERTAINTY_WORDS,
    UNSURE,
    certainties,
    highest_score,
)
from cdul_app.measures.reviews import UNOBSERVED
from cdul_app.measures.thresholds import pooled_threshold
from cdul_app.method.similarity import LABEL_SOFTENING
from cdul_app.project.project import Project
from cdul_app.settings.configs import ScoringConfig
from tests.benchmarks.quality.sources import PhotoSource, photo_source, score_vectors, voc_photos
from tests.benchmarks.quality.vector_choices import TEMPERATURE, mean_scores

Labels = tuple[NDArray[np.int8], NDArray[np.int8]]  # codes of certainty, truth: the same shape


def of_vectors(temperature: float) -> Labels:
    vectors = score_vectors()
    scores = mean_scores(vectors, temperature)
    unanswered = np.full(len(scores), UNOBSERVED, dtype=np.int8)
    pooled = pooled_threshold(scores)
    found = [calibrate_threshold(each, unanswered, pooled_threshold=pooled) for each in scores.T]
    cuts = np.array([each.threshold for each in found if each is not None])
    return certainties(scores, cuts, highest=highest_score(scores)), vectors.truth


def of_photos(source: PhotoSource) -> Labels:
    (location, truth_file), *_ = source.projects
    source.score(ScoringConfig(encoder=source.encoder, views="paper"))
    with Project(location) as project:
        scores = project.shown_scores()
        highest = highest_score(scores)
        codes = certainties(scores, project.classes.thresholds, highest=highest)
        paths, names = project.photos.paths, project.classes.names
        rows, columns, truth = match_labels(read_labels(truth_file), paths, names)
        return codes[np.ix_(rows, columns)], truth


def line(name: str, labels: Labels) -> str:
    codes, truth = labels
    parts = []
    for code, word in enumerate(CERTAINTY_WORDS):
        right = truth[codes == code] > 0
        if code >= UNSURE:
            parts.append(f"{word} {100 * right.mean():5.1f} % of {right.size:5}")
    return f"{name:<28}" + "   ".join(parts)


def main() -> int:
    print(line("RN50x64, 20 classes", of_vectors(TEMPERATURE)))
    print(line("the same, softened", of_vectors(TEMPERATURE * LABEL_SOFTENING)))
    with tempfile.TemporaryDirectory() as work:
        voc = voc_photos(Path(work))
        print(line("photo-clip, 20 classes", of_photos(voc)))
        (location, truth), *_ = voc.projects
        folder = location.folder
        coco = photo_source("coco", folder, truth, voc.encoder, "coco80", Path(work), fewest=1)
        print(line("photo-clip, 80 classes", of_photos(coco)))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
