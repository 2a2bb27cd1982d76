"""Typed numbers: a score, a count, and a line for any number or none."""

from PySide6.QtCore import QLocale, Qt
from PySide6.QtGui import QValidator
from PySide6.QtWidgets import QDoubleSpinBox, QLineEdit, QSpinBox, QWidget

from cdul_app.errors import SettingsError
from cdul_app.language import figure, tr, translatable

_NO_NUMBER = translatable("“{text}” is not a number.")
_NO_WHOLE_NUMBER = translatable("“{text}” is not a whole number.")


def plain_number(text: str) -> str:
    """A typed number as Python reads it: a comma is a point, in any script's digits."""
    for sign, meant in ((",", "."), ("٫", "."), ("−", "-")):
        text = text.replace(sign, meant)
    return text.strip()


class ScoreBox(QDoubleSpinBox):
    """A score from 0 to 1 in steps of 0.01, written as everywhere in the window.

    Any text can be typed; it counts once it is entered or left.  What is no score by then gives
    way to the one before.  Qt's own box would take "0.35" for 35 where a point parts thousands,
    and drop the digits that it cannot use while they are typed.
    """

    def __init__(self, name: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        _set_up(self, name, width=64)
        self.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.setRange(0, 1)
        self.setDecimals(2)
        self.setSingleStep(0.01)

    def validate(self, text: str, place: int) -> tuple[QValidator.State, str, int]:
        return _state(self._read(text)), text, place

    def textFromValue(self, value: float) -> str:
        return figure(value, ".2f")

    def valueFromText(self, text: str) -> float:
        score = self._read(text)
        return self.value() if score is None else score

    def _read(self, text: str) -> float | None:
        try:
            score = round(float(plain_number(text)), self.decimals())
        except ValueError:
            return None
        return score if self.minimum() <= score <= self.maximum() else None


class CountBox(QSpinBox):
    """A whole number between two bounds, typed as a score is."""

    def __init__(self, name: str, lowest: int, highest: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        _set_up(self, name, width=48)
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setRange(lowest, highest)

    def validate(self, text: str, place: int) -> tuple[QValidator.State, str, int]:
        return _state(self._read(text)), text, place

    def valueFromText(self, text: str) -> int:
        count = self._read(text)
        return self.value() if count is None else count

    def _read(self, text: str) -> int | None:
        try:
            count = int(plain_number(text))
        except ValueError:
            return None
        return count if self.minimum() <= count <= self.maximum() else None


def _set_up(box: QDoubleSpinBox | QSpinBox, name: str, *, width: int) -> None:
    box.setLocale(QLocale.c())
    box.setKeyboardTracking(False)
    box.setFixedWidth(width)
    box.setAccessibleName(name)


def _state(number: float | None) -> QValidator.State:
    """Nothing is refused while it is typed."""
    states = QValidator.State
    return states.Intermediate if number is None else states.Acceptable


class NumberField(QLineEdit):
    """Takes any text; `number` says whether it is one.

    A spin box would silently clip what was typed or hide 0.00001 behind its decimals; here the
    settings themselves judge the value and their sentence stands under the field.
    """

    def __init__(self, accessible_name: str, *, whole: bool = False, empty_means: str = "") -> None:
        """empty_means : shown while empty, "Auto"; where it is not given, empty is an error."""
        super().__init__()
        self._whole = whole
        self.setAccessibleName(accessible_name)
        self.setPlaceholderText(empty_means)
        self.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.setFixedWidth(104)

    def set_number(self, number: float | None) -> None:
        self.setText("" if number is None else str(number) if self._whole else figure(number, "g"))

    def number(self) -> float | int | None:
        """None for an empty field that may be.  Raises SettingsError for text that is no number."""
        text = plain_number(self.text())
        if not text:
            if self.placeholderText():
                return None
            raise SettingsError(tr("A number is missing here."))
        try:
            return int(text) if self._whole else float(text)
        except ValueError:
            sentence = _NO_WHOLE_NUMBER if self._whole else _NO_NUMBER
            raise SettingsError(tr(sentence, text=self.text().strip())) from None
