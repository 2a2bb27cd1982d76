"""Words for what is on most photos: beside them it shows what texts of classes have in common."""

REFERENCE_WORDS = (
    "sky", "cloud", "wall", "floor", "ceiling", "window", "curtain", "carpet", "building", "street",
    "road", "fence", "ground", "grass", "field", "trees", "forest", "leaves", "rock", "mountain",
    "sand", "snow", "water", "background",
)  # fmt: skip
