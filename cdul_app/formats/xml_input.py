"""An XML file that a person has named, without what an entity can stand for."""

from pathlib import Path
from xml.etree import ElementTree

from cdul_app.errors import LabelFileError, in_words
from cdul_app.input_files import MOST_CARD_BYTES, read_input
from cdul_app.language import tr


def read_xml(file: Path, *, most_bytes: int = MOST_CARD_BYTES) -> ElementTree.Element:
    """Its root.  Raises LabelFileError."""
    try:
        content = read_input(file, most_bytes=most_bytes)
        # An entity can stand for gigabytes; labels have none.  In UTF-16 zeros are between.
        if b"<!ENTITY" in content.replace(b"\0", b""):
            raise ValueError(tr("it defines entities"))
        return ElementTree.fromstring(content)
    # An encoding that is unknown is a LookupError, one that expat does not take a ValueError.
    except (OSError, ElementTree.ParseError, LookupError, ValueError) as error:
        raise LabelFileError(
            tr(
                "The annotation {file} cannot be read ({why}): remove it.",
                file=file,
                why=in_words(error),
            )
        ) from error


def xml_text(text: str) -> str:
    """For the text of an element or an attribute in double quotes.

    >>> xml_text('a & "b"')
    'a &amp; &quot;b&quot;'
    """
    marks = {'"': "&quot;", "<": "&lt;", ">": "&gt;", "\n": "&#10;", "\r": "&#13;", "\t": "&#9;"}
    text = text.replace("&", "&amp;")
    for sign, mark in marks.items():
        text = text.replace(sign, mark)
    return text
