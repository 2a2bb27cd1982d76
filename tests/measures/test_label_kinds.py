from cdul_app.measures.label_kinds import EVALUATED_KINDS, LabelKind


def test_the_names_that_files_and_scripts_rely_on() -> None:
    assert [kind.value for kind in EVALUATED_KINDS] == [
        "global", "local_max", "aggregated", "ranking", "initial", "pseudo", "classifier",
    ]  # fmt: skip


def test_every_kind_has_a_heading_of_its_own() -> None:
    headings = [kind.heading for kind in LabelKind]
    assert len(set(headings)) == len(headings)
    assert all(heading[0].isupper() for heading in headings)
