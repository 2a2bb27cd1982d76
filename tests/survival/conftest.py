import pytest


@pytest.fixture
def kills(request: pytest.FixtureRequest):
    """How many kills of a stage: `kills(3)` in a normal run, seven times as many with --long."""
    factor = 7 if request.config.getoption("--long") else 1
    return lambda count: count * factor
