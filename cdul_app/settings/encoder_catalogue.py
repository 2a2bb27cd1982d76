"""The short curated list of encoders; any other open_clip id works as well.

Three of them are what a person chooses between: *Quick*, *Good* and *Best*.  They are of one
family and licence, and each is more accurate than the one before it.  *Any language* stands beside
them where class names are not in English.  It is the smallest that reads other languages, sees as
small things as *Good* and has a free licence: MetaCLIP 2 and NLLB-CLIP may not be used for money.
MobileCLIP2 S0, though smaller, takes longer than ViT-B/32 on a processor, and may be used for
research only.
"""

from dataclasses import dataclass

from cdul_app.language import tr, translatable

DEMO_ENCODER = "demo"
ENCODER_WITHOUT_GPU, ENCODER_WITH_GPU = "ViT-B-32/openai", "ViT-B-16/openai"


@dataclass(frozen=True)
class CatalogueEntry:
    identifier: str  # what `--encoder` takes
    title: str
    download_megabytes: int  # as published by the hub, rounded; 0: bundled
    licence: str
    # Time of a view beside that of ViT-B/32, measured on one CPU core with random weights (see
    # tests/benchmarks/bench_encoder_costs.py); 0: not known.
    cost: float
    purpose: str
    hub_repo: str = ""  # where its weights lie on the Hugging Face hub; empty: bundled
    quality: str = ""  # what it is called where people choose; empty: not offered there

    @property
    def speed(self) -> str:
        """On a laptop."""
        steps = ((1.5, tr("fast")), (6, tr("medium")), (30, tr("slow")))
        return next((word for most, word in steps if self.cost <= most), tr("very slow"))


# fmt: off
ENCODER_CATALOGUE = (
    CatalogueEntry(DEMO_ENCODER, translatable("Demo encoder"), 0, "MIT", 0,
        translatable("The drawn demo scenes only, no real photos.")),
    CatalogueEntry(ENCODER_WITHOUT_GPU, "CLIP ViT-B/32", 605, "MIT", 1,
        translatable("A first look, also without a graphics card."),
        "timm/vit_base_patch32_clip_224.openai", translatable("Quick")),
    CatalogueEntry(ENCODER_WITH_GPU, "CLIP ViT-B/16", 599, "MIT", 4.25,
        translatable("Sees smaller things than Quick."),
        "timm/vit_base_patch16_clip_224.openai", translatable("Good")),
    CatalogueEntry("ViT-L-14/openai", "CLIP ViT-L/14", 1710, "MIT", 19,
        translatable("The most accurate; wants a good graphics card."),
        "timm/vit_large_patch14_clip_224.openai", translatable("Best")),
    CatalogueEntry("ViT-B-16-SigLIP2-256/webli", "SigLIP 2 ViT-B/16", 1535, "Apache 2.0", 5.5,
        translatable("For class names in other languages than English."),
        "timm/ViT-B-16-SigLIP2-256", translatable("Any language")),
    CatalogueEntry("MobileCLIP2-S0/dfndr2b", "MobileCLIP2 S0", 300, "Apple AMLR (research)", 1.16,
        translatable("The smallest download; for research only."), "timm/MobileCLIP2-S0-OpenCLIP"),
    CatalogueEntry("RN50x64/openai", "CLIP RN50x64 at 448 px", 2460, "MIT", 54,
        translatable("The paper's encoder, to reproduce its figures."),
        "timm/resnet50x64_clip.openai"),
)
# fmt: on
QUALITIES = tuple(entry for entry in ENCODER_CATALOGUE if entry.quality)
(ANY_LANGUAGE,) = (entry for entry in QUALITIES if entry.quality == "Any language")


def catalogue_entry(identifier: str) -> CatalogueEntry | None:
    """None for an encoder that is not in the catalogue."""
    return next((entry for entry in ENCODER_CATALOGUE if entry.identifier == identifier), None)


def recommended_encoder(*, has_gpu: bool) -> str:
    """The catalogue's default for the machine."""
    return ENCODER_WITH_GPU if has_gpu else ENCODER_WITHOUT_GPU
