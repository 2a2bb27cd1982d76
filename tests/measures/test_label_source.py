from datetime import UTC, datetime

from cdul_app.measures.label_source import LabelSource


def plain(text: str) -> str:
    """With spaces where lines may not break."""
    return text.replace("\N{NO-BREAK SPACE}", " ")


def test_a_label_of_the_machine_names_encoder_run_and_threshold() -> None:
    source = LabelSource("demo", 4, "train", 0.42, "automatic")
    assert source.describe() == (
        "Encoder demo, refined by training run 4; threshold 0.42, found from the scores and your "
        "answers."
    )
    assert LabelSource("demo", 2, "score", 0.5, "person").describe() == (
        "Encoder demo, scored by run 2; threshold 0.50, set by you."
    )


def test_an_answer_tells_when_it_was_given_and_what_was_shown() -> None:
    moment = datetime(2026, 11, 25, 12, 30, tzinfo=UTC)
    source = LabelSource(answered=moment.isoformat(), score_shown=0.57, threshold_shown=0.42)
    assert plain(source.describe()) == (
        f"You answered on {moment.astimezone():%d %b %Y, %H:%M}, shown 57 % at a threshold of 42 %."
    )
    later = LabelSource(
        "demo", 4, "train", 0.4, "person", moment.isoformat(), 0.57, 0.42, run_shown=2
    )
    told = ", shown 57 % of run 2 at a threshold of 42 %. Encoder demo, refined"
    assert told in plain(later.describe())
    unscored = LabelSource("demo", 1, "score", 0.3, "default", answered=moment.isoformat())
    assert unscored.describe().startswith("You answered on 25 Nov 2026")
    assert "shown" not in unscored.describe()


def test_nothing_known_is_nothing_said() -> None:
    assert LabelSource().describe() == ""
