"""What the conversation and the shop's month cost, shown when /cost asks."""

from __future__ import annotations

from stockcli.cli.chat_talk import Talk, usd
from stockcli.cli.render import number, print_lines, print_table
from stockcli.domain.budget import ModelUsage, UsageLine, month_start, next_month_start
from stockcli.usecases.model_costs import grouped, month_cost, usage_lines

COLUMNS = tuple(number(title) for title in ("in", "from cache", "out", "USD"))


def show_costs(talk: Talk) -> None:
    """Print what this conversation cost since it was opened, and the month, by model."""
    now = talk.app.clock.now()
    rows = [
        (model, *_tokens(spent.usage), usd(spent.price_usd))
        for model, spent in talk.session.spending.by_model.items()
    ]
    if rows:
        print_table(["model", *COLUMNS], rows, title="This conversation")
    else:
        print_lines("This conversation cost nothing so far.")
    month = month_cost(talk.unit, now)
    title = (
        f"{now:%B %Y}: {usd(month.spent_usd)} of {usd(month.budget_usd)} USD, "
        f"{usd(month.left_usd)} left"
    )
    lines = usage_lines(talk.unit, month_start(now), next_month_start(now))
    if lines:
        print_table(["model", number("calls"), *COLUMNS], _by_model(lines), title=title)
    else:
        print_lines(title)


def _by_model(lines: list[UsageLine]) -> list[tuple[object, ...]]:
    return [
        (name, total.calls, *_tokens(total.usage), usd(total.spent_usd))
        for (name,), total in grouped(lines, ("model",)).items()
    ]


def _tokens(usage: ModelUsage) -> tuple[str, str, str]:
    fresh = usage.input_tokens + usage.cache_write_tokens
    return f"{fresh:,}", f"{usage.cache_read_tokens:,}", f"{usage.output_tokens:,}"
