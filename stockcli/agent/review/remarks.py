"""What is said of a review: what no model was asked, and how it ended."""

from __future__ import annotations

from stockcli.agent.providers.base import Stop, Turn


def how_it_ended(last: Turn | None, undecided: int) -> str:
    """Return why products were left undecided; empty if none was.

    Args:
        last: the last reply; None if the turns were used up.
    """
    if undecided == 0:
        return ""
    if last is None:
        return f"the model used up its turns; {decided_by_rule(undecided)}"
    said = {
        Stop.REFUSED: "the model refused to go on",
        Stop.CUT: "the model's reply was cut off",
    }.get(last.stop, "the model left some products out")
    return f"{said}; {decided_by_rule(undecided)}"


def clear_cases(count: int) -> str:
    """Return what is to be said of those the rules decided; empty if there are none."""
    if count <= 0:
        return ""
    return f"{count} clear case{'' if count == 1 else 's'} decided by rule; no model was asked"


def left_out_cases(count: int) -> str:
    """Return what is to be said of those a model was not shown; empty if there are none."""
    if count <= 0:
        return ""
    return f"the model was not shown {_products(count)} with less money at risk: decided by rule"


def decided_by_rule(undecided: int) -> str:
    """Return who decides about what a model did not."""
    if undecided == 0:
        return "every product had been decided by then"
    return f"{_products(undecided)} decided by rule"


def _products(count: int) -> str:
    return f"{count} product{'' if count == 1 else 's'}"
