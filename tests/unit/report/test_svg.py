"""Scales, ticks and marks."""

from jointsky.report.svg import MARKS, Scale, mark, num, tick_text, ticks, wrapped


def test_ticks_are_round_and_cover_the_values() -> None:
    for low, high in ((0.0, 1.0), (-3.0, 17.0), (0.0, 1e-6), (0.2, 0.2), (-5.0, 0.0), (0.0, 123456.0)):
        at = ticks(low, high)
        assert at[0] <= low + 1e-12
        assert at[-1] >= high - 1e-12
        assert 2 <= len(at) <= 12


def test_tick_labels_have_the_digits_of_their_step() -> None:
    assert [tick_text(v, 0.2) for v in (-0.2, 0.0, 0.4)] == ["\u22120.2", "0", "0.4"]
    assert tick_text(20.0, 10.0) == "20"


def test_a_scale_goes_from_end_to_end() -> None:
    scale = Scale(0.0, 10.0, 100.0, 0.0)
    assert (scale(0.0), scale(10.0), scale(5.0)) == (100.0, 0.0, 50.0)


def test_series_differ_in_shape_and_not_in_colour_alone() -> None:
    shapes = {mark(0.0, 0.0, i).split('points="')[-1] for i in range(len(MARKS))}
    assert len(shapes) == len(MARKS)


def test_names_are_escaped() -> None:
    assert "<b>" not in mark(0.0, 0.0, 0, "<b>")


def test_numbers_have_no_negative_zero_and_lines_break_at_words() -> None:
    assert num(-0.01) == "0"
    assert wrapped("one two three", 7) == ["one two", "three"]
