"""Settings of a run: frozen, checked when made, each meaning beside its field.

"published" marks a setting of the CDUL paper, "ours" a choice of this program with its reason.
"""

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any, Self

from cdul_app.classes.class_list import DEFAULT_PROMPT, ClassDefinition
from cdul_app.classes.class_prompts import (
    NAME_STYLES,
    PHOTO_TEMPLATES,
    PHOTOS,
    RAW,
    SINGLE,
    SYNONYMS,
    TEMPLATE_LISTS,
    class_prompts,
)
from cdul_app.errors import SettingsError
from cdul_app.method.snippets import SnippetGrid
from cdul_app.method.view_plans import OverlappingGrid, ViewPlan, parse_grids
from cdul_app.method.view_presets import PAPER_VIEWS, preset_plan

DEVICES = ("auto", "cpu", "cuda", "mps")
FEATURE_HEAD = "features"

# `eta`, the height of the curve of method.refinement, by the name of the schedule; either moves the
# labels once an epoch after the warm-up.  "paper": psi as published, a normal density, which at
# sigma 0.2 moves an undecided label all the way to the classifier's answer.  "default", ours: at
# most a fifth of the way, so that one epoch's mistake can still be taken back by the next.
REFINEMENT_SCHEDULES: dict[str, float | None] = {"paper": None, "default": 0.2}


# What the paper does, for ScoringConfig; with DEFAULT_PROMPT.
PUBLISHED_PROMPTS: dict[str, Any] = {"templates": SINGLE, "names": RAW, "background": False}


def _require(condition: bool, sentence: str) -> None:
    if not condition:
        raise SettingsError(sentence)


@dataclass(frozen=True)
class ScoringConfig:
    """Stage 1, initialization."""

    encoder: str = "demo"  # NAME/PRETRAINED, hf-hub:..., local-dir:..., NAME@FILE or "demo"
    views: str = PAPER_VIEWS  # published: each encoded alone; figures: method.view_presets
    grid: SnippetGrid = field(default_factory=SnippetGrid)  # published: 3x3
    # Scored as well as `grid`; None: what the preset of `views` takes beside it.
    more_grids: tuple[SnippetGrid | OverlappingGrid, ...] | None = None
    zeta: float = 0.0  # ours: the paper's is not published; 0 measured best on real photos
    temperature: float | None = None  # None: the encoder's own 1 / logit_scale.exp()
    templates: str = PHOTOS  # ours: an average of eight, see PHOTO_TEMPLATES; “single”: `prompt`
    prompt: str = DEFAULT_PROMPT  # published, with a full stop as CLIP's authors write it
    names: str = SYNONYMS  # ours: names spelt out, and synonyms; “raw”: as they are shown
    # Ours: background words in every softmax.  On 500 real photos mAP of the initial labels rises
    # from 50.0 to 50.3, but OF1 at the automatic cuts falls from 66.4 to 64.6: off by default.
    background: bool = False
    device: str = "auto"
    batch_size: int | None = None  # views a batch; None: by device

    def __post_init__(self) -> None:
        _require(bool(self.encoder.strip()), "No encoder is chosen: choose one, or “demo”.")
        _require(
            math.isfinite(self.zeta) and 0 <= self.zeta <= 1,
            f"zeta lies between 0 and 1, not {self.zeta}.",
        )
        _require(
            self.temperature is None
            or (math.isfinite(self.temperature) and 0 < self.temperature <= 10),
            f"The temperature lies above 0 and up to 10 (CLIP: 0.01), not {self.temperature}.",
        )
        _require(
            "{}" in self.prompt,
            f"The prompt “{self.prompt}” has no {{}} for the class name: write, for example, "
            f"“{DEFAULT_PROMPT}”.",
        )
        _require(
            self.templates in TEMPLATE_LISTS,
            f"“{self.templates}” are no templates: choose one of {', '.join(TEMPLATE_LISTS)}.",
        )
        _require(
            self.names in NAME_STYLES,
            f"Classes are named in one of the ways {', '.join(NAME_STYLES)}, not “{self.names}”.",
        )
        _require_device(self.device)
        _require(
            self.batch_size is None or 1 <= self.batch_size <= 4096,
            f"A batch holds 1 to 4096 views, not {self.batch_size}.",
        )
        _ = self.plan  # raises SettingsError

    @property
    def plan(self) -> ViewPlan:
        """What is embedded of each photo."""
        return preset_plan(self.views, self.grid, self.more_grids)

    @property
    def prompt_templates(self) -> tuple[str, ...]:
        return PHOTO_TEMPLATES if self.templates == PHOTOS else (self.prompt,)

    def prompts_of(self, definitions: Sequence[ClassDefinition]) -> list[tuple[str, ...]]:
        """`class_prompts` by these settings."""
        return class_prompts(definitions, templates=self.prompt_templates, names=self.names)

    @property
    def preset(self) -> str:
        """Name of the preset whose settings these are, "own" where they are none's."""
        for name in SCORING_PRESETS:
            if self == scoring_preset(name, of=self):
                return name
        return "own"

    def to_dict(self) -> dict[str, Any]:
        more = None if self.more_grids is None else "+".join(map(str, self.more_grids))
        return {**asdict(self), "grid": str(self.grid), "more_grids": more}

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> "ScoringConfig":
        """Read back `to_dict`; fields that a later version wrote are passed over.

        Settings of a version before `templates` say what that version did: one template, names as
        they are shown, no background words.
        """
        if "prompt" in values and "templates" not in values:
            values = {**PUBLISHED_PROMPTS, **values}
        known = _known_fields(cls, values)
        if "grid" in known:
            known["grid"] = SnippetGrid.parse(known["grid"])
        if known.get("more_grids") is not None:
            known["more_grids"] = parse_grids(known["more_grids"]) if known["more_grids"] else ()
        return cls(**known)


