"""What either way of training gives the project."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class Trained:
    """All (n_photos, n_classes) in [0, 1], in the order of the initial labels; a row of NaN where
    there is nothing to say."""

    classifier_file: Path
    pseudo_labels: NDArray[np.float32]  # refined
    scores: NDArray[np.float32]  # what the classifier says
    reason: str  # why it stopped, or what it found
    note: str = ""  # for the sentence after training
