"""The scripts by which shells complete the command line."""

import shutil
import subprocess
from pathlib import Path

import pytest

from cdul_app.cli.completion import SHELLS

SAYS = {
    "bash": "source {script}; COMP_WORDS=({words}); COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1)); "
    "words=($(complete -p cdul-app)); ${{words[-2]}}; printf '%s\\n' \"${{COMPREPLY[@]}}\"",
    "fish": "source {script}; complete --do-complete '{words}'",
}


def script_of(command, shell: str, folder: Path) -> Path:
    printed = command("--print-completion", shell)
    assert (printed.status, printed.stderr) == (0, "")
    file = folder / f"cdul-app.{shell}"
    file.write_text(printed.stdout, "utf-8")
    return file


@pytest.mark.parametrize("shell", SHELLS)
def test_the_script_is_one_that_the_shell_reads(command, shell: str, tmp_path: Path):
    script = script_of(command, shell, tmp_path)
    if shutil.which(shell) is None:
        pytest.skip(f"there is no {shell} here")
    read = subprocess.run([shell, "-n", script], capture_output=True, text=True, check=False)
    assert (read.returncode, read.stderr) == (0, "")


@pytest.mark.parametrize("shell", SAYS)
@pytest.mark.parametrize(
    ("words", "completed"),
    [
        ("cdul-app eval", "evaluate"),
        ("cdul-app train --class", "--classifier"),
        ("cdul-app score --preset pa", "paper"),
        ("cdul-app encoders fe", "fetch"),
        ("cdul-app score pho", "photos"),  # the folder here, not the file
    ],
)
def test_what_is_completed(command, shell: str, words: str, completed: str, tmp_path: Path):
    script = script_of(command, shell, tmp_path)
    if shutil.which(shell) is None:
        pytest.skip(f"there is no {shell} here")
    (tmp_path / "photos").mkdir()
    (tmp_path / "phone.txt").touch()
    offered = subprocess.run(
        [shell, "-c", SAYS[shell].format(script=script, words=words)],
        cwd=tmp_path, capture_output=True, text=True, timeout=60, check=True,
    ).stdout.splitlines()  # fmt: skip
    assert [line.split("\t")[0].rstrip("/") for line in offered] == [completed]


def test_other_shells_are_refused(command):
    refused = command("--print-completion", "cmd")
    assert refused.status == 2
    assert "bash" in refused.stderr
