"""The demo's figures are those the README prints."""

import re

import pytest

from cdul_app.paths import locate_project
from tests.conftest import REPOSITORY
from tests.tasks.project_helpers import evaluate_project

KINDS = ("global", "aggregated", "initial", "pseudo", "classifier")


def test_the_readme_says_what_the_demo_reaches(scored_demo_folder):
    readme = (REPOSITORY / "README.md").read_text(encoding="utf-8")
    (row,) = re.findall(r"^\| the bundled demo scenes \|(.*)\|$", readme, flags=re.MULTILINE)
    said = [float(cell) for cell in row.split("|")]
    assert said == [54.3, 73.4, 75.4, 75.9, 75.9]
    result = evaluate_project(locate_project(scored_demo_folder), scored_demo_folder / "truth.csv")
    measured = [result["labels"][kind]["mAP"] for kind in KINDS]
    assert measured == pytest.approx(said, abs=0.5)
