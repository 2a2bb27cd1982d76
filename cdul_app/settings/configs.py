"""Settings of a run: frozen, checked when made; each field says what it means and where it shows.

"Published" marks a setting of the CDUL paper, "Ours" a choice of this program with its reason.
A preset is nothing but values of fields.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Self

from cdul_app.classes.class_list import DEFAULT_PROMPT, MAX_PROMPT_LENGTH, ClassDefinition
from cdul_app.classes.prompts import (
    PHOTO_TEMPLATES,
    PHOTOS,
    RAW,
    SINGLE,
    SYNONYMS,
    class_prompts,
)
from cdul_app.errors import SettingsError
from cdul_app.language import tr
from cdul_app.method.snippets import SnippetGrid
from cdul_app.method.view_plans import OverlappingGrid, ViewPlan, parse_grids
from cdul_app.method.view_presets import PAPER_VIEWS, VIEW_PRESETS, preset_plan
from cdul_app.settings.encoder_catalogue import ENCODER_WITHOUT_GPU
from cdul_app.settings.fields import (
    Bounds,
    Option,
    check_settings,
    known_values,
    setting,
    settings_of,
    whole,
)

DEVICES = {  # and their titles
    "auto": "Automatic",
    "cpu": "Processor (CPU)",
    "cuda": "NVIDIA GPU (CUDA)",
    "mps": "Apple GPU (Metal)",
}
FEATURES = "features"  # neighbours and a student on stored embeddings
OWN = "own"  # what settings that are no preset's are called

# `eta`, the height of the curve of method.refinement, by the name of the schedule; either moves the
# labels once an epoch after the warm-up.  "paper": psi as published, a normal density, which at
# sigma 0.2 moves an undecided label all the way to the classifier's answer.  "default", ours: at
# most a fifth of the way, so that one epoch's mistake can still be taken back by the next.
REFINEMENT_SCHEDULES: dict[str, float | None] = {"paper": None, "default": 0.2}

AUTO = "auto"  # a choice left to the app
# Of the learning rate: half a cosine down to 0, or none; automatic, it falls unless a copy is
# averaged, which takes the place of small last steps.
COSINE, CONSTANT = "cosine", "constant"


def _device() -> Any:
    meaning = "What computes. Automatic: the graphics card (GPU) where there is one."
    return setting("auto", "Device", meaning, "Ours", DEVICES, Option(), kept=True)


@dataclass(frozen=True)
class ScoringConfig:
    """Stage 1, initialization."""

    # A table: default and title, meaning, source, what it takes and where it shows.
    # fmt: off
    encoder: str = setting(ENCODER_WITHOUT_GPU, "Encoder",
        "NAME/PRETRAINED, hf-hub:…, local-dir:…, NAME@FILE or demo; see “cdul-app encoders”.",
        "Published: RN50x64/openai", option=Option("ID", default="one that suits the machine"),
        basic=True, kept=True)
    views: str = setting(AUTO, "Views",  # figures: method.view_presets
        "How the parts of a photo are looked at: each on its own, or all in one pass.",
        "Published: separate views. Ours: the best that take a few minutes",
        {AUTO: "Automatic", **{name: preset.title for name, preset in VIEW_PRESETS.items()}},
        Option(help=f"{AUTO}: best where this computer labels all photos so within ten minutes, "
            "else paper. "
            + " ".join(f"{name}: {each.meaning}" for name, each in VIEW_PRESETS.items())))
    grid: SnippetGrid = setting(SnippetGrid(), "Snippet grid",  # noqa: RUF009 - it is frozen
        "Into how many rows and columns of parts a photo is cut. More parts find smaller things, "
        "and take longer.",
        "Published: 3 × 3",
        option=Option("RxC[+RxC…]", "Several grids with + between them, “3x3half” for parts that "
            "overlap by half.",
            "3x3, and what --views adds to it"))
    # Scored as well as `grid`; None: what the preset of `views` takes beside it.
    more_grids: tuple[SnippetGrid | OverlappingGrid, ...] | None = setting(None, "More grids",
        hidden="the form has one grid; --grid takes several")
    zeta: float = setting(0.0, "zeta",
        "How sure of a class the surest part of a photo must be to speak for the photo. Below "
        "that the least sure part does. 0: always the surest.",
        "Ours: the paper's value is not published; 0 measured best on real photos",
        Bounds(0, 1), Option("Z"))
    temperature: float | None = setting(None, "Temperature",  # None: 1 / logit_scale.exp()
        "How clearly one class wins over the others: smaller is more decided. Auto: the encoder's "
        "own, about 0.01, or 5 times that where the classes separate.",
        "Published: the encoder's own. Ours: softer where labels gain by it",
        Bounds(0, 10, above=True), Option("T", words={"auto": None}), empty="Auto")
    templates: str = setting(PHOTOS, "Prompt templates",
        "What photos are compared with: one sentence of yours about a class, or the average of "
        "several. Classes with sentences of their own keep those.",
        "Published: one. Ours: the average of\n" + "\n".join(PHOTO_TEMPLATES),
        {SINGLE: "One", PHOTOS: f"Average of {len(PHOTO_TEMPLATES)}"}, Option())
    # With a full stop as CLIP's authors write it.
    prompt: str = setting(DEFAULT_PROMPT, "Prompt template",
        "The one sentence; {} stands for the class's name.", f"Published: “{DEFAULT_PROMPT}”",
        option=Option("TEXT"))
    names: str = setting(SYNONYMS, "Class names",
        "How a name is written in these sentences; you see it as you wrote it.",
        "Published: as shown. Ours: “pottedplant” is “potted plant”, and “sofa” also “couch”.",
        {SYNONYMS: "Spelt, with synonyms", RAW: "As shown"}, Option())
    device: str = _device()
    batch_size: int | None = setting(None, "Batch", takes=whole(1, 4096), empty="By device",
        hidden="it changes no result; what a device takes at once is found by trying", kept=True)
    # fmt: on

    def __post_init__(self) -> None:
        if not self.encoder.strip():
            raise SettingsError(tr("No encoder is chosen: choose one."))
        check_settings(self)
        if "{}" not in self.prompt:
            raise SettingsError(
                tr(
                    "The prompt “{prompt}” has no {{}} for the class name: write, for example, "
                    "“{default_prompt}”.",
                    prompt=self.prompt,
                    default_prompt=DEFAULT_PROMPT,
                )
            )
        if len(self.prompt) > MAX_PROMPT_LENGTH:
            raise SettingsError(
                tr(
                    "The prompt is longer than {most} characters: shorten it.",
                    most=MAX_PROMPT_LENGTH,
                )
            )
        _ = self.plan  # raises SettingsError

    @property
    def plan(self) -> ViewPlan:
        """What is embedded of each photo; before automatic views are chosen (see
        project.labeling.view_choice) the paper's."""
        views = PAPER_VIEWS if self.views == AUTO else self.views
        return preset_plan(views, self.grid, self.more_grids)

    @property
    def prompt_templates(self) -> tuple[str, ...]:
        return PHOTO_TEMPLATES if self.templates == PHOTOS else (self.prompt,)

    def prompts_of(self, definitions: Sequence[ClassDefinition]) -> list[tuple[str, ...]]:
        """`class_prompts` by these settings."""
        return class_prompts(definitions, templates=self.prompt_templates, names=self.names)

    @property
    def preset(self) -> str:
        """Name of the preset whose settings these are, OWN where they are none's."""
        presets = (name for name in SCORING_PRESETS if self == scoring_preset(name, of=self))
        return next(presets, OWN)

    def to_dict(self) -> dict[str, Any]:
        more = None if self.more_grids is None else "+".join(map(str, self.more_grids))
        return {**asdict(self), "grid": str(self.grid), "more_grids": more}

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> "ScoringConfig":
        """Read back `to_dict`; fields that a later version wrote are passed over.

        Settings of a version before `templates` or `views` say what that version did: one
        template, names as they are shown, each view on its own.
        """
        if "prompt" in values and "templates" not in values:
            values = {**PUBLISHED_PROMPTS, **values}
        if "prompt" in values and "views" not in values:
            values = {**values, "views": PAPER_VIEWS}
        if values.get("names") == _SPELT:
            values = {**values, "names": SYNONYMS}
        known = known_values(cls, values)
        if "grid" in known:
            known["grid"] = SnippetGrid.parse(known["grid"])
        if known.get("more_grids") is not None:
            known["more_grids"] = parse_grids(known["more_grids"]) if known["more_grids"] else ()
        return cls(**known)


