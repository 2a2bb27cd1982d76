import dataclasses

import numpy as np
import pytest

from cdul_app.events import Progressed, Started
from cdul_app.measures.metrics import mean_average_precision
from cdul_app.models.training.out_of_fold import predict_out_of_fold
from tests.events import run_task
from tests.models.training_helpers import planted_data, quick_config


def test_every_photo_is_predicted_by_a_classifier_that_did_not_see_it():
    data = planted_data()
    config = quick_config(epochs=40, learning_rate=5e-2)
    events, predictions = run_task(predict_out_of_fold(data, config, folds=3))
    assert np.isfinite(predictions).all()
    assert data.truth is not None
    assert mean_average_precision(data.truth, predictions) > 0.8
    started, *progress = events
    assert isinstance(started, Started)
    assert started.total == 3
    assert isinstance(progress[-1], Progressed)
    assert progress[-1].done == 3
    # A label that is wrong on one photo moves that photo's own prediction by nothing.
    changed = data.pseudo_labels.copy()
    changed[0] = 1 - changed[0]
    changed_data = dataclasses.replace(data, pseudo_labels=changed)
    _, other = run_task(predict_out_of_fold(changed_data, config, folds=3))
    np.testing.assert_allclose(other[0], predictions[0], atol=1e-6)
    assert not np.array_equal(other, predictions)


def test_photos_without_labels_have_no_prediction():
    data = planted_data()
    labels = data.pseudo_labels.copy()
    labels[4] = np.nan
    data = dataclasses.replace(data, pseudo_labels=labels)
    _, predictions = run_task(predict_out_of_fold(data, quick_config(), folds=2))
    assert np.isnan(predictions[4]).all()
    assert np.isfinite(np.delete(predictions, 4, axis=0)).all()


def test_too_few_photos_are_refused():
    with pytest.raises(ValueError, match="folds"):
        list(predict_out_of_fold(planted_data(photos=3), quick_config(), folds=4))
