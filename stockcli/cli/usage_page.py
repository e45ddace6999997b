"""What the language model cost, drawn: a table, a bar of the budget, a column per day."""

from __future__ import annotations

import sys
from decimal import Decimal
from typing import TYPE_CHECKING

from stockcli.cli.render import Column, is_ascii, number, print_table, words

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from stockcli.cli.usage import ShopUsage
    from stockcli.usecases.model_costs import UsageLine, UsageSum

CELLS = 20
"""Of the bar that stands for the whole budget."""
STEPS, PLAIN_STEPS = "▁▂▃▄▅▆▇█", "_.-=+*%#"


def print_table_of(lines: Sequence[UsageLine], names: tuple[str, ...]) -> None:
    """Print one row per day, purpose or model (or both of these), and the total below."""
    from stockcli.usecases.model_costs import grouped, together

    total = together(lines)
    has_unsettled = total.unsettled_usd > 0
    columns: list[Column | str] = [
        *(words(name) for name in names),
        *(
            number(title)
            for title in ("calls", "input", "output", "cache write", "cache read", "USD")
        ),
        *([number("unsettled")] if has_unsettled else []),
    ]
    rows = [
        (*map(str, key), *_cells(one, has_unsettled)) for key, one in grouped(lines, names).items()
    ]
    blanks = ("",) * (len(names) - 1)
    print_table(columns, [*rows, ("total", *blanks, *_cells(total, has_unsettled))])


def _cells(one: UsageSum, has_unsettled: bool) -> tuple[str, ...]:
    counts = (
        one.calls,
        one.usage.input_tokens,
        one.usage.output_tokens,
        one.usage.cache_write_tokens,
        one.usage.cache_read_tokens,
    )
    money = [one.spent_usd, *([one.unsettled_usd] if has_unsettled else [])]
    return (*(f"{count:,}" for count in counts), *(f"{amount:.6f}" for amount in money))


def told_month(one: ShopUsage, now: datetime) -> str:
    """Return the month in a sentence, with a bar and the days where a person looks at it."""
    spent = one.total.spent_usd
    said = f"{one.shop.name} ({one.shop.slug}), {one.month:%Y-%m}: {spent:.6f} USD"
    if one.budget_usd is None or one.left_usd is None:
        return f"{said}{_drawn(_days(one, 31))}"
    said += f" of {one.budget_usd:f} USD spent, {one.left_usd:.6f} USD left"
    return f"{said}{_drawn(f'{_bar(spent, one.budget_usd)} {_days(one, now.day)}')}"


def _drawn(drawing: str) -> str:
    return f"  {drawing}" if sys.stdout.isatty() else ""


def _bar(spent: Decimal, budget: Decimal) -> str:
    """Return the part of the budget that is spent; the least amount shows."""
    share = min(spent / budget, Decimal(1)) if budget else Decimal(1)
    full = int(share * CELLS) if share in (0, 1) else max(1, min(CELLS - 1, int(share * CELLS)))
    full_cell, empty_cell = ("#", ".") if is_ascii() else ("█", "░")
    return f"[{full_cell * full}{empty_cell * (CELLS - full)}]"


def _days(one: ShopUsage, last: int) -> str:
    """Return a step per day of the month up to the last, as high as it was dear."""
    from stockcli.usecases.model_costs import grouped

    sums = grouped(one.lines, ("day",))
    by_day = {
        key[0].day: total.spent_usd for key, total in sums.items() if not isinstance(key[0], str)
    }
    dearest = max(by_day.values(), default=Decimal(0))
    steps = PLAIN_STEPS if is_ascii() else STEPS
    return "".join(
        steps[int(by_day.get(day, Decimal(0)) / dearest * (len(steps) - 1))] if dearest else ""
        for day in range(1, max([last, *by_day]) + 1)
    )
