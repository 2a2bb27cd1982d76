import pytest
import torch

from cdul_app.errors import DeviceError
from cdul_app.models.devices import choose_device, describe_device, has_gpu


def test_the_cpu_is_always_there():
    assert choose_device("cpu") == torch.device("cpu")
    assert describe_device(torch.device("cpu")) == "cpu"


def test_auto_takes_the_best_there_is():
    assert (choose_device("auto").type == "cpu") is not has_gpu()


def test_absent_and_unknown_devices_are_sentences():
    if not torch.cuda.is_available():
        with pytest.raises(DeviceError, match="no usable CUDA device"):
            choose_device("cuda")
    if not torch.backends.mps.is_available():
        with pytest.raises(DeviceError, match="no usable Apple GPU"):
            choose_device("mps")
    for name in ("abacus", "", "cpu:3", "cuda:x"):
        with pytest.raises(DeviceError, match="is not a device"):
            choose_device(name)


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device here")
def test_cuda_is_described_by_its_name():
    assert describe_device(choose_device("cuda")).startswith("cuda:0 (")
    with pytest.raises(DeviceError, match="counted from 0"):
        choose_device("cuda:99")