SCORING_PRESETS = ("default", "paper")


def scoring_preset(name: str, *, of: ScoringConfig) -> ScoringConfig:
    """The settings of "default" or "paper", with the encoder and the machine's part of `of`.

    Raises SettingsError for another name.
    """
    machine: dict[str, Any] = {
        "encoder": of.encoder,
        "device": of.device,
        "batch_size": of.batch_size,
    }
    if name == "default":
        return ScoringConfig(**machine)
    if name == "paper":
        return ScoringConfig(**machine, **PUBLISHED_PROMPTS)  # the rest of the defaults is as well
    raise SettingsError(f"There is no scoring preset “{name}”: choose default or paper.")


@dataclass(frozen=True)
class TrainingConfig:
    """Stage 2, training and refinement."""

    classifier: str = FEATURE_HEAD  # "features", "resnet101" (published) or any timm name
    weights: str = ""  # a local timm checkpoint; empty: timm's own ImageNet weights
    epochs: int = 20  # ours for the feature head, an epoch takes well under a second
    warm_up_epochs: int = 5  # ours: the paper's is not published
    learning_rate: float = 1e-3  # ours for the feature head; paper preset 1e-5
    batch_size: int = 32
    weight_decay: float = 1e-2  # ours: keeps a head on few photos near the encoder's own answer
    sigma: float = 0.2  # ours: the paper's is not published
    eta: float | None = REFINEMENT_SCHEDULES["default"]  # None: the paper's normal density
    # ours: how much an answer counts in the loss, a pseudo label counts 1.  With 20 answers a class
    # near the cut, mAP on other photos of weights 0, 1, 3, 10, 100: VOC 52.7, 53.9, 54.2, 54.2,
    # 53.7; demo 75.7, 76.4, 76.5, 76.6, 76.6.
    answer_weight: float = 3.0
    # ours: decay of the averaged copy that refines and is kept, with a constant learning rate;
    # None, no copy and a falling rate (but for the paper's preset).  mAP on 500 VOC photos: the
    # feature head 58.3 either way; end to end (MobileNetV2, 112 px, 8 epochs, rate 2e-4) 32.1 with
    # 0.99, 26.0 without, 30.4 with the constant rate alone, 25.7 with 0.99 and a falling one.
    ema_decay: float | None = None
    # ours: settled epochs before it stops; None, all epochs are run.  Of 200 epochs on 500 VOC
    # photos it runs fewer for the same mAP (58.2 and 58.1 when all are run).
    patience: int | None = 5
    image_size: int = 224  # end-to-end classifiers only, pixels
    # ours, end-to-end classifiers only: a first classifier chooses extra snippets, see
    # tasks.train.cam_views, and costs the warm-up once more.  mAP of the labels on 500 photos 57.8
    # to 58.9 (random snippets 58.3), on 300 demo scenes 74.0 to 72.9.
    cam_views: bool = False
    seed: int = 0
    device: str = "auto"
    preset: str = "default"

    def __post_init__(self) -> None:
        _require(bool(self.classifier.strip()), "No classifier is chosen.")
        _require(1 <= self.epochs <= 10_000, f"Train 1 to 10,000 epochs, not {self.epochs}.")
        _require(
            0 <= self.warm_up_epochs <= self.epochs,
            f"Warm-up takes 0 to {self.epochs} of the epochs, not {self.warm_up_epochs}.",
        )
        _require(
            math.isfinite(self.learning_rate) and 0 < self.learning_rate <= 1,
            f"The learning rate lies above 0 and up to 1, not {self.learning_rate}.",
        )
        _require(
            1 <= self.batch_size <= 4096, f"A batch holds 1 to 4096 photos, not {self.batch_size}."
        )
        _require(
            math.isfinite(self.weight_decay) and 0 <= self.weight_decay <= 1,
            f"Weight decay lies between 0 and 1, not {self.weight_decay}.",
        )
        _require(
            math.isfinite(self.sigma) and 0 < self.sigma <= 10,
            f"sigma lies above 0 and up to 10, not {self.sigma}.",
        )
        _require(
            self.eta is None or 0 < self.eta <= 1, f"eta lies above 0 and up to 1, not {self.eta}."
        )
        _require(
            math.isfinite(self.answer_weight) and 0 <= self.answer_weight <= 1000,
            f"An answer weighs 0 to 1000 pseudo labels, not {self.answer_weight}.",
        )
        _require(
            self.ema_decay is None or 0 < self.ema_decay < 1,
            f"The decay of the averaged copy lies between 0 and 1, not {self.ema_decay}.",
        )
        _require(
            self.patience is None or 1 <= self.patience <= 10_000,
            f"Training stops after 1 to 10,000 settled epochs, not {self.patience}.",
        )
        _require(
            32 <= self.image_size <= 1024,
            f"The classifier's image size is 32 to 1024 pixels, not {self.image_size}.",
        )
        _require(
            not self.cam_views or self.end_to_end,
            "CAM views need a classifier that reads photos, such as resnet101: “features” reads "
            "stored embeddings.",
        )
        _require(0 <= self.seed < 2**31, f"The seed is 0 to 2,147,483,647, not {self.seed}.")
        _require_device(self.device)

    @property
    def end_to_end(self) -> bool:
        """Whether the classifier reads photos, not stored embeddings."""
        return self.classifier != FEATURE_HEAD

    @property
    def refinement(self) -> str:
        """Name of the schedule, "paper" or "default" ("own" for another height)."""
        named = [name for name, eta in REFINEMENT_SCHEDULES.items() if eta == self.eta]
        return named[0] if named else "own"

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> "TrainingConfig":
        return cls(**_known_fields(cls, values))

    def with_changes(self, **changes: Any) -> Self:
        return replace(self, **changes)


