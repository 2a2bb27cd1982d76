import pytest

from cdul_app.classes.class_list import ClassDefinition
from cdul_app.project.labeling.languages import language_warning
from cdul_app.settings.encoder_catalogue import ANY_LANGUAGE, QUALITIES

FOREIGN = [ClassDefinition("cat"), ClassDefinition("猫"), ClassDefinition("кошка")]


@pytest.mark.parametrize("entry", QUALITIES, ids=lambda entry: entry.quality)
def test_names_that_an_encoder_was_not_taught_are_told(entry):
    said = language_warning(FOREIGN, entry.identifier)
    if entry == ANY_LANGUAGE:
        assert said is None
    else:
        assert said.startswith(f"“猫” and 1 more cannot be read by {entry.title}")
        assert ANY_LANGUAGE.identifier in said


def test_prompts_in_english_are_enough():
    explained = [ClassDefinition("猫", prompts=("a cat",)), ClassDefinition("Löwe")]
    assert language_warning(explained, "ViT-B-16/openai") is None
    assert language_warning(FOREIGN, "local-dir:/somewhere") is None  # who knows
