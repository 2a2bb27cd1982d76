"""What of the site is made from the app itself, each in one place: a hook of mkdocs."""

import re
from pathlib import Path
from typing import Any

from cdul_app.formats.label_formats import LABEL_FORMATS

RESOURCES = Path(__file__).parent.parent


def formats_page() -> str:
    """The table of formats, as window and terminal tell them."""
    rows = [
        f"| `{each.key}` | {each.title} | {each.purpose} | "
        f"{'a folder' if each.is_folder else each.suffix} | {'yes' if each.reads else 'no'} |"
        for each in LABEL_FORMATS.values()
    ]
    head = (RESOURCES / "docs" / "formats_head.md").read_text("utf-8")
    return head + "\n" + "\n".join(rows) + "\n"


def troubleshooting_page() -> str:
    """What Help shows; a heading of each sentence could not be told from the next, so none is."""
    html = (RESOURCES / "window" / "troubleshooting.html").read_text("utf-8")
    html = re.sub(r"<style>.*?</style>\s*", "", html, flags=re.DOTALL)
    # Markdown makes the table of contents of its own headings only.
    html = re.sub(r"<h2>(.*?)</h2>", r"\n\n## \1\n\n", html)
    return f"# Troubleshooting\n\n{html}"


def on_files(files: Any, config: Any) -> Any:
    from mkdocs.structure.files import File

    made = {"formats.md": formats_page(), "troubleshooting.md": troubleshooting_page()}
    for name, content in made.items():
        files.append(File.generated(config, name, content=content))
    for picture in sorted((RESOURCES / "screenshots").glob("readme-*.png")):
        files.append(
            File.generated(config, f"screenshots/{picture.name}", abs_src_path=str(picture))
        )
    return files
