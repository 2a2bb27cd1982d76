"""What the record of a run says: stored in English, told in the person's language."""

from cdul_app.language import retell, translatable

TOO_FEW = translatable("They are too few to teach each other: labels stay as they were.")
FINISHED, CANCELLED = translatable("It finished."), translatable("It was cancelled.")
_SENTENCES = (
    TOO_FEW,
    FINISHED,
    CANCELLED,
    translatable("Labelled 1 photo for 1 class."),
    translatable("Labelled 1 photo for {classes} classes."),
    translatable("Labelled {photos} photos for 1 class."),
    translatable("Labelled {photos} photos for {classes} classes."),
    translatable("Labelled 1 photo for 1 class, {skipped} skipped."),
    translatable("Labelled 1 photo for {classes} classes, {skipped} skipped."),
    translatable("Labelled {photos} photos for 1 class, {skipped} skipped."),
    translatable("Labelled {photos} photos for {classes} classes, {skipped} skipped."),
    translatable("Trained on 1 photo."),
    translatable("Trained on {photos} photos."),
    translatable("Trained on 1 photo. {why}"),
    translatable("Trained on {photos} photos. {why}"),
    translatable("All epochs are done."),
    translatable("Labels and loss had settled after {epoch} of {epochs} epochs."),
    translatable(
        "The most similar photos agree with the labels by {similar} %, all photos together by "
        "{together} %: either counts half of that."
    ),
    translatable("Labelled {photos} photos of {folder}, {skipped} skipped; written to {file}."),
    translatable("Labelled {photos} photos of {folder}; written to {file}."),
    translatable("Labelled {photos} photos of {folder}, {skipped} skipped."),
    translatable("Labelled {photos} photos of {folder}."),
    translatable("Labeling {folder} was stopped before anything was written."),
    translatable("Labeling {folder} was stopped. {file} was there before, and is as it was."),
    translatable(
        "Labeling {folder} was stopped: the labels of {done} of its {photos} photos are in {file}."
    ),
    translatable("Made a project of {folder} with {photos} labelled photos."),
)


def run_in_words(told: str) -> str:
    """A run's summary, or why it ended, as a person is told of it."""
    return retell(told, _SENTENCES)
