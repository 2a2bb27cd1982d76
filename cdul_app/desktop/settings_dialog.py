"""What holds for the whole app: looks, keys, what it keeps on the disk."""

from dataclasses import dataclass

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QDialog, QWidget

from cdul_app.desktop.images.thumbnail_cache import ThumbnailCache
from cdul_app.desktop.keys.key_reference import KeyReference
from cdul_app.desktop.language_choice import SYSTEM, choose_language, chosen_language
from cdul_app.desktop.look.theme import SPACING, THEME_TITLES, ThemeChoice, theme_manager
from cdul_app.desktop.session.job import JobKind, JobResult
from cdul_app.desktop.session.job_slot import JobSlot
from cdul_app.desktop.settings import WindowSettings
from cdul_app.desktop.widgets.buttons import push_button
from cdul_app.desktop.widgets.fields.drop_down import DropDown
from cdul_app.desktop.widgets.fields.form_row import FormRow
from cdul_app.desktop.widgets.layouts import STRETCH, horizontal, vertical
from cdul_app.events import Events, Started, TaskResult
from cdul_app.language import LANGUAGES, tr
from cdul_app.paths import user_cache_dir, user_data_dir
from cdul_app.project.labeling.choice import prefer_encoder, preferred_encoder
from cdul_app.project.labeling.kept_encodings import (
    SIZES,
    VARIABLE,
    choose_kept_size,
    clear_kept,
    is_told,
    kept_bytes,
    kept_size,
)
from cdul_app.project.labeling.runtimes import clear_graphs, graph_bytes
from cdul_app.settings.encoder_catalogue import QUALITIES


@dataclass(frozen=True)
class CacheSize(TaskResult):
    size: int  # bytes


class SettingsDialog(QDialog):
    """Each setting holds as soon as it is chosen.  `rows` takes more of them."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Settings"))
        self.setMinimumWidth(520)
        self._cache = ThumbnailCache(user_cache_dir() / "thumbnails")
        self._slot = JobSlot(self)
        self._slot.ended.connect(self._on_measured)

        self.theme = DropDown()
        for choice, title in THEME_TITLES.items():
            self.theme.addItem(title, choice)
        self.theme.setCurrentIndex(self.theme.findData(WindowSettings().theme))
        self.theme.currentIndexChanged.connect(self._on_theme)
        self.encoder = DropDown()
        remembered = preferred_encoder()
        for entry in QUALITIES:
            self.encoder.addItem(tr(entry.quality), entry.identifier)
        if self.encoder.findData(remembered) < 0:
            self.encoder.addItem(remembered, remembered)
        self.encoder.setCurrentIndex(self.encoder.findData(remembered))
        self.encoder.activated.connect(lambda _: prefer_encoder(self.encoder.currentData()))
        self.language = DropDown()
        self.language.addItem(tr("As the system"), SYSTEM)
        for code, name in LANGUAGES.items():
            self.language.addItem(name, code)
        self.language.setCurrentIndex(self.language.findData(chosen_language()))
        self.language.activated.connect(self._on_language)
        self.keys_button = push_button(tr("Show and change…"), self._on_keys, name=tr("Keys"))
        self.kept = DropDown()
        for size in sorted({*SIZES, kept_size()}):
            self.kept.addItem(tr("Up to {size:g} GB", size=size) if size else tr("Nothing"), size)
        self.kept.setCurrentIndex(self.kept.findData(kept_size()))
        self.kept.activated.connect(self._on_kept)
        self.kept.setEnabled(not is_told())
        kept_help = tr("A photo is then looked at only once, whichever project it is in.")
        self.clear_button = push_button(tr("Clear"), self._on_clear, name=tr("Clear the cache"))
        self.clear_button.setEnabled(False)
        self.cache = FormRow(tr("Cache"), self.clear_button, help_text=tr("Counting…"))
        folder_button = push_button(
            tr("Open folder"), self._on_folder, name=tr("Open the data folder")
        )
        folder_help = tr(
            "{folder}: encoders that you bring, and the projects of folders that cannot be "
            "written.",
            folder=user_data_dir(),
        )
        self.language_row = FormRow(tr("Language"), self.language)
        self.rows = vertical(
            FormRow(tr("Theme"), self.theme),
            self.language_row,
            FormRow(
                tr("Quality of the next project"),
                self.encoder,
                help_text=tr("The one that labelled photos last; a project keeps its own."),
            ),
            FormRow(tr("Keys"), self.keys_button),
            FormRow(
                tr("Keep what was seen in photos"),
                self.kept,
                help_text=tr("Set by {variable}.", variable=VARIABLE) if is_told() else kept_help,
            ),
            self.cache,
            FormRow(tr("The app's own data"), folder_button, help_text=folder_help),
            spacing=SPACING[3],
        )
        close = push_button(tr("Close"), self.accept, role="primary")
        vertical(
            self.rows, STRETCH, horizontal(STRETCH, close),
            on=self, spacing=SPACING[3], margins=SPACING[3],
        )  # fmt: skip
        self._measure(clear=False)

    def done(self, result: int) -> None:
        self._slot.close()
        super().done(result)

    def _measure(self, *, clear: bool, kept: float | None = None) -> None:
        def measure() -> Events[TaskResult]:
            yield Started(tr("Counting the cache"), unit="files")
            if kept is not None:
                choose_kept_size(kept)
            if clear:
                self._cache.clear()
                clear_kept()
                clear_graphs()
            pictures, seen, graphs = self._cache.size(), kept_bytes(), graph_bytes()
            words = tr(
                "{pictures:,.1f} MB of thumbnails, {seen:,.1f} MB of what was seen in photos, "
                "{graphs:,.1f} MB of encoders made faster here",
                pictures=pictures / 1e6,
                seen=seen / 1e6,
                graphs=graphs / 1e6,
            )
            return CacheSize(words, pictures + seen + graphs)

        self.clear_button.setEnabled(False)
        self._slot.start(JobKind.READ, measure)

    def _on_measured(self, result: JobResult) -> None:
        if isinstance(result.value, CacheSize):
            self.clear_button.setEnabled(result.value.size > 0)
            self.cache.set_help(
                tr("{sizes}. It is made again where it is needed.", sizes=result.message)
            )
        else:
            self.cache.set_help(result.message)

    def _on_kept(self) -> None:
        self._measure(clear=False, kept=self.kept.currentData())

    def _on_clear(self) -> None:
        self._measure(clear=True)

    def _on_theme(self) -> None:
        choice = ThemeChoice(self.theme.currentData())  # Qt hands a StrEnum back as a bare string
        WindowSettings().theme = choice
        theme_manager().choose(choice)

    def _on_language(self) -> None:
        choose_language(self.language.currentData())
        self.language_row.set_help(tr("The window speaks it from the next start on."))

    def _on_keys(self) -> None:
        keys = KeyReference(self)
        keys.exec()
        keys.deleteLater()

    def _on_folder(self) -> None:
        folder = user_data_dir()
        folder.mkdir(parents=True, exist_ok=True)
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))
