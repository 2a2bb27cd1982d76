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


ENCODER_CATALOGUE = (
    CatalogueEntry(
        identifier=DEMO_ENCODER,
        title="Demo encoder",
        download_megabytes=0,
        licence="MIT",
        speed="fast",
        purpose="The drawn demo scenes only, no real photos.",
    ),
    CatalogueEntry(
        identifier="MobileCLIP2-S0/dfndr2b",
        title="MobileCLIP2 S0",
        download_megabytes=300,
        licence="Apple AMLR (research)",
        speed="fast",
        purpose="Old laptops and a quick first look.",
        hub_repo="timm/MobileCLIP2-S0-OpenCLIP",
    ),
    CatalogueEntry(
        identifier="ViT-B-32/openai",
        title="CLIP ViT-B/32",
        download_megabytes=605,
        licence="MIT",
        speed="fast",
        purpose="Laptop without a GPU (recommended there).",
        hub_repo="timm/vit_base_patch32_clip_224.openai",
    ),
    CatalogueEntry(
        identifier="ViT-B-16/openai",
        title="CLIP ViT-B/16",
        download_megabytes=599,
        licence="MIT",
        speed="medium",
        purpose="One GPU (recommended there): finer snippets.",
        hub_repo="timm/vit_base_patch16_clip_224.openai",
    ),
    CatalogueEntry(
        identifier="ViT-L-14/openai",
        title="CLIP ViT-L/14",
        download_megabytes=1710,
        licence="MIT",
        speed="slow",
        purpose="Better labels, on a good GPU.",
        hub_repo="timm/vit_large_patch14_clip_224.openai",
    ),
    CatalogueEntry(
        identifier="RN50x64/openai",
        title="CLIP RN50x64 at 448 px",
        download_megabytes=2460,
        licence="MIT",
        speed="very slow",
        purpose="The paper's encoder, to reproduce its figures.",
        hub_repo="timm/resnet50x64_clip.openai",
    ),
)


def recommended_encoder(*, has_gpu: bool) -> str:
    """The catalogue's default for the machine."""
    return "ViT-B-16/openai" if has_gpu else "ViT-B-32/openai"
