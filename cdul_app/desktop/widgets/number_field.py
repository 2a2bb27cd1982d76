"""A line for one number, which may be left empty where the program can choose it."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDoubleSpinBox, QLineEdit, QWidget

from cdul_app.errors import SettingsError


def score_box(name: str = "", parent: QWidget | None = None) -> QDoubleSpinBox:
    """A score from 0 to 1 in steps of 0.01."""
    box = QDoubleSpinBox(parent)
    box.setRange(0, 1)
    box.setDecimals(2)
    box.setSingleStep(0.01)
    box.setFixedWidth(64)
    box.setAlignment(Qt.AlignmentFlag.AlignRight)
    box.setAccessibleName(name)
    return box


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
        self.setText("" if number is None else f"{number:g}" if not self._whole else str(number))

    def number(self) -> float | int | None:
        """None for an empty field that may be.  Raises SettingsError for text that is no number."""
        text = self.text().strip().replace(",", ".").replace("−", "-")
        if not text:
            if self.placeholderText():
                return None
            raise SettingsError("A number is missing here.")
        try:
            return int(text) if self._whole else float(text)
        except ValueError:
            kind = "a whole number" if self._whole else "a number"
            raise SettingsError(f"“{self.text().strip()}” is not {kind}.") from None
