import pytest
from hypothesis import given
from hypothesis import strategies as st

from cdul_app.classes.class_list import COCO_CLASSES, VOC_CLASSES
from cdul_app.classes.class_spelling import fill_template, name_synonyms, spoken_name


@pytest.mark.parametrize(
    ("name", "spoken"),
    [
        ("pottedplant", "potted plant"),
        ("tvmonitor", "tv monitor"),
        ("TVMonitor", "TV monitor"),
        ("diningtable", "dining table"),
        ("aeroplane", "airplane"),
        ("traffic_light", "traffic light"),
        ("trafficlight", "traffic light"),
        ("TrafficLight", "traffic light"),
        ("hot-dog", "hot dog"),
        ("redFox", "red fox"),
        ("__red__fox__", "red fox"),
        # left as they are
        ("t-shirt", "t-shirt"),
        ("x-ray", "x-ray"),
        ("iPhone", "iPhone"),
        ("McLaren", "McLaren"),
        ("MacBook", "MacBook"),
        ("DOG", "DOG"),
        ("Golden Retriever", "Golden Retriever"),
        ("Käfer", "Käfer"),
        ("猫", "猫"),
        ("_", "_"),
    ],
)
def test_raw_spellings_become_words(name: str, spoken: str) -> None:
    assert spoken_name(name) == spoken


@given(st.text(min_size=1).filter(lambda text: bool(text.strip())))
def test_a_spoken_name_is_never_empty_and_speaking_it_again_changes_nothing(name: str) -> None:
    spoken = spoken_name(name)
    assert spoken.strip()
    assert spoken_name(spoken) == spoken
    assert spoken == " ".join(spoken.split())


def test_all_names_of_the_presets_are_words() -> None:
    for name in [*VOC_CLASSES, *COCO_CLASSES]:
        assert spoken_name(name.replace(" ", "_")) == spoken_name(name)
        assert spoken_name(name.replace(" ", "")) == spoken_name(name)


def test_synonyms_are_found_for_every_spelling() -> None:
    assert name_synonyms("tvmonitor") == name_synonyms("TV monitor") != ()
    assert "couch" in name_synonyms("Sofa")
    assert name_synonyms("mouse") == name_synonyms("axolotl") == ()


@pytest.mark.parametrize(
    ("template", "name", "text"),
    [
        ("a photo of a {}.", "dog", "a photo of a dog."),
        ("a photo of a {}.", "apple", "a photo of an apple."),
        ("A {} and a {}", "Owl", "An Owl and an Owl"),
        ("a photo of a {}.", "unicorn", "a photo of a unicorn."),
        ("a photo of a {}.", "umbrella", "a photo of an umbrella."),
        ("a photo of a {}.", "hourglass", "a photo of an hourglass."),
        ("a photo of a {}.", "one-way sign", "a photo of a one-way sign."),
        ("a photo of a small {}.", "apple", "a photo of a small apple."),
        ("pizza {}", "apple", "pizza apple"),
        ("{}", "apple", "apple"),
    ],
)
def test_the_article_fits_the_name(template: str, name: str, text: str) -> None:
    assert fill_template(template, name) == text
