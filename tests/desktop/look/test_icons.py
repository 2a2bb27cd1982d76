import re
from pathlib import Path

import pytest

from cdul_app.desktop.look import icons
from cdul_app.desktop.look.icons import application_icon, icon
from cdul_app.paths import resources_dir

_NAMED = re.compile(r'(?:\b(?:icon|tool_button)\(\s*|icon_name=)"([a-z-]+)"')
DESKTOP_FOLDER = Path(icons.__file__).parents[1]
ICON_FILES = sorted((resources_dir() / "icons").glob("*.svg"))


def is_painted(picture) -> bool:
    image = picture.toImage()
    return any(
        image.pixelColor(x, y).alpha() > 0
        for x in range(image.width())
        for y in range(image.height())
    )


@pytest.mark.parametrize("file", ICON_FILES, ids=[file.stem for file in ICON_FILES])
def test_every_icon_paints_something(qapp, file):
    assert is_painted(icon(file.stem).pixmap(24, 24))


def test_every_icon_that_the_code_names_exists():
    names = {file.stem for file in ICON_FILES}
    used = set()
    for file in DESKTOP_FOLDER.rglob("*.py"):
        used |= set(_NAMED.findall(file.read_text(encoding="utf-8")))
    assert used
    assert used <= names


def test_an_icon_takes_the_colour_it_is_given(qapp):
    image = icon("check", color="#ff0000").pixmap(48, 48).toImage()
    solid = [
        image.pixelColor(x, y)
        for x in range(48)
        for y in range(48)
        if image.pixelColor(x, y).alpha() == 255
    ]
    assert solid
    assert all(color.red() > 200 and color.green() < 60 for color in solid)


def test_the_application_icon_is_drawn_at_every_size(qapp):
    for side in (16, 32, 64, 256):
        assert is_painted(application_icon().pixmap(side, side))


def test_an_unknown_icon_is_an_error(qapp):
    with pytest.raises(FileNotFoundError):
        icon("no-such-icon")
