import open_clip
import pytest
import torch

from cdul_app.models.encoder.encoder import encode_tokens

TEXTS = ["a photo of a cat.", "cat", "a blurry photo of a very large brown bear in the snow.", ""]


@pytest.mark.parametrize("name", ["ViT-B-32", "ViT-B-32-SigLIP2-256"])
def test_texts_without_their_padding_mean_the_same(name: str):
    """CLIP's own text tower; another, which sees what comes after, is left as it is."""
    config = open_clip.get_model_config(name)
    text = {**config["text_cfg"], "width": 64, "heads": 2, "layers": 2}
    for foreign in ("hf_model_name", "hf_tokenizer_name", "tokenizer_kwargs"):
        text.pop(foreign, None)
    custom = name != "ViT-B-32"
    kind = open_clip.CustomTextCLIP if custom else open_clip.CLIP
    vision = {"image_size": 32, "patch_size": 16, "width": 64, "layers": 1, "head_width": 32}
    torch.manual_seed(0)
    model = kind(embed_dim=32, vision_cfg=vision, text_cfg=text).eval()
    tokens = open_clip.SimpleTokenizer(context_length=text.get("context_length", 77))(TEXTS)
    tokens = tokens.clamp(max=text.get("vocab_size", 49408) - 1)
    with torch.inference_mode():
        whole = torch.nn.functional.normalize(model.encode_text(tokens), dim=-1)
        short = torch.nn.functional.normalize(encode_tokens(model, tokens), dim=-1)
    torch.testing.assert_close(short, whole, atol=1e-5, rtol=0)


def test_as_long_a_text_as_there_is_room_for():
    model = open_clip.create_model("ViT-B-32", pretrained=None).eval()
    tokens = open_clip.tokenize(["word " * 200])
    with torch.inference_mode():
        whole = torch.nn.functional.normalize(model.encode_text(tokens), dim=-1)
        torch.testing.assert_close(encode_tokens(model, tokens), whole, atol=1e-5, rtol=0)
