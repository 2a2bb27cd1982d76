"""What the bundled demo reaches."""

import pytest

from cdul_app.paths import locate_project
from tests.tasks.project_helpers import evaluate_project

KINDS = ("global", "aggregated", "initial", "pseudo", "classifier")


def test_the_demo_reaches_what_it_did(scored_demo_folder):
    """mAP: the encoder, its snippets, both, and what the collection makes of them."""
    result = evaluate_project(locate_project(scored_demo_folder), scored_demo_folder / "truth.csv")
    measured = [result["labels"][kind]["mAP"] for kind in KINDS]
    assert measured == pytest.approx([54.3, 73.4, 75.4, 75.4, 75.4], abs=0.5)
