"""Label photos without annotations: `open` a folder, or load a `Classifier`.

Nothing heavy is imported before it is needed.
"""

from typing import TYPE_CHECKING

from cdul_app.lazy_names import lazy_names

if TYPE_CHECKING:
    from cdul_app.api.classifier import Classifier as Classifier
    from cdul_app.api.project import OpenProject as OpenProject
    from cdul_app.api.project import open as open
    from cdul_app.version import __version__ as __version__

__getattr__, __dir__, __all__ = lazy_names(
    __name__,
    {
        "api.classifier": ("Classifier",),
        "api.project": ("OpenProject", "open"),
        "version": ("__version__",),
    },
)
