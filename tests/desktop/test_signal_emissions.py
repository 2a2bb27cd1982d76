"""PySide6 6.12.0 aborts Python 3.10 and 3.11 after about 1,000 emissions; what we pin must not."""

from PySide6.QtCore import QObject, Signal

EMISSIONS = 5000


class Sender(QObject):
    told = Signal(object)
    asked = Signal(bool)


def test_five_thousand_signals_are_all_received(qapp):
    sender = Sender()
    received: list[object] = []
    sender.told.connect(received.append)
    sender.asked.connect(received.append)
    for number in range(EMISSIONS):
        sender.told.emit(None if number % 2 else (number,))
        sender.asked.emit(True)
    assert len(received) == 2 * EMISSIONS
    assert received[-1] is True
