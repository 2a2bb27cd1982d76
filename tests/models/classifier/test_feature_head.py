"""The head before its first step."""

import numpy as np
import pytest
import torch

from cdul_app.method.refinement import probabilities_to_logits
from cdul_app.models.classifier.feature_head import PRIOR_SHARE, build_feature_head
from tests.models.training_helpers import TEMPERATURE, planted_data


def start(**texts: object) -> tuple[torch.Tensor, np.ndarray, torch.nn.Module]:
    """Logits of the new head, the labels' logits, and the head."""
    data = planted_data()
    labels = probabilities_to_logits(data.pseudo_labels)
    rows = np.arange(len(labels))
    head = build_feature_head(
        data.inputs.views,
        rows,
        labels,
        texts.get("class_embeddings", data.class_embeddings),
        TEMPERATURE,
    )
    described = head.describe(torch.from_numpy(data.inputs.views))
    with torch.no_grad():
        return head(described), labels, head


@pytest.mark.parametrize("texts", [{}, {"class_embeddings": None}])
def test_it_starts_at_the_labels_mean(texts):
    logits, labels, _ = start(**texts)
    np.testing.assert_allclose(logits.mean(dim=0).numpy(), labels.mean(axis=0), atol=1e-3)


def test_it_starts_with_its_share_of_the_encoders_answer():
    logits, labels, head = start()
    assert (head.linear.weight == 0).all()
    spread = logits.numpy() - logits.numpy().mean(axis=0)
    target = labels - labels.mean(axis=0)
    # The encoder's answer at full strength would be the least-squares fit to the labels.
    slope = (spread * target).sum() / (spread**2).sum()
    assert 1 / slope == pytest.approx(PRIOR_SHARE, abs=0.01)
    assert pytest.approx(0.75) == PRIOR_SHARE


def test_without_texts_it_is_the_layer_alone():
    logits, _, head = start(class_embeddings=None)
    assert head.settings.prior_scale == 0
    assert torch.equal(logits, logits[:1].expand_as(logits))


def test_what_it_reads_is_standardised_for_the_photos():
    data = planted_data()
    _, _, head = start()
    pooled = head.describe(torch.from_numpy(data.inputs.views))[:, : 3 * head.settings.dim]
    seen = (pooled - head.pooled_mean) / head.pooled_scale
    np.testing.assert_allclose(seen.mean(dim=0).numpy(), 0, atol=1e-4)
    deviation = seen.std(dim=0, correction=0).numpy()
    np.testing.assert_allclose(deviation, pooled.shape[1] ** -0.5, atol=1e-4)


def test_flat_labels_do_not_take_the_encoders_answer_away():
    data = planted_data()
    rows = np.arange(len(data.pseudo_labels))
    head = build_feature_head(
        data.inputs.views,
        rows,
        np.zeros(data.pseudo_labels.shape),
        data.class_embeddings,
        TEMPERATURE,
    )
    assert head.settings.prior_scale == pytest.approx(PRIOR_SHARE)
