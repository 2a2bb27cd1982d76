import pytest

from cdul_app.progress import Throughput, amount_text, format_duration, progress_text, rate_text


def test_nothing_is_told_before_two_samples():
    throughput = Throughput(100)
    assert throughput.rate is None
    assert throughput.eta is None
    throughput.add(0, 10.0)
    assert throughput.rate is None
    assert throughput.done == 0


def test_events_that_come_all_at_once_are_no_pace():
    throughput = Throughput()
    throughput.add(0, 10.0)
    throughput.add(400, 10.00004)
    assert throughput.pace("files") == []
    throughput.add(800, 12.0)
    assert throughput.pace("files") == ["400 files/s"]


def test_rate_and_eta_at_a_steady_pace():
    throughput = Throughput(100)
    for second in range(5):
        throughput.add(second * 10, float(second))
    assert throughput.rate == pytest.approx(10)
    assert throughput.eta == pytest.approx(6)


def test_the_window_forgets_an_old_pace():
    throughput = Throughput(1000, window_seconds=5)
    for second in range(10):
        throughput.add(second, float(second))
    for second in range(10, 21):
        throughput.add(10 + (second - 10) * 20, float(second))
    assert throughput.rate == pytest.approx(20, rel=0.05)


def test_a_task_slower_than_the_window_keeps_a_rate():
    throughput = Throughput(10, window_seconds=2)
    for step in range(4):
        throughput.add(step, step * 10.0)
    assert throughput.rate == pytest.approx(0.1)
    assert throughput.eta == pytest.approx(70)


def test_a_count_that_falls_starts_anew():
    throughput = Throughput(100)
    throughput.add(50, 0.0)
    throughput.add(90, 1.0)
    throughput.add(0, 2.0)
    assert throughput.rate is None
    throughput.add(5, 3.0)
    assert throughput.rate == pytest.approx(5)


def test_a_stall_has_no_eta():
    throughput = Throughput(100)
    throughput.add(5, 0.0)
    throughput.add(5, 3.0)
    assert throughput.rate == 0
    assert throughput.eta is None


def test_an_unknown_total_has_no_eta():
    throughput = Throughput()
    throughput.add(0, 0.0)
    throughput.add(5, 1.0)
    assert throughput.eta is None
    assert throughput.rate == pytest.approx(5)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0.2, "under a second"),
        (42.4, "42 s"),
        (59.7, "1 min 00 s"),
        (185, "3 min 05 s"),
        (7800, "2 h 10 min"),
    ],
)
def test_durations_for_people(seconds, text):
    assert format_duration(seconds) == text


def test_amounts_and_rates_are_written_for_people():
    assert amount_text(1200, "photos") == "1,200 photos"
    assert amount_text(20_400_000, "bytes") == "20 MB"
    assert progress_text(125, 500, "photos") == "125 / 500 photos"
    assert progress_text(125, None, "photos") == "125 photos"
    assert progress_text(3_000_000, 50_000_000, "bytes") == "3 / 50 MB"
    rates = [rate_text(rate, "photos") for rate in (240.4, 8.04, 0.25)]
    assert rates == ["240 photos/s", "8.0 photos/s", "0.25 photos/s"]
    assert rate_text(1.5e6, "bytes") == "1.5 MB/s"


def test_the_pace_tells_what_is_known():
    throughput = Throughput(100)
    assert throughput.pace("photos") == []
    throughput.add(0, 0.0)
    throughput.add(10, 1.0)
    assert throughput.pace("photos") == ["10.0 photos/s", "9 s left"]
    throughput.add(100, 10.0)
    assert throughput.pace("photos") == ["10.0 photos/s"]
    throughput.total = None
    assert throughput.pace("photos") == ["10.0 photos/s"]
