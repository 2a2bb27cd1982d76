"""Files that are not what they should be: what libraries raise on them, and its words."""

import pickle
import struct
import zipfile

from safetensors import SafetensorError

from cdul_app.errors import in_words

# By reading weights, as a checkpoint or as safetensors, and giving them to a module.
DAMAGE_ERRORS = (
    OSError,
    EOFError,
    ValueError,
    RuntimeError,
    ArithmeticError,
    LookupError,
    TypeError,
    AttributeError,
    AssertionError,
    ImportError,
    SafetensorError,
    pickle.UnpicklingError,
    struct.error,
    zipfile.BadZipFile,
)


def words_of(error: BaseException) -> str:
    """What `error` says, on one line of at most 120 characters; its kind where it says nothing."""
    text = in_words(error)
    return text if len(text) <= 120 else f"{text[:117]}..."