_SPELT = "spelling"  # a way to name classes that versions before had; it gained nothing over RAW
# What the paper does, with the defaults of the other fields.
PUBLISHED_PROMPTS: dict[str, Any] = {"templates": SINGLE, "names": RAW}
SCORING_PRESETS: dict[str, dict[str, Any]] = {
    "default": {},
    "paper": {**PUBLISHED_PROMPTS, "views": PAPER_VIEWS},
}


def scoring_preset(name: str, *, of: ScoringConfig) -> ScoringConfig:
    """The settings of a preset, with the encoder and the machine's part of `of`.

    Raises SettingsError for another name.
    """
    kept = {key: getattr(of, key) for key, item in settings_of(ScoringConfig).items() if item.kept}
    return ScoringConfig(**_preset("scoring", SCORING_PRESETS, name), **kept)


@dataclass(frozen=True)
class TrainingConfig:
    """Stage 2, training and refinement."""

    # fmt: off
    classifier: str = setting(FEATURES, "Classifier",
        "features: the photos refine each other's labels by what is stored of them, in seconds on "
        "a CPU; others learn from the photos themselves, want a GPU and thousands of photos: of "
        "500 they end far below the labels they learn from.", "Published: resnet101",
        option=Option("features|resnet101|TIMM_NAME",
            default="features, with --preset paper resnet101"), basic=True, kept=True)
    weights: str = setting("", "Weights",
        "A file on this computer with a network to start from. Without one: a network trained on "
        "ImageNet, downloaded once.",
        option=Option("FILE", is_path=True), basic=True, kept=True, end_to_end=True)
    epochs: int = setting(20, "Epochs", "How often training goes through all photos.",
        "Published: 20", whole(1, 10_000), Option("N"), end_to_end=True)
    warm_up_epochs: int = setting(4, "Warm-up epochs",
        "How many of these rounds learn from the labels before any label may move.",
        "Ours: the paper's is not published", whole(0, 10_000), end_to_end=True)
    learning_rate: float = setting(1e-4, "Learning rate",
        "How large each step of learning is: large ones are unsteady, small ones slow.",
        "Published: 1e-05; ours: 0.0001, for the smaller input", Bounds(0, 1, above=True),
        end_to_end=True)
    schedule: str = setting(AUTO, "Rate over time",
        "Whether steps get smaller towards the end. Automatic: yes, unless there is averaging.",
        "Published: none is told, so constant; ours: automatic",
        {AUTO: "Automatic", COSINE: "Falls to 0", CONSTANT: "Constant"}, end_to_end=True)
    batch_size: int = setting(16, "Batch",
        "How many photos each step learns from. More take more memory.",
        "Published: 8 for VOC, 16 for COCO; ours: 16", whole(1, 4096), end_to_end=True)
    weight_decay: float = setting(1e-2, "Weight decay",
        "How strongly the classifier is held back from extremes; it helps where photos are few.",
        "Published: none (plain Adam); ours: 0.01", Bounds(0, 1), end_to_end=True)
    sigma: float = setting(0.2, "sigma",
        "How undecided a label must be to move: the larger, the more labels do.",
        "Ours: the paper's is not published", Bounds(0, 10, above=True), end_to_end=True)
    eta: float | None = setting(REFINEMENT_SCHEDULES["default"], "eta",
        "How far an undecided label moves in a round. Empty: as in the paper, all the way to what "
        "the classifier says.",
        "Ours: slow, even refinement; empty is the published form", Bounds(0, 1, above=True),
        Option(help="“default” is at most a fifth of the way.", default="the preset's",
            name="refinement", words=REFINEMENT_SCHEDULES), empty="Paper", end_to_end=True)
    answer_weight: float = setting(3.0, "Weight of an answer",
        "As how many labels of the machine one answer of yours counts.",
        "Ours: the paper has no answers", Bounds(0, 1000), end_to_end=True)
    # mAP on 500 VOC photos (MobileNetV2, 112 px, 8 epochs, rate 2e-4) 32.1 with 0.99, 26.0 without,
    # 30.4 with the constant rate alone, 25.7 with 0.99 and a falling one.
    ema_decay: float | None = setting(0.99, "Averaging",
        "A running average of the classifier is steadier than its last step: 0.99 follows slowly, "
        "0.9 quickly.",
        "Published: none; ours: 0.99", Bounds(0, 1, above=True, below=True), empty="Off",
        end_to_end=True)
    patience: int | None = setting(5, "Stop when settled",
        "Stop early once nothing has changed for so many rounds.",
        "Published: all epochs are run; ours: 5", whole(1, 10_000),
        Option("N", default="5, with --preset paper never"), empty="Never", end_to_end=True)
    image_size: int = setting(224, "Image size",
        "To how many pixels a side photos are shrunk. More show smaller things, and take longer.",
        "Published: 448; ours: 224", whole(32, 1024), end_to_end=True)
    # A checkpoint whose scales are folded into its weights is lost without its own statistics.
    freeze_statistics: bool = setting(True, "Keep statistics",
        "Go on with the averages that the network was made with: few photos give worse ones.",
        "Ours: 16 photos measure mean and variance worse than ImageNet did", end_to_end=True)
    start_bias: bool = setting(True, "Start at mean labels",
        "Begin with how common each class is, not with even odds.",
        "Ours: else the first epochs go into learning that most are absent", end_to_end=True)
    seed: int = setting(0, "Seed",
        "The same number gives the same result on the same machine.", "Ours", whole(0, 2**31 - 1),
        Option("S"), kept=True)
    device: str = _device()
    # fmt: on

    def __post_init__(self) -> None:
        if not self.classifier.strip():
            raise SettingsError(tr("No classifier is chosen: choose one, or “features”."))
        check_settings(self)
        if self.warm_up_epochs > self.epochs:
            raise SettingsError(
                tr(
                    "Warm-up takes 0 to {epochs} of the epochs, not {warm_up_epochs}.",
                    epochs=self.epochs,
                    warm_up_epochs=self.warm_up_epochs,
                )
            )

    @property
    def end_to_end(self) -> bool:
        """Whether the classifier reads photos, not stored embeddings."""
        return self.classifier != FEATURES

    @property
    def rate_falls(self) -> bool:
        """Whether `schedule` takes the learning rate down to 0."""
        return self.schedule == COSINE or (self.schedule == AUTO and self.ema_decay is None)

    @property
    def preset(self) -> str:
        """Name of the preset whose settings these are, OWN where they are none's; what means
        nothing to the classifier is passed over."""
        passed_over = {
            name: getattr(self, name)
            for name, item in settings_of(TrainingConfig).items()
            if item.kept or (item.end_to_end and not self.end_to_end)
        }
        for name in TRAINING_PRESETS:
            if self == replace(training_preset(name, classifier=self.classifier), **passed_over):
                return name
        return OWN

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> "TrainingConfig":
        """Read back `to_dict`; fields that a later version wrote are passed over.

        A version that kept the name of a preset trained by it what are fields now.
        """
        if values.get(_PRESET_OF_BEFORE) == "paper":
            values = {**_PUBLISHED_STEPS, **values}
        return cls(**known_values(cls, values))

    def dicts_of_before(self) -> list[dict[str, Any]]:
        """What versions that kept the name of a preset wrote for these settings; empty where they
        had no such ones."""
        rest = {k: v for k, v in self.to_dict().items() if k not in _PUBLISHED_STEPS}
        named = [{**rest, _PRESET_OF_BEFORE: name} for name in ("default", OWN, "paper")]
        return [values for values in named if TrainingConfig.from_dict(values) == self]

    def with_changes(self, **changes: Any) -> Self:
        return replace(self, **changes)


