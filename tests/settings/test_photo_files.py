from PIL import Image

from cdul_app.settings.photo_files import PHOTO_SUFFIXES


def test_what_is_taken_for_a_photo_can_be_decoded() -> None:
    known = Image.registered_extensions()
    for suffix in PHOTO_SUFFIXES:
        assert suffix == suffix.lower()
        assert known[suffix] in Image.OPEN, f"Pillow does not read {suffix}"