def training_preset(name: str, *, classifier: str | None = None) -> TrainingConfig:
    """The settings of "default" or "paper", for `classifier` where one is given.

    Raises SettingsError for another name.
    """
    if name == "paper":
        return TrainingConfig(
            classifier=classifier or "resnet101",  # published
            epochs=20,  # published
            warm_up_epochs=4,  # ours: not published
            learning_rate=1e-5,  # published: Adam 1e-5
            batch_size=8,  # published for VOC; 16 for COCO and NUS
            weight_decay=0.0,  # published: plain Adam
            sigma=0.2,  # ours: not published
            eta=REFINEMENT_SCHEDULES["paper"],  # published form of psi
            ema_decay=None,  # published: the classifier itself
            patience=None,  # published: all epochs
            image_size=448,  # published
            preset="paper",
        )
    if name == "default":
        if classifier is None or classifier == FEATURE_HEAD:
            return TrainingConfig()
        return TrainingConfig(
            classifier=classifier,
            epochs=20,
            warm_up_epochs=4,
            learning_rate=1e-4,  # ours: AdamW, ten times the paper's, for the smaller input
            batch_size=16,
            weight_decay=1e-2,
            ema_decay=0.99,  # ours: see the field
        )
    raise SettingsError(f"There is no training preset “{name}”: choose default or paper.")


def _require_device(device: str) -> None:
    _require(device in DEVICES, f"“{device}” is not a device: choose one of {', '.join(DEVICES)}.")


def _known_fields(cls: type[Any], values: dict[str, Any]) -> dict[str, Any]:
    names = {item.name for item in fields(cls)}
    return {name: value for name, value in values.items() if name in names}
