"""timm's image towers of open_clip's models, shrunk: timm knows them by name once this is imported.

An open_clip folder names its tower, and a name says how large it is: these are as the real ones,
apart from their size.
"""

from timm.models import register_model
from timm.models.eva import Eva, vit_pe_core_gigantic_patch14_448, vit_pe_core_tiny_patch16_384
from timm.models.fastvit import FastVit, fastvit_mci0
from timm.models.vision_transformer import VisionTransformer, vit_base_patch32_siglip_256

TINY_SIGLIP = {"timm_model_name": "tiny_siglip", "timm_pool": "map", "timm_proj": "none"}
TINY_PE = {"timm_model_name": "tiny_pe_core", "timm_pool": "map", "timm_proj": None}
TINY_PE_BIGG = {**TINY_PE, "timm_model_name": "tiny_pe_core_bigg"}
TINY_MOBILECLIP = {"timm_model_name": "tiny_fastvit_mci", "timm_pool": "avg", "timm_proj": None}
for _tower in (TINY_SIGLIP, TINY_PE, TINY_PE_BIGG, TINY_MOBILECLIP):
    _tower["image_size"] = 64
_VIT = {"img_size": 64, "patch_size": 16, "embed_dim": 64, "depth": 2, "num_heads": 2}


@register_model
def tiny_siglip(pretrained: bool = False, **options: object) -> VisionTransformer:
    # What ends in no projection is as wide as the embeddings.
    return vit_base_patch32_siglip_256(pretrained, **{**_VIT, "embed_dim": 32, **options})


@register_model
def tiny_pe_core(pretrained: bool = False, **options: object) -> Eva:
    return vit_pe_core_tiny_patch16_384(pretrained, **{**_VIT, "ref_feat_shape": (4, 4), **options})


@register_model
def tiny_pe_core_bigg(pretrained: bool = False, **options: object) -> Eva:
    """Without a class token."""
    small = {**_VIT, "ref_feat_shape": (4, 4), "mlp_ratio": 2}
    return vit_pe_core_gigantic_patch14_448(pretrained, **{**small, **options})


@register_model
def tiny_fastvit_mci(pretrained: bool = False, **options: object) -> FastVit:
    small = {"layers": (1, 1, 1, 1), "embed_dims": (16, 32, 64, 64)}
    return fastvit_mci0(pretrained, **{**small, **options})
