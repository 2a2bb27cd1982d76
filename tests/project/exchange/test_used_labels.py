"""Labels that were taken along are known as such until one of them may be another."""

from pathlib import Path

from cdul_app.measures.reviews import YES
from cdul_app.paths import ProjectLocation
from cdul_app.project.exchange.used_labels import are_used
from cdul_app.project.project import Project
from cdul_app.settings.configs import TrainingConfig
from cdul_app.tasks.export import export_labels, exported_content
from cdul_app.tasks.export_classifier import export_classifier
from cdul_app.tasks.predict import predict_folder
from cdul_app.tasks.train.train import train_project
from tests.events import run_task


def exported(location: ProjectLocation, place: Path) -> None:
    run_task(export_labels(location, label_format="csv", output=place, overwrite=True))


def test_answers_and_thresholds_make_others_of_them_and_flags_do_not(
    scored: ProjectLocation, tmp_path: Path
):
    def flag(project: Project) -> None:
        project.decisions.flag([0], True)

    def answer(project: Project) -> None:
        project.decisions.answer([0], 0, YES)

    def move_threshold(project: Project) -> None:
        project.decisions.set_threshold(0, 0.9)

    with Project(scored) as project:
        assert not are_used(project.store)
        for act, stay in ((flag, True), (answer, False), (move_threshold, False)):
            exported(scored, tmp_path / "labels.csv")
            assert are_used(project.store)
            act(project)
            assert are_used(project.store) is stay, act


def test_an_export_that_fails_or_is_cancelled_is_none(scored: ProjectLocation, tmp_path: Path):
    events = export_labels(scored, label_format="csv", output=tmp_path / "labels.csv")
    next(events)
    events.close()
    with Project(scored) as project:
        assert not are_used(project.store)
        run_task(exported_content(scored, label_format="csv"))
        assert are_used(project.store)


def test_a_training_makes_others_of_them_and_its_classifier_takes_them_along(
    scored: ProjectLocation, photo_folder: Path, tmp_path: Path
):
    def used() -> bool:
        with Project(scored) as project:
            return are_used(project.store)

    exported(scored, tmp_path / "labels.csv")
    run_task(train_project(scored, TrainingConfig(epochs=1, warm_up_epochs=1, device="cpu")))
    assert not used()
    run_task(predict_folder(scored, device="cpu"))  # the project's own photos: nothing leaves
    assert not used()
    run_task(export_classifier(scored, tmp_path / "classifier"))
    assert used()
    with Project(scored) as project:
        project.decisions.set_threshold(0, 0.9)
    assert not used()
    run_task(predict_folder(scored, on=photo_folder, device="cpu"))
    assert used()
