"""Tables as a notebook takes them: a pandas DataFrame where pandas is installed, else numpy's."""

from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Table: TypeAlias = Any  # a pandas.DataFrame, or a structured numpy array


def table_of(photos: Sequence[str], class_names: Sequence[str], values: NDArray[Any]) -> Table:
    """A photo a row, a class a column.

    values : (n_photos, n_classes).  The photos' names are the index of a DataFrame, and the first
    field, `image`, of a structured array (`image_` where a class is called so).
    """
    try:
        import pandas as pd
    except ImportError:
        return _structured(photos, class_names, values)
    index = pd.Index(list(photos), name="image", dtype=object)
    return pd.DataFrame(values, index=index, columns=list(class_names))


def _structured(
    photos: Sequence[str], class_names: Sequence[str], values: NDArray[Any]
) -> NDArray[np.void]:
    first = "image"
    while first in class_names:
        first += "_"
    kinds = [(first, np.dtype(object)), *((name, values.dtype) for name in class_names)]
    table: NDArray[np.void] = np.empty(len(photos), dtype=kinds)
    table[first] = list(photos)
    for column, name in enumerate(class_names):
        table[name] = values[:, column]
    return table
