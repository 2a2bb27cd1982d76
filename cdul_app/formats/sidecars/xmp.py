"""XMP sidecars: keywords that photo managers read, beside the photo and never in it.

Both names are written, a.jpg.xmp (digiKam, darktable) and a.xmp (Lightroom).  Of photos that would
share a.xmp it is the camera's own file, the only kind that Lightroom reads one beside.
"""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from cdul_app.formats.export_options import ExportOptions
from cdul_app.formats.label_table import LabelTable
from cdul_app.formats.read_labels import ReadLabels, labels_of_lists
from cdul_app.formats.sidecars.sidecar_files import sidecar_files
from cdul_app.formats.written_items import Item, check_names, photo_items, stem
from cdul_app.formats.xml_input import read_xml, xml_text
from cdul_app.language import translatable
from cdul_app.settings.photo_files import RAW_SUFFIXES

_RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
_DC = "{http://purl.org/dc/elements/1.1/}"
_ROOT = "cdul"  # of the hierarchical keywords
_TITLE = "keywords"


def write_xmp(table: LabelTable, options: ExportOptions) -> Iterator[Item]:
    """Raises ExportError for a class with a sign that parts the levels of a keyword."""
    check_names(table.class_names, "|/\n\r", translatable("class"), _TITLE)
    sharing = Counter(map(stem, table.paths))
    raw = Counter(stem(path) for path in table.paths if _is_raw(path))
    for row, path in enumerate(table.paths):
        text, short = _packet(table.names(row)), stem(path)
        yield Item(f"{path}.xmp", text)
        if short != path and (sharing[short] == 1 or (raw[short] == 1 and _is_raw(path))):
            yield Item(f"{short}.xmp", text)
    yield from photo_items(table)


def _is_raw(path: str) -> bool:
    return PurePosixPath(path).suffix.lower() in RAW_SUFFIXES


def _packet(names: list[str]) -> str:
    def listed(kind: str, before: str = "") -> str:
        items = "".join(f"<rdf:li>{xml_text(f'{before}{name}')}</rdf:li>" for name in names)
        return f"<rdf:{kind}>{items}</rdf:{kind}>"

    keywords = (  # an empty list of them would be read as a keyword without letters
        f"   <dc:subject>{listed('Bag')}</dc:subject>\n"
        f"   <lr:hierarchicalSubject>{listed('Bag', f'{_ROOT}|')}</lr:hierarchicalSubject>\n"
        f"   <digiKam:TagsList>{listed('Seq', f'{_ROOT}/')}</digiKam:TagsList>\n"
    )
    return (
        '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>\n'
        '<x:xmpmeta xmlns:x="adobe:ns:meta/">\n'
        ' <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">\n'
        '  <rdf:Description rdf:about=""\n'
        '    xmlns:dc="http://purl.org/dc/elements/1.1/"\n'
        '    xmlns:xmp="http://ns.adobe.com/xap/1.0/"\n'
        '    xmlns:lr="http://ns.adobe.com/lightroom/1.0/"\n'
        '    xmlns:digiKam="http://www.digikam.org/ns/1.0/"\n'
        '    xmp:CreatorTool="cdul_app">\n'
        f"{keywords if names else ''}"
        "  </rdf:Description>\n"
        " </rdf:RDF>\n"
        "</x:xmpmeta>\n"
        '<?xpacket end="w"?>\n'
    )


def read_xmp(folder: Path) -> ReadLabels:
    """The keywords (dc:subject) of each photo; where both names are there, those of a.jpg.xmp.

    Raises LabelFileError.
    """
    found = {path[: -len(".xmp")]: file for file, path in sidecar_files(folder, ".xmp")}
    whole = {stem(path) for path in found if stem(path) != path}
    images = []
    for path, file in found.items():
        if path in whole:  # a.xmp beside a.jpg.xmp
            continue
        items = read_xml(file).iterfind(f".//{_DC}subject//{_RDF}li")
        images.append((path, [item.text for item in items if item.text]))
    names = [name for _, present in images for name in present]
    return labels_of_lists(images, names, folder, without_suffix=True)
