"""Lists of classes, and the texts that an encoder reads for them."""

from cdul_app.lazy_names import lazy_names

__getattr__, __dir__, __all__ = lazy_names(
    __name__,
    {
        "class_list": ("ClassDefinition", "checked_classes", "parse_class_lines", "preset_classes"),
        "class_spelling": ("name_synonyms", "spoken_name"),
        "class_checks": ("near_duplicates",),
        "prompts": ("class_prompts",),
    },
)
