"""XMP sidecars: keywords that photo managers read, beside the photo and never in it.

Both names are written, a.jpg.xmp (digiKam, darktable) and a.xmp (Lightroom).  Of photos that would
share a.xmp it is the camera's own file, the only kind that Lightroom reads one beside.
"""

from collections.abc import Iterator
from pathlib import Path

from cdul_app.formats.export_options import ExportOptions
from cdul_app.formats.label_table import LabelTable
from cdul_app.formats.read_labels import ReadLabels, labels_of_lists
from cdul_app.formats.short_names import Short, has_suffix, short_names, stem
from cdul_app.formats.sidecars.sidecar_files import sidecar_files
from cdul_app.formats.written_items import Item, check_names, photo_items
from cdul_app.formats.xml_input import read_xml, xml_text
from cdul_app.language import translatable

_RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
_DC = "{http://purl.org/dc/elements/1.1/}"
_ROOT = "cdul"  # of the hierarchical keywords
_TITLE = "keywords"


def write_xmp(table: LabelTable, options: ExportOptions) -> Iterator[Item]:
    """Raises ExportError for a class with a sign that parts the levels of a keyword."""
    check_names(table.class_names, "|/\n\r", translatable("class"), _TITLE)
    names = short_names(table.paths, Short.RAW)
    for row, (path, short) in enumerate(zip(table.paths, names, strict=True)):
        text = _packet(table.names(row))
        yield Item(f"{path}.xmp", text)
        if short != path:
            yield Item(f"{short}.xmp", text)
    yield from photo_items(table)


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
    short = {stem(path) for path in found if has_suffix(path)}
    images = []
    for path, file in found.items():
        if path in short and not has_suffix(path):  # a.xmp beside a.jpg.xmp
            continue
        items = read_xml(file).iterfind(f".//{_DC}subject//{_RDF}li")
        images.append((path, [item.text for item in items if item.text]))
    names = [name for _, present in images for name in present]
    return labels_of_lists(images, names, folder, short=Short.RAW)
