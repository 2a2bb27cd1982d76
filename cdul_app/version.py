"""The version of the app, as installed."""

from importlib.metadata import PackageNotFoundError, version


def app_version() -> str:
    try:
        return version("cdul-app")
    except PackageNotFoundError:  # run from a source tree that was never installed
        return "0+source"


__version__ = app_version()
