"""How good scores and labels are, and which score is enough for a label."""

from cdul_app.lazy_names import lazy_names

__getattr__, __dir__, __all__ = lazy_names(
    __name__,
    {
        "label_kinds": ("LabelKind",),
        "metrics": (
            "average_precision", "best_thresholds", "calibration_error", "class_f1", "macro_f1",
            "mean_average_precision", "overall_f1", "per_class_average_precision", "per_class_f1",
            "per_class_precision_recall", "precision_recall_curve",
        ),
        "evaluation": ("evaluate_labels",),
        "thresholds": ("label_free_threshold", "pooled_threshold", "separability"),
        "calibration": ("calibrate_threshold",),
        "reviews": ("predicted_classes", "uncertainty"),
        "likely_errors": ("label_doubt", "photo_doubt"),
        "label_report": ("class_report",),
        "sample_design": ("draw_design", "next_question"),
        "collection_statistics": ("class_statistics", "co_occurrence"),
    },
)  # fmt: skip
