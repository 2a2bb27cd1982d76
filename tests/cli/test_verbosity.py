"""What -v and -q tell, and that what the environment decides is told at all."""

import ast
import logging
import re
import warnings

import pytest

from cdul_app.cli.arguments import COMMANDS, parse_arguments
from cdul_app.cli.verbosity import Verbosity, is_quiet, telling
from tests.conftest import REPOSITORY


def test_a_quiet_command_tells_results_alone(command, photos, encoder):
    folder = photos("quiet", 2)
    scored = command("score", folder, "-q", "--classes", "cup, tree", "--encoder", encoder)
    assert (scored.status, scored.stdout, scored.stderr) == (0, "", "")
    assert command("info", folder, "--json", "--quiet").json["photos"] == 2
    absent = command("info", folder / "absent", "-q")
    assert (absent.status, absent.stdout) == (1, "")
    assert absent.stderr.count("\n") == 1


def test_a_verbose_command_tells_times(command, photos, encoder):
    folder = photos("verbose", 2)
    scored = command("score", folder, "-v", "--classes", "cup, tree", "--encoder", encoder)
    took = r"^\d{4}-\d\d-\d\d .* INFO cdul_app\.cli\.verbosity: (.+) took \d+\.\d\d s, "
    stages = re.findall(took, scored.stderr, re.MULTILINE)
    assert "Encoding photos" in stages
    assert stages[-1] == "score"
    assert "Labelled 2 photos" in scored.stderr
    assert scored.stdout == ""
    assert "took" not in command("info", folder).stderr  # it ends with its command


@pytest.mark.filterwarnings("always:an old name")
def test_what_libraries_log_is_told_to_who_asks(capsys: pytest.CaptureFixture[str]):
    def tell(verbosity: Verbosity) -> str:
        with telling(verbosity):
            logging.getLogger("library").info("a detail")
            logging.getLogger("library").warning("a doubt")
            warnings.warn("an old name", stacklevel=1)
        return capsys.readouterr().err

    before = logging.getLogger().handlers[:], logging.getLogger().level
    everything = tell(Verbosity.ALL)
    assert all(each in everything for each in ("a detail", "a doubt", "an old name"))
    assert tell(Verbosity.ERRORS) == ""
    assert (logging.getLogger().handlers, logging.getLogger().level) == before
    assert not is_quiet()


@pytest.mark.parametrize("command_name", COMMANDS)
def test_every_command_takes_both(command_name: str):
    needed = {"search": ["words"], "evaluate": ["--truth", "x"], "import": ["x"]}
    needed |= {
        "export": ["--format", "csv", "--output", "x"],
        "export-classifier": ["--output", "x"],
    }
    where = [] if command_name in ("demo", "encoders") else ["photos"]
    words = [command_name, *where, *needed.get(command_name, [])]
    assert parse_arguments(words).verbosity is Verbosity.NOTES
    assert parse_arguments([*words, "-v"]).verbosity is Verbosity.ALL
    assert parse_arguments([*words, "--quiet"]).verbosity is Verbosity.ERRORS
    with pytest.raises(SystemExit):
        parse_arguments([*words, "-v", "-q"])


@pytest.mark.parametrize("option", ["-q", "--quiet", "-v", "--verbose"])
def test_it_may_stand_before_the_command(option: str):
    assert parse_arguments([option, "demo"]) == parse_arguments(["demo", option])
    with pytest.raises(SystemExit):
        parse_arguments(["-q", "-v", "demo"])
    with pytest.raises(SystemExit):  # of the window there is nothing to be told
        parse_arguments([option])


def test_an_action_of_a_command_takes_them_too():
    assert parse_arguments(["encoders", "-q", "list"]).verbosity is Verbosity.ERRORS
    assert parse_arguments(["encoders", "list", "-q"]).verbosity is Verbosity.ERRORS


def test_each_variable_of_the_environment_is_told(command):
    read = {
        node.value
        for file in (REPOSITORY / "cdul_app").rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
        and re.fullmatch("CDUL_[A-Z_]+", node.value)
    }  # fmt: skip
    assert len(read) >= 4
    told = re.findall("CDUL_[A-Z_]+", command("--help").stdout)
    assert sorted(told) == sorted(read)
