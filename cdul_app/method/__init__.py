"""The method (CDUL, ICCV 2023) on plain arrays, from cosines to refined pseudo labels."""

from cdul_app.lazy_names import lazy_names

__getattr__, __dir__, __all__ = lazy_names(
    __name__,
    {
        "snippets": ("SnippetGrid",),
        "view_plans": ("ViewPlan",),
        "view_presets": ("preset_plan",),
        "similarity": ("class_similarities", "view_cosines"),
        "encoder_checks": ("check_temperature",),
        "evidence": ("view_similarities",),
        "aggregation": ("aggregate_local", "combine_global_local"),
        "refinement": (
            "logits_to_probabilities", "probabilities_to_logits", "refine_pseudo_labels",
            "refinement_rate",
        ),
        "neighbours": ("ReferencePhotos", "neighbour_labels"),
        "student": ("class_attention_pool", "fit_student", "student_folds"),
        "collection_refinement": ("VoiceWeights", "keep_distribution"),
        "stopping": ("has_settled",),
        "heat_maps": ("heat_map",),
    },
)  # fmt: skip
