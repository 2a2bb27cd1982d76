import pi_heif
import pylibjxl
from PIL import Image

from cdul_app.photos.kinds import Kind
from cdul_app.settings.photo_files import PHOTO_SUFFIXES, RAW_SUFFIXES


def test_what_is_taken_for_a_photo_can_be_decoded() -> None:
    pi_heif.register_heif_opener()
    pylibjxl.register_pillow()
    known = Image.registered_extensions()
    readers = {name for kind in Kind for name in kind.formats}
    for suffix in PHOTO_SUFFIXES - RAW_SUFFIXES - {".hif"}:  # Canon's and Sony's name for HEIF
        assert known[suffix] in readers, f"nothing reads {suffix}"
