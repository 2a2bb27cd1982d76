import pytest

from cdul_app.classes.class_list import ClassDefinition
from cdul_app.errors import ClassListError
from cdul_app.measures.thresholds import DEFAULT_THRESHOLD, ThresholdOrigin
from cdul_app.storage.project_store import ProjectStore
from cdul_app.storage.records.answer_records import AnswerChange
from tests.storage.store_helpers import add_classes, add_photos


def names(store: ProjectStore) -> list[str]:
    return [record.name for record in store.classes.all()]


def test_order_prompts_and_default_threshold(store: ProjectStore):
    store.classes.replace([ClassDefinition("zebra", ("a {}", "two {}s")), ClassDefinition("ape")])
    zebra, ape = store.classes.all()
    assert (zebra.name, ape.name) == ("zebra", "ape")
    assert zebra.definition.prompts == ("a {}", "two {}s")
    assert ape.threshold == DEFAULT_THRESHOLD


def test_replacing_keeps_identity_answers_and_thresholds(store: ProjectStore):
    (photo,) = add_photos(store, 1)
    cat, dog = add_classes(store, "cat", "dog")
    store.classes.set_threshold(dog, 0.8)
    store.answers.apply([AnswerChange(photo, cat, -1, 1), AnswerChange(photo, dog, -1, 0)])

    store.classes.replace([ClassDefinition("bird"), ClassDefinition("DOG", ("a hound",))])
    bird, kept = store.classes.all()
    assert (kept.identifier, kept.name, kept.threshold) == (dog, "DOG", 0.8)
    assert kept.definition.prompts == ("a hound",)
    assert bird.identifier not in (cat, dog)
    assert sorted(store.answers.all()) == [(photo, cat, 1), (photo, dog, 0)]  # cat's is kept too

    store.classes.replace([ClassDefinition("cat"), ClassDefinition("dog")])
    assert [record.identifier for record in store.classes.all()] == [cat, dog]
    assert store.classes.all()[1].threshold == 0.8


def test_a_list_that_cannot_be_used_changes_nothing(store: ProjectStore):
    add_classes(store, "cat", "dog")
    with pytest.raises(ClassListError, match="twice"):
        store.classes.replace([ClassDefinition("cow"), ClassDefinition("Cow ")])
    with pytest.raises(ClassListError, match="no classes"):
        store.classes.replace([])
    assert names(store) == ["cat", "dog"]


@pytest.mark.parametrize("threshold", [-0.01, 1.01, float("nan")])
def test_a_threshold_lies_between_0_and_1(store: ProjectStore, threshold: float):
    (cat,) = add_classes(store, "cat")
    with pytest.raises(ValueError, match="threshold"):
        store.classes.set_threshold(cat, threshold)
    assert store.classes.all()[0].threshold == DEFAULT_THRESHOLD


def test_names_in_any_script(store: ProjectStore):
    written = ["犬", "кошка", "🐟 & chips", 'a "quoted", name', "o'clock"]
    add_classes(store, *written)
    assert names(store) == written


def test_a_threshold_tells_who_set_it(store):
    first, second = add_classes(store, "cat", "dog")
    assert {record.threshold_origin for record in store.classes.all()} == {ThresholdOrigin.DEFAULT}
    store.classes.set_automatic_thresholds({first: 0.2, second: 0.4})
    store.classes.set_threshold(second, 0.7)
    records = {record.identifier: record for record in store.classes.all()}
    assert (records[first].threshold, records[first].threshold_origin) == (
        0.2,
        ThresholdOrigin.AUTOMATIC,
    )
    assert (records[second].threshold, records[second].threshold_origin) == (
        0.7,
        ThresholdOrigin.PERSON,
    )
    with pytest.raises(ValueError, match="lies in"):
        store.classes.set_automatic_thresholds({first: 1.2})
