import pytest
import torch

from cdul_app.errors import ClassifierError
from cdul_app.models.classifier.activation_maps import check_gives_maps, class_activation_maps
from cdul_app.models.classifier.backbones import build_photo_classifier


def classifier(name: str, size: int = 128):
    torch.manual_seed(0)
    return build_photo_classifier(name, class_count=3, image_size=size, pretrained=False).eval()


@pytest.mark.parametrize("name", ["resnet10t", "mobilenetv2_050"])
def test_the_mean_of_a_map_is_the_logit_of_a_cnn_that_averages_places(name: str) -> None:
    module = classifier(name)
    check_gives_maps(module, name)
    pixels = torch.randint(0, 256, (2, 3, 128, 128), dtype=torch.uint8)
    with torch.inference_mode():
        maps = class_activation_maps(module, pixels)
        logits = module(pixels)
    assert maps.shape == (2, 3, 4, 4)
    torch.testing.assert_close(maps.mean(dim=(2, 3)), logits, rtol=1e-3, atol=1e-3)


def test_patches_of_a_transformer_are_places_too() -> None:
    module = classifier("vit_tiny_patch16_224", size=224)
    check_gives_maps(module, "vit_tiny_patch16_224")
    with torch.inference_mode():
        maps = class_activation_maps(module, torch.zeros(1, 3, 224, 224, dtype=torch.uint8))
    assert maps.shape == (1, 3, 14, 14)
    assert torch.isfinite(maps).all()


def test_a_photo_too_small_for_places_is_refused_in_words() -> None:
    with pytest.raises(ClassifierError, match="raise the image size"):
        check_gives_maps(classifier("resnet10t", size=32), "resnet10t")
