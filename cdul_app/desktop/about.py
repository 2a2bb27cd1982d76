"""What the app is, and by which terms it comes."""

from PySide6.QtWidgets import QMessageBox, QWidget

from cdul_app.version import app_version


def show_about(parent: QWidget) -> None:
    QMessageBox.about(
        parent,
        "About cdul_app",
        f"<h3>cdul_app {app_version()}</h3><p>Label photos without annotations, after CDUL "
        "(ICCV 2023, arXiv 2307.16634).</p><p>MIT licence. Photos never leave this "
        "machine.</p>",
    )
