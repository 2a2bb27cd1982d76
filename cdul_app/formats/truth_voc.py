"""Truth from a folder of PASCAL VOC XML."""

from pathlib import Path
from xml.etree import ElementTree

from cdul_app.errors import TruthError
from cdul_app.formats.truth_table import Truth, truth_of

VOC_SUBFOLDER = "Annotations"


def read_truth_voc(folder: Path) -> Truth:
    """Read a folder of PASCAL VOC annotations, or the VOC folder that holds “Annotations”.

    A photo has a class where an object of that name is annotated and not marked difficult, as in
    the challenge's own lists; a class that no file names is not compared.  The photo is the one of
    the <filename> element, or of the XML file's own name with .jpg.
    Raises TruthError, with the file, where one cannot be used.
    """
    inside = folder / VOC_SUBFOLDER
    place = inside if inside.is_dir() else folder
    try:
        files = sorted(file for file in place.iterdir() if file.suffix.lower() == ".xml")
    except OSError as error:
        raise TruthError(f"The folder {place} cannot be read ({error.strerror}).") from error
    if not files:
        raise TruthError(
            f"The folder {place} holds no XML files: choose the folder “{VOC_SUBFOLDER}” of a "
            "PASCAL VOC data set, or another file of true labels."
        )
    images: list[tuple[str, list[str]]] = []
    names: list[str] = []
    for file in files:
        image, present, mentioned = _read_voc_file(file)
        images.append((image, present))
        names += mentioned
    return truth_of(images, names, place)


def _read_voc_file(file: Path) -> tuple[str, list[str], list[str]]:
    """Name of the photo, the classes in it, and those that are only mentioned as difficult too."""
    try:
        root = ElementTree.parse(file).getroot()
    except (OSError, ElementTree.ParseError) as error:
        raise TruthError(f"The annotation {file} cannot be read ({error}): remove it.") from error
    if root.tag != "annotation":
        raise TruthError(
            f"{file} is not a PASCAL VOC annotation (its root is <{root.tag}>): remove it."
        )
    present, mentioned = [], []
    for item in root.iter("object"):
        name = (item.findtext("name") or "").strip()
        if not name:
            raise TruthError(f"An object of the annotation {file} has no name: correct it.")
        mentioned.append(name)
        if (item.findtext("difficult") or "0").strip() != "1":
            present.append(name)
    image = (root.findtext("filename") or "").strip()
    return image or f"{file.stem}.jpg", present, mentioned
