"""The short curated list of encoders the chooser shows; any other open_clip id works as well."""

from dataclasses import dataclass

DEMO_ENCODER = "demo"


@dataclass(frozen=True)
class CatalogueEntry:
    identifier: str  # what `--encoder` takes
    title: str
    download_megabytes: int  # as published by the hub, rounded; 0: bundled
    licence: str
    speed: str  # "fast", "medium", "slow", "very slow" on a laptop
    purpose: str
    hub_repo: str = ""  # where its weights lie on the Hugging Face hub; empty: bundled


# fmt: off
ENCODER_CATALOGUE = (
    CatalogueEntry(DEMO_ENCODER, "Demo encoder", 0, "MIT", "fast",
        "The drawn demo scenes only, no real photos."),
    CatalogueEntry("MobileCLIP2-S0/dfndr2b", "MobileCLIP2 S0", 300, "Apple AMLR (research)", "fast",
        "Old laptops and a quick first look.", "timm/MobileCLIP2-S0-OpenCLIP"),
    CatalogueEntry("ViT-B-32/openai", "CLIP ViT-B/32", 605, "MIT", "fast",
        "Laptop without a GPU (recommended there).", "timm/vit_base_patch32_clip_224.openai"),
    CatalogueEntry("ViT-B-16/openai", "CLIP ViT-B/16", 599, "MIT", "medium",
        "One GPU (recommended there): finer snippets.", "timm/vit_base_patch16_clip_224.openai"),
    CatalogueEntry("ViT-L-14/openai", "CLIP ViT-L/14", 1710, "MIT", "slow",
        "Better labels, on a good GPU.", "timm/vit_large_patch14_clip_224.openai"),
    CatalogueEntry("RN50x64/openai", "CLIP RN50x64 at 448 px", 2460, "MIT", "very slow",
        "The paper's encoder, to reproduce its figures.", "timm/resnet50x64_clip.openai"),
)
# fmt: on


def recommended_encoder(*, has_gpu: bool) -> str:
    """The catalogue's default for the machine."""
    return "ViT-B-16/openai" if has_gpu else "ViT-B-32/openai"
