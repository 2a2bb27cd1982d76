"""Wheel and source archive, built as a release would be, and installed on their own."""

import os
import shutil
import subprocess
import sys
import tarfile
from importlib import metadata
from pathlib import Path

import pytest

from tests.conftest import REPOSITORY

WITHIN = ("demo/encoder/open_clip_model.safetensors", "demo/truth.csv", "icons/app.svg")
WITHIN += ("languages/de/LC_MESSAGES/cdul_app.mo", "languages/de/troubleshooting.html")
WITHIN += ("window/getting_started.html", "window/troubleshooting.html", "classifier/predict.py")
LINUX = "app.cdul_app.cdul_app"


def run(*words: object, **settings: object) -> str:
    done = subprocess.run(
        [str(word) for word in words],
        capture_output=True, text=True, timeout=200, check=False, **settings,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the source archive, the tree it holds, and the wheel made from that."""
    if not (REPOSITORY / ".git").exists():
        pytest.skip("a release is built from the checkout")
    folder = tmp_path_factory.mktemp("built")
    run(sys.executable, "-m", "hatchling", "build", "-t", "sdist", "-d", folder, cwd=REPOSITORY)
    (archive,) = folder.glob("*.tar.gz")
    with tarfile.open(archive) as content:
        content.extractall(folder, filter="data")
    source = folder / archive.name.removesuffix(".tar.gz")
    run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder, cwd=source)
    return folder


@pytest.fixture(scope="module")
def installed(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A new environment with the wheel; what it needs is that of this one."""
    folder = tmp_path_factory.mktemp("installed")
    run(sys.executable, "-m", "venv", "--without-pip", folder)
    (wheel,) = built.glob("*.whl")
    python = folder / ("Scripts" if sys.platform == "win32" else "bin") / "python"
    run(
        sys.executable, "-m", "pip", "--python", python, "install",
        "--quiet", "--no-deps", "--no-index", wheel,
    )  # fmt: skip
    (place,) = folder.rglob("site-packages")
    borrowed = [each for each in sys.path if each.endswith("site-packages")]
    (place / "borrowed.pth").write_text("\n".join(borrowed), "utf-8")
    return folder


def test_the_source_holds_what_builds_and_tests_it(built: Path):
    (source,) = (each for each in built.iterdir() if each.is_dir())
    for name in ("LICENSE", "README.md", "main.py", "tests/conftest.py", ".github/SECURITY.md"):
        assert (source / name).is_file(), name
    for name in (*WITHIN, "docs/mkdocs.yml", "CITATION.cff"):
        assert (source / "resources" / name).is_file(), name


def test_the_wheel_holds_its_resources_and_no_more(installed: Path):
    (package,) = installed.rglob("site-packages/cdul_app")
    for name in WITHIN:
        assert (package / "_resources" / name).is_file(), name
    assert (package / "py.typed").is_file()
    assert not (package / "demo").exists()
    assert not list(package.parent.glob("tests*"))


def test_the_desktop_finds_the_app(installed: Path):
    share = installed / "share"
    entry = share / "applications" / f"{LINUX}.desktop"
    about = share / "metainfo" / f"{LINUX}.metainfo.xml"
    assert (share / "icons/hicolor/scalable/apps" / f"{LINUX}.svg").is_file()
    command = next(line for line in entry.read_text().splitlines() if line.startswith("Exec="))
    assert command == "Exec=cdul-app-gui %f"
    assert f"<id>{LINUX}</id>" in about.read_text("utf-8")
    checks = {
        "desktop-file-validate": [entry],
        "appstreamcli": ["validate", "--no-net", about],
    }
    for program, words in checks.items():
        if shutil.which(program):
            run(program, *words)


def test_what_is_installed_starts(installed: Path, tmp_path: Path):
    (command,) = (installed / "bin").glob("cdul-app") or (installed / "Scripts").glob("cdul-app.*")
    clean = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}

    def start(*words: object) -> str:
        return run(command, *words, cwd=tmp_path, env=clean)

    assert start("--version") == f"cdul-app {_version_here()}\n"
    assert start("demo", "--headless", "--help").startswith("usage: cdul-app demo")
    assert "ViT-B-32/openai" in start("encoders", "-q")
    python = command.with_name("python")
    code = "import cdul_app, cdul_app.paths as p; print(cdul_app.__version__, p.resources_dir())"
    version, resources = run(python, "-c", code, cwd=tmp_path, env=clean).split()
    assert version == _version_here()
    assert Path(resources).is_relative_to(installed)


def _version_here() -> str:
    return metadata.version("cdul-app")