_PRESET_OF_BEFORE = "preset"
_PUBLISHED_STEPS: dict[str, Any] = {
    "schedule": CONSTANT,
    "freeze_statistics": False,
    "start_bias": False,
}
_PAPER: dict[str, Any] = {
    **_PUBLISHED_STEPS,
    "epochs": 20,
    "warm_up_epochs": 4,  # ours: not published
    "learning_rate": 1e-5,
    "batch_size": 8,  # published for VOC; 16 for COCO and NUS
    "weight_decay": 0.0,
    "eta": REFINEMENT_SCHEDULES["paper"],
    "ema_decay": None,
    "patience": None,
    "image_size": 448,
}
_CLASSIFIERS = {"default": FEATURES, "paper": "resnet101"}
TRAINING_PRESETS: dict[str, dict[str, Any]] = {"default": {}, "paper": _PAPER}


def training_preset(name: str, *, classifier: str | None = None) -> TrainingConfig:
    """The settings of a preset, for `classifier` where one is given.

    Raises SettingsError for another name.
    """
    values = _preset("training", TRAINING_PRESETS, name)
    return TrainingConfig(classifier=classifier or _CLASSIFIERS[name], **values)


def _preset(kind: str, presets: Mapping[str, Any], name: str) -> Any:
    if name not in presets:
        known = " or ".join(presets)
        raise SettingsError(
            tr(
                "There is no {kind} preset “{name}”: choose {known}.",
                kind=kind,
                name=name,
                known=known,
            )
        )
    return presets[name]
