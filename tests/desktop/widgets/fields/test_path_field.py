from pathlib import Path

from PySide6.QtWidgets import QFileDialog

from cdul_app.desktop.widgets.fields.path_field import PathField


def test_a_folder_or_a_file_can_be_browsed_for(qtbot, tmp_path: Path, monkeypatch):
    asked: list[str] = []

    def choose_folder(*_: object) -> str:
        asked.append("folder")
        return str(tmp_path)

    def choose_file(*_: object) -> tuple[str, str]:
        asked.append("file")
        return str(tmp_path / "file.pt"), ""

    monkeypatch.setattr(QFileDialog, "getExistingDirectory", choose_folder)
    monkeypatch.setattr(QFileDialog, "getOpenFileName", choose_file)
    field = PathField("Encoder", mode="either")
    qtbot.addWidget(field)
    folder, file = field.browse_button.menu().actions()
    with qtbot.waitSignal(field.edited):
        folder.trigger()
    assert field.path() == tmp_path
    file.trigger()
    assert field.path() == tmp_path / "file.pt"
    assert asked == ["folder", "file"]
