"""Which language the window speaks: chosen before the rest of the window is imported.

Tables of titles stand in the window's files at module level, so that a new choice holds from the
next start on.
"""

import logging

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QSettings, QTranslator

from cdul_app.language import ENGLISH, LANGUAGES, language, use_language
from cdul_app.paths import APP_NAME, resources_dir
from cdul_app.version import app_version

SYSTEM = ""  # as the desktop is set
_KEY = "language"

_log = logging.getLogger(APP_NAME)


def name_the_app() -> None:
    """By these names the settings are found."""
    QCoreApplication.setApplicationName(APP_NAME)
    QCoreApplication.setOrganizationName(APP_NAME)
    QCoreApplication.setApplicationVersion(app_version())


def chosen_language() -> str:
    """A key of LANGUAGES, or SYSTEM."""
    value = str(QSettings().value(_KEY, SYSTEM))
    return value if value in LANGUAGES else SYSTEM


def choose_language(code: str) -> None:
    QSettings().setValue(_KEY, code)


def speak_chosen_language() -> None:
    """English where the catalogue cannot be read."""
    code = chosen_language() or _language_of_system()
    try:
        use_language(code, resources_dir() / "languages")
    except OSError as error:
        _log.warning("No catalogue for %s: %s", code, error)
    QLocale.setDefault(QLocale(language()))


def translate_qt(app: QCoreApplication) -> None:
    """The sentences of Qt's own dialogs and menus."""
    translator = QTranslator(app)
    folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    if language() != ENGLISH and translator.load(f"qtbase_{language()}", folder):
        app.installTranslator(translator)


def _language_of_system() -> str:
    """The first of the languages that the person reads which the app has."""
    wanted = [tag.partition("-")[0] for tag in QLocale.system().uiLanguages()]
    return next((code for code in wanted if code in LANGUAGES), ENGLISH)
