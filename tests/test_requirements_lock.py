import re
import tomllib
from pathlib import Path

import pytest
from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

CHECKOUT = Path(__file__).parents[1]
LOCK = CHECKOUT / ".ci" / "requirements.lock"

pytestmark = pytest.mark.skipif(not LOCK.is_file(), reason="the lock is in the checkout only")


def entries() -> list[str]:
    """What is locked, each with its hashes."""
    text = LOCK.read_text(encoding="utf-8")
    return re.split(r"^(?=[a-z0-9])", text, flags=re.MULTILINE)[1:]


def requirement(entry: str) -> Requirement:
    return Requirement(entry.partition("\n")[0].rstrip("\\"))


def wanted() -> list[Requirement]:
    project = tomllib.loads((CHECKOUT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    found = [*map(Requirement, project["dependencies"])]
    open_extras = ["test", "docs"]
    for extra in open_extras:
        for each in map(Requirement, extras[extra]):
            if each.name == project["name"]:  # test takes other extras in
                open_extras += sorted(each.extras)
            else:
                found.append(each)
    return found


def test_each_version_is_one_that_the_project_takes():
    environment = default_environment()
    locked = {}
    for entry in entries():
        found = requirement(entry)
        if found.marker is None or found.marker.evaluate(dict(environment)):
            (pin,) = found.specifier
            assert pin.operator == "=="
            assert locked.setdefault(canonicalize_name(found.name), pin.version) == pin.version
    for each in wanted():
        if each.marker is not None and not each.marker.evaluate(dict(environment)):
            continue
        assert each.specifier.contains(locked[canonicalize_name(each.name)], prereleases=True)


def test_everything_has_a_hash_and_nothing_names_a_place():
    assert all("--hash=sha256:" in entry for entry in entries())
    assert not re.search(r"://|^--|^-[a-z]|@ ", LOCK.read_text(encoding="utf-8"), re.MULTILINE)
