import pytest
from hypothesis import given
from hypothesis import strategies as st

from cdul_app.classes.class_list import (
    ClassDefinition,
    class_list_warnings,
    name_key,
    parse_class_lines,
    preset_classes,
)
from cdul_app.errors import ClassListError


def test_lines_commas_and_prompts() -> None:
    assert [c.name for c in parse_class_lines("cat, dog;  red fox ")] == ["cat", "dog", "red fox"]
    classes = parse_class_lines("# pets\ncat\n\ndog: a photo of a dog. | a puppy\r\n")
    assert classes[0] == ClassDefinition("cat")
    assert classes[1].prompts == ("a photo of a dog.", "a puppy")


names = st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=20)


@given(st.lists(names, min_size=1, max_size=8, unique_by=lambda name: name.casefold()))
def test_a_list_survives_being_written_and_read(texts: list[str]) -> None:
    lines = "\n".join(["first class", *texts])
    if len({name_key(text) for text in texts}) < len(texts):  # some differ in width only
        with pytest.raises(ClassListError, match="twice"):
            parse_class_lines(lines)
        return
    classes = parse_class_lines(lines)
    assert parse_class_lines("\n".join(c.to_line() for c in classes)) == classes


def test_a_pasted_list_may_repeat_itself() -> None:
    lines = ["cat", "dog: a puppy", " cat ", "dog:a puppy", "cow", "cat"]
    assert parse_class_lines("\n".join(lines)) == parse_class_lines("\n".join([*lines[:2], "cow"]))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "no classes"),
        ("# only a remark", "no classes"),
        ("cat\nCat ", "twice"),
        ("cat\ncat: a kitten", "twice"),
        ("cat\nｃａｔ", "twice"),
        (": a prompt", "no class name"),
        ("x" * 300, "longer"),
    ],
)
def test_lists_that_cannot_be_used_say_why(text: str, said: str) -> None:
    with pytest.raises(ClassListError, match=said):
        parse_class_lines(text)


def test_two_thousand_classes_are_fine_and_one_or_two_are_warned_of() -> None:
    many = parse_class_lines("\n".join(f"class {n}" for n in range(2000)))
    assert len(many) == 2000
    assert class_list_warnings(many) == []
    assert class_list_warnings(many[:3]) == []
    assert "100 %" in class_list_warnings(many[:1])[0]
    assert "“class 0” and “class 1” alone" in class_list_warnings(many[:2])[0]
    with pytest.raises(ClassListError, match="more than"):
        parse_class_lines("\n".join(f"class {n}" for n in range(5001)))


def test_presets() -> None:
    assert len(preset_classes("voc20")) == 20
    assert len(preset_classes("coco80")) == 80
    with pytest.raises(ClassListError, match="voc20"):
        preset_classes("imagenet")
