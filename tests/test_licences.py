import re
from importlib import metadata

import pytest
from packaging.utils import canonicalize_name

from tests.licences import PAGE, licence, packages, page
from tests.test_requirements_lock import LOCK, entries, requirement

# A licence that would be the app's own as well, unless the package offers another.
STRONG = re.compile(r"(?<!L)GPL|(?<!Lesser )General Public", re.IGNORECASE)


@pytest.mark.skipif(not LOCK.is_file(), reason="the lock is in the checkout only")
def test_the_page_tells_of_what_is_locked():
    """Run `python -m tests.licences` after a change of dependencies."""
    locked = {canonicalize_name(each.name): each for each in map(requirement, entries())}
    other = [
        each.name
        for each in packages()
        if each.name not in ("pip", "setuptools")  # an environment begins with its own
        and not locked[canonicalize_name(each.name)].specifier.contains(each.version.split("+")[0])
    ]
    if other:
        pytest.skip(f"other versions than the lock's are installed: {other}")
    assert PAGE.read_text(encoding="utf-8") == page()


def test_no_package_asks_for_a_licence_that_the_app_cannot_give():
    strong = [
        each.name
        for each in packages()
        if all(STRONG.search(way) for way in re.split(" OR ", licence(each)))
    ]
    assert strong == []


def test_each_package_tells_its_licence():
    assert "not told" not in {licence(each) for each in packages()}
    assert licence(metadata.distribution("numpy")).startswith("BSD-3-Clause")
