"""What importing the package brings, and what it does not."""

import cdul_app
from tests.test_rooms import loaded_after


def test_the_package_loads_nothing_heavy():
    loaded = loaded_after("import cdul_app; cdul_app.__version__")
    assert not loaded & {"numpy", "PIL", "torch", "PySide6", "sqlite_utils"}


def test_opening_a_project_loads_neither_qt_nor_torch():
    code = (
        "import cdul_app, pathlib, tempfile\n"
        "with tempfile.TemporaryDirectory() as folder, cdul_app.open(folder) as project:\n"
        "    project.set_classes(['cat'])\n"
        "    assert len(project.labels()) == 0\n"
    )
    loaded = loaded_after(code)
    assert "sqlite_utils" in loaded
    assert not loaded & {"torch", "torchvision", "open_clip", "timm", "PySide6"}


def test_importing_the_reader_of_photos_changes_nothing_of_pillow():
    code = (
        "from PIL import Image, ImageFile\n"
        "def state():\n"
        "    return (Image.MAX_IMAGE_PIXELS, ImageFile.LOAD_TRUNCATED_IMAGES,\n"
        "            sorted(Image.OPEN), sorted(Image.EXTENSION))\n"
        "before = state()\n"
        "import cdul_app.photos.decoding, cdul_app.api.classifier\n"
        "assert state() == before, (before, state())\n"
    )
    assert "PIL" in loaded_after(code)


def test_the_public_names_are_there():
    assert cdul_app.__all__ == ["Classifier", "OpenProject", "__version__", "open"]
    assert all(getattr(cdul_app, name).__class__ for name in cdul_app.__all__)
    assert cdul_app.__version__
