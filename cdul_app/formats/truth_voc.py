"""Truth from a folder of PASCAL VOC XML."""

from pathlib import Path
from xml.etree import ElementTree

from cdul_app.errors import TruthError, in_words
from cdul_app.formats.truth_table import Truth, truth_of
from cdul_app.input_files import MOST_CARD_BYTES, read_input

VOC_SUBFOLDER = "Annotations"
MOST_FILES = 100_000


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
        raise TruthError(
            f"The folder {place} cannot be read ({in_words(error)}): check its permissions and its "
            "disk."
        ) from error
    if not files:
        raise TruthError(
            f"The folder {place} holds no XML files: choose the folder “{VOC_SUBFOLDER}” of a "
            "PASCAL VOC data set, or another file of true labels."
        )
    if len(files) > MOST_FILES:
        raise TruthError(
            f"The folder {place} holds {len(files):,} XML files, and {MOST_FILES:,} is the most "
            "that is read: leave there those of your photos."
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
        content = read_input(file, most_bytes=MOST_CARD_BYTES)
        # An entity can stand for gigabytes; annotations have none.  In UTF-16 zeros are between.
        if b"<!ENTITY" in content.replace(b"\0", b""):
            raise ValueError("it defines entities")
        root = ElementTree.fromstring(content)
    # An encoding that is unknown is a LookupError, one that expat does not take a ValueError.
    except (OSError, ElementTree.ParseError, LookupError, ValueError) as error:
        raise TruthError(
            f"The annotation {file} cannot be read ({in_words(error)}): remove it."
        ) from error
    if root.tag != "annotation":
        raise TruthError(
            f"{file} is not a PASCAL VOC annotation (its root is <{root.tag[:40]}>): remove it."
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
