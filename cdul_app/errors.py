"""Errors a person can do something about; anything else that is raised is a bug."""


class UserError(Exception):
    """What happened and what to do next, in one or two sentences fit to be shown as they are."""


class FolderError(UserError):
    """The folder of photos is absent, empty, or cannot be read."""


class ProjectError(UserError):
    """The project database cannot be opened, or lacks what a step needs."""


class DatabaseBusyError(ProjectError):
    """Another program holds the project database for longer than was waited."""


class DamagedProjectError(ProjectError):
    """The project database is damaged or lost, and can be restored."""


class ClassListError(UserError):
    """The list of class names cannot be used."""


class EncoderError(UserError):
    """The encoder is unknown, not on disk, damaged, or fails its self-test."""


class ClassifierError(UserError):
    """The classifier cannot be built, loaded or trained."""


class DeviceError(UserError):
    """The device that was asked for is not available."""


class TruthError(UserError):
    """A truth file cannot be read or does not fit the project."""


class ExportError(UserError):
    """Labels cannot be written where they were asked to go."""


class OutputError(UserError):
    """What a command prints cannot be written."""


class WindowError(UserError):
    """This machine cannot show the window."""


class SettingsError(UserError, ValueError):
    """A setting is outside what it may be."""
