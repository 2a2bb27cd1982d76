"""Labels from a folder of PASCAL VOC XML."""

from pathlib import Path

from cdul_app.errors import LabelFileError, in_words
from cdul_app.formats.read_labels import ReadLabels, labels_of_lists
from cdul_app.formats.xml_input import read_xml
from cdul_app.language import tr

VOC_SUBFOLDER = "Annotations"
MOST_FILES = 100_000


def read_voc_xml(folder: Path) -> ReadLabels:
    """Read a folder of PASCAL VOC annotations, or the VOC folder that holds “Annotations”.

    A photo has a class where an object of that name is annotated and not marked difficult, as in
    the challenge's own lists; a class that no file names is not compared.  The photo is the one of
    the <filename> element, or of the XML file's own name with .jpg.
    Raises LabelFileError, with the file, where one cannot be used.
    """
    inside = folder / VOC_SUBFOLDER
    place = inside if inside.is_dir() else folder
    try:
        files = sorted(file for file in place.iterdir() if file.suffix.lower() == ".xml")
    except OSError as error:
        raise LabelFileError(
            tr(
                "The folder {place} cannot be read ({why}): check its permissions and its disk.",
                place=place,
                why=in_words(error),
            )
        ) from error
    if not files:
        raise LabelFileError(
            tr(
                "The folder {place} holds no XML files: choose the folder “{voc_subfolder}” of a "
                "PASCAL VOC data set, or another file of labels.",
                place=place,
                voc_subfolder=VOC_SUBFOLDER,
            )
        )
    if len(files) > MOST_FILES:
        raise LabelFileError(
            tr(
                "The folder {place} holds {files} XML files, and {most_files} is the most that is "
                "read: leave there those of your photos.",
                place=place,
                files=len(files),
                most_files=MOST_FILES,
            )
        )
    images: list[tuple[str, list[str]]] = []
    names: list[str] = []
    for file in files:
        image, present, mentioned = _read_voc_file(file)
        images.append((image, present))
        names += mentioned
    return labels_of_lists(images, names, place)


def _read_voc_file(file: Path) -> tuple[str, list[str], list[str]]:
    """Name of the photo, the classes in it, and those that are only mentioned as difficult too."""
    root = read_xml(file)
    if root.tag != "annotation":
        raise LabelFileError(
            tr(
                "{file} is not a PASCAL VOC annotation (its root is <{tag}>): remove it.",
                file=file,
                tag=root.tag[:40],
            )
        )
    present, mentioned = [], []
    for item in root.iter("object"):
        name = (item.findtext("name") or "").strip()
        if not name:
            raise LabelFileError(
                tr("An object of the annotation {file} has no name: correct it.", file=file)
            )
        mentioned.append(name)
        if (item.findtext("difficult") or "0").strip() != "1":
            present.append(name)
    image = (root.findtext("filename") or "").strip()
    return image or f"{file.stem}.jpg", present, mentioned
