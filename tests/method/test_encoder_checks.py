import numpy as np
import pytest

from cdul_app.method.encoder_checks import check_temperature, temperature_is_sane
from cdul_app.method.similarity import class_similarities


def test_the_logarithm_taken_for_the_scale_is_caught_on_real_scores(shared_dir):
    with np.load(shared_dir / "data" / "voc12_rn50x64_dev.npz") as scores:
        cosines = scores["global_cosine_centred"]
    for class_count in (2, 5, 10, 20):
        right = class_similarities(cosines[:, :class_count], temperature=0.01)
        wrong = class_similarities(cosines[:, :class_count], temperature=1 / np.log(100))
        assert check_temperature(right) is None, class_count
        assert "nearly flat" in check_temperature(wrong), class_count


@pytest.mark.parametrize("class_count", [3, 80, 2000])
def test_flat_scores_are_told_and_sure_ones_are_not(class_count: int):
    flat = np.full((8, class_count), 1 / class_count)
    assert "The temperature is probably wrong" in check_temperature(flat)
    assert check_temperature(np.eye(8, class_count)) is None if class_count > 8 else True


def test_what_cannot_be_judged_passes():
    assert check_temperature(np.ones((5, 1))) is None
    assert check_temperature(np.ones((0, 20))) is None


def test_wrong_arrays_are_refused():
    with pytest.raises(ValueError, match="n_views"):
        check_temperature(np.ones(5))
    with pytest.raises(ValueError, match="finite"):
        check_temperature(np.full((2, 2), np.nan))


def test_temperatures_of_encoders():
    assert temperature_is_sane(0.01)
    assert temperature_is_sane(1 / 14.3)  # before training
    for wrong in (1 / np.log(100), 0.0, 1.0, float("nan"), float("inf")):
        assert not temperature_is_sane(wrong)
