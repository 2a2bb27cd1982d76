"""What web servers have, and what is said where they fail."""

import gzip
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from cdul_app.errors import in_english
from cdul_app.photos.elsewhere.addresses import read_address
from cdul_app.photos.elsewhere.web_files import NO_PARTS, forget_client
from tests.photos.elsewhere.stand_in_server import StandInServer

CONTENT = bytes(range(256)) * 400
FAULTS = {
    "/plain": "", "/none": "404", "/gone": "410", "/secret": "403", "/unknown": "401",
    "/failed": "500", "/odd": "418", "/busy once": "busy once", "/whole": "no ranges",
    "/broken": "broken off", "/broken once": "broken off once", "/gzip": "gzip",
    "/unending": "unending", "/another part": "another part", "/on": "to /plain",
    "/circle": "to /circle", "/file": "to file:///etc/passwd", "/nowhere": "to http://127.0.0.1:1/?key=secret",
}  # fmt: skip


@pytest.fixture(scope="module")
def server() -> Iterator[StandInServer]:
    files = dict.fromkeys(FAULTS, CONTENT) | {"/empty": b"", "/gzip": gzip.compress(CONTENT)}
    with StandInServer(files, FAULTS) as found:
        yield found


def reason(server: StandInServer, path: str, start: int = 0) -> str:
    with pytest.raises(OSError, match=r".") as caught:
        read_address(server.address + path, start=start, most_bytes=2**20)
    return in_english(caught.value)


@pytest.mark.parametrize(
    "path",
    ["/plain", "/busy%20once", "/whole", "/broken%20once", "/gzip", "/on", "/plain?size=big"],
)
def test_a_file_is_brought_as_it_is(server: StandInServer, path: str):
    server.faults.update(FAULTS)
    assert read_address(server.address + path, most_bytes=2**20) == CONTENT
    assert read_address(server.address + path, most_bytes=100) == CONTENT[:100]


def test_nothing_and_parts(server: StandInServer):
    assert read_address(server.address + "/empty", most_bytes=100) == b""
    assert read_address(server.address + "/plain", start=7, most_bytes=20) == CONTENT[7:27]
    assert read_address(server.address + "/plain", start=2**20, most_bytes=20) == b""
    assert read_address(server.address + "/unending", most_bytes=2**20) == (CONTENT * 11)[: 2**20]


def test_what_fails_says_why(server: StandInServer):
    assert reason(server, "/none") == reason(server, "/gone") == "it is not there"
    assert reason(server, "/secret") == reason(server, "/unknown") == "there is no permission"
    assert reason(server, "/failed") == "its server cannot answer now"
    assert reason(server, "/odd") == "its server does not send it"
    assert reason(server, "/whole", start=5) == NO_PARTS
    assert "another part" in reason(server, "/another part")
    assert reason(server, "/circle").endswith("without end")
    assert reason(server, "/file") == "its address is none that a web server has"


def test_where_a_server_sends_on_to_is_not_told(server: StandInServer):
    assert reason(server, "/nowhere") == "the server refused the connection"


def test_a_server_that_is_busy_or_breaks_off_is_asked_again_and_then_told_of(
    server: StandInServer,
):
    asked = len(server.requests)
    assert reason(server, "/broken") == "the connection broke off"
    assert len(server.requests) - asked == 3


def test_a_server_that_stopped_and_one_that_never_was():
    with StandInServer({"/a": CONTENT}) as server:
        assert read_address(server.address + "/a", most_bytes=10) == CONTENT[:10]
    assert reason(server, "/a") in ("the server refused the connection", "the connection broke off")
    for address in ("http://nosuch.invalid/a", "http://[::1/a", "http:///a", "https://"):
        with pytest.raises(OSError, match=r".") as caught:
            read_address(address, most_bytes=10)
        assert in_english(caught.value)


def test_threads_share_few_connections(server: StandInServer):
    before = server.connections
    with ThreadPoolExecutor(8) as pool:
        found = list(
            pool.map(lambda _: read_address(f"{server.address}/plain", most_bytes=9), range(200))
        )
    assert found == [CONTENT[:9]] * 200
    assert server.connections - before <= 8


def test_a_password_is_taken_from_netrc(
    server: StandInServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login me password secret\n")
    (tmp_path / "netrc").chmod(0o600)
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    forget_client()
    read_address(f"{server.address}/plain", most_bytes=9)
    assert server.headers[-1]["Authorization"].startswith("Basic ")
    forget_client()
