import pytest
from hypothesis import given
from hypothesis import strategies as st

from cdul_app.classes.class_list import COCO_CLASSES, VOC_CLASSES, ClassDefinition
from cdul_app.classes.prompts import NAME_STYLES, PHOTO_TEMPLATES, class_prompts

TEMPLATE = "a photo of a {}."


def prompts(*names: str, style: str = "synonyms") -> list[tuple[str, ...]]:
    return class_prompts(
        [ClassDefinition(name) for name in names], templates=[TEMPLATE], names=style
    )


def test_names_raw_and_with_synonyms() -> None:
    assert prompts("tvmonitor", style="raw") == [("a photo of a tvmonitor.",)]
    assert prompts("tvmonitor") == [
        (
            "a photo of a tv monitor.",
            "a photo of a television.",
            "a photo of a computer monitor.",
        )
    ]
    assert prompts("axolotl") == [("a photo of an axolotl.",)]


def test_a_synonym_that_is_a_class_of_its_own_stays_there() -> None:
    assert prompts("sofa", "Couch") == [("a photo of a sofa.",), ("a photo of a Couch.",)]
    person, woman = prompts("person", "woman")
    assert "a photo of a woman." not in person
    assert "a photo of a man." in person
    assert woman == ("a photo of a woman.",)


def test_prompts_of_its_own_pass_templates_and_synonyms_by() -> None:
    sofa = ClassDefinition("diningtable", ("a {} at home", "furniture to eat at"))
    (texts,) = class_prompts([sofa], templates=PHOTO_TEMPLATES, names="synonyms")
    assert texts == ("a dining table at home", "furniture to eat at")


def test_templates_meet_every_word_for_a_class() -> None:
    (texts,) = class_prompts(
        [ClassDefinition("bicycle")], templates=PHOTO_TEMPLATES, names="synonyms"
    )
    assert len(texts) == 2 * len(PHOTO_TEMPLATES)
    assert set(texts) == {
        template.replace("{}", word) for template in PHOTO_TEMPLATES for word in ("bicycle", "bike")
    }


@pytest.mark.parametrize("names", NAME_STYLES)
@pytest.mark.parametrize("classes", [VOC_CLASSES, COCO_CLASSES])
def test_no_two_classes_of_a_preset_share_a_text(classes: list[str], names: str) -> None:
    texts = [text for of_class in prompts(*classes, style=names) for text in of_class]
    assert len(set(texts)) == len(texts)


@given(
    st.lists(st.text(min_size=1, max_size=200).filter(lambda name: bool(name.strip())), max_size=5)
)
def test_every_class_has_prompts_without_repetition(names: list[str]) -> None:
    found = prompts(*names)
    assert len(found) == len(names)
    for texts in found:
        assert texts
        assert len(set(texts)) == len(texts)


def test_wrong_settings_are_refused() -> None:
    with pytest.raises(ValueError, match="templates"):
        class_prompts([], templates=[], names="raw")
    with pytest.raises(ValueError, match="latin"):
        class_prompts([], templates=[TEMPLATE], names="latin")


def test_the_list_has_five_to_ten_templates_with_a_place_for_the_name() -> None:
    assert 5 <= len(PHOTO_TEMPLATES) <= 10
    assert all(template.count("{}") == 1 for template in PHOTO_TEMPLATES)


def test_a_name_of_other_letters_is_not_put_into_english():
    names = [ClassDefinition(name) for name in ("犬", "кошка", "Löwe", "t-shirt 3")]
    dog, cat, lion, shirt = class_prompts(names, templates=PHOTO_TEMPLATES, names="raw")
    assert (dog, cat) == (("犬",), ("кошка",))
    assert len(lion) == len(shirt) == len(PHOTO_TEMPLATES)
    own = class_prompts(names[:1], templates=["{}の写真"], names="synonyms")
    assert own == [("犬の写真",)]  # what a person writes holds
