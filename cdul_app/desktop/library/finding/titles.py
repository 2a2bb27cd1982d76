"""What the window calls the ways to restrict and to sort the photos."""

from cdul_app.language import tr, translatable
from cdul_app.measures.reviews import ReviewState
from cdul_app.project.finding.photo_filter import LabelWanted, SortKey

LABEL_TITLES = {  # to be translated with the name of the class
    LabelWanted.ANY: translatable("{name}: all photos"),
    LabelWanted.HAS: translatable("{name}: with the label"),
    LabelWanted.UNSURE: translatable("{name}: uncertain"),
    LabelWanted.LACKS: translatable("{name}: without the label"),
    LabelWanted.FALSE_POSITIVE: translatable("{name}: has it wrongly"),
    LabelWanted.FALSE_NEGATIVE: translatable("{name}: lacks it wrongly"),
}
STATE_TITLES: dict[ReviewState | None, str] = {
    None: tr("All"),
    ReviewState.UNREVIEWED: tr("Not answered"),
    ReviewState.ANSWERED: tr("Answered"),
    ReviewState.UNSURE: tr("Unsure"),
    ReviewState.DISAGREEMENT: tr("You disagree"),
    ReviewState.UNLABELLED: tr("Not labelled yet"),
    ReviewState.ERROR: tr("Unreadable"),
}
FLAGGED = tr("Flagged")
NEAR_DUPLICATES = tr("Near-duplicates")
ORDERS = {  # each with what it means
    SortKey.NAME: (tr("Name"), tr("By folder and file name")),
    SortKey.TAKEN: (
        tr("Date taken"),
        tr("As the camera's clock said; photos without a date come last"),
    ),
    SortKey.SCORE: (
        tr("Score"),
        tr("Of the chosen class; without one, of each photo's best class"),
    ),
    SortKey.UNCERTAINTY: (
        tr("Uncertainty"),
        tr(
            "Of the chosen class, from where its labels begin outwards; without one, how unsure "
            "the least sure label is"
        ),
    ),
    SortKey.MARGIN: (tr("Margin"), tr("How far the best class is above the second best")),
    SortKey.DISAGREEMENT: (
        tr("Disagreement"),
        tr("Of CLIP and classifier, on the class they differ most about"),
    ),
    SortKey.LIKELY_ERRORS: (tr("Likely errors"), tr("Labels that the trained classifier doubts")),
    SortKey.NOVELTY: (tr("Novelty"), tr("How unlike the photos you have answered")),
    SortKey.SIMILARITY: (tr("Similarity"), tr("How like what you searched for")),
}
