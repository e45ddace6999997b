"""A backtest on the terminal: losses by class, what the stock would have done, and plots."""

from __future__ import annotations

from collections.abc import Iterator

from stockcli.cli.backtest_meanings import meanings, verdict
from stockcli.cli.backtest_plots import loss_bars, stock_legend, stock_plot
from stockcli.cli.backtest_running import BacktestFacts
from stockcli.cli.plots import PlotSize
from stockcli.cli.render import Column, console, counted, is_ascii, number, print_lines, print_table
from stockcli.usecases.backtest_report import ClassReport
from stockcli.usecases.ports.backtest import Method

PIPE_WIDTH = 100
UNKNOWN = "-"


def print_backtest(facts: BacktestFacts) -> None:
    """Print the whole page on stdout."""
    print_lines(*_heading(facts), *verdict(facts.report.everything), "")
    reports = _reports(facts)
    _print_accuracy(reports)
    _print_bars(reports)
    _print_stock(facts, reports)
    _print_traces(facts)
    print_lines("", *remarks(facts))


def _heading(facts: BacktestFacts) -> Iterator[str]:
    report, plan = facts.report, facts.plan
    yield f"Backtest of {facts.subject}: {report.everything.series} series"
    yield (
        f"{counted(report.windows, 'window')}, up to {plan.origins} origins a series, "
        f"{counted(plan.every_periods, facts.frequency)} apart; refitted at each"
    )


def _reports(facts: BacktestFacts) -> list[tuple[str, ClassReport]]:
    """Return the classes by name, and all of them last where there is more than one."""
    by_name = {str(name): one for name, one in facts.report.classes.items()}
    classes = [(name, by_name[name]) for name in sorted(by_name)]
    return [*classes, ("all", facts.report.everything)] if len(classes) > 1 else classes


def _print_accuracy(reports: list[tuple[str, ClassReport]]) -> None:
    rows = []
    for name, one in reports:
        for method, score in one.accuracy.items():
            rows.append(
                (
                    *_labels(name, one, method),
                    _figure(score.mean_scaled_pinball, "{:.3f}"),
                    _figure(score.coverage, "{:.1%}"),
                    _figure(score.bias, "{:+.1%}"),
                    _figure(score.wape, "{:.1%}"),
                )
            )
    figures = [number(name) for name in ("series", "loss", "covered", "bias", "WAPE")]
    print_table(("class", "method", *figures), rows, title="Total over the protection interval")


def _labels(name: str, one: ClassReport, method: Method) -> tuple[str, str, str]:
    """Return class, method and number of series; the class once, on its first row."""
    first = method is Method.OURS
    return name if first else "", str(method), str(one.series) if first else ""


def _print_bars(reports: list[tuple[str, ClassReport]]) -> None:
    losses = {
        name: {str(m): score.mean_scaled_pinball for m, score in one.accuracy.items()}
        for name, one in reports
    }
    screen = console()
    width = screen.width if screen.is_terminal else PIPE_WIDTH
    print_lines(
        "", "Pinball loss, shorter is better", *loss_bars(losses, width, ascii_only=is_ascii())
    )


def _print_stock(facts: BacktestFacts, reports: list[tuple[str, ClassReport]]) -> None:
    with_costs = facts.report.everything.service[Method.OURS].cost is not None
    rows = []
    for name, one in reports:
        for method, seen in one.service.items():
            cells = (
                *_labels(name, one, method)[:2],
                _figure(one.mean_target, "{:.1%}"),
                _figure(seen.cycle_service, "{:.1%}"),
                _figure(seen.fill_rate, "{:.1%}"),
                f"{seen.stock_out_periods:,}",
                _figure(seen.mean_stock, "{:,.1f}"),
                _figure(seen.periods_of_cover, "{:,.1f}"),
                f"{seen.orders:,}",
            )
            rows.append((*cells, _figure(seen.cost, "{:,.2f}")) if with_costs else cells)
    unit = str(facts.frequency)
    titles = ["target", "cycles served", "units served", f"{unit}s short", "mean stock"]
    titles += [f"{unit}s of cover", "orders", *(["cost"] if with_costs else [])]
    columns: list[Column | str] = ["class", "method", *(number(title) for title in titles)]
    print_lines("")
    print_table(columns, rows, title="What the stock would have done")


def _print_traces(facts: BacktestFacts) -> None:
    from rich.text import Text

    screen = console()
    size = PlotSize(width=screen.width if screen.is_terminal else PIPE_WIDTH)
    for location, trace in facts.traces:
        print_lines("", f"Stock on hand{f' at {location}' if location else ''}, as simulated")
        drawn = stock_plot(trace, size, ascii_only=is_ascii())
        screen.print(Text.from_ansi(drawn), no_wrap=True)
        line = Text("    units:  ")
        for mark, colour, meaning in stock_legend(ascii_only=is_ascii()):
            line.append(f"{mark} ", style=colour).append(f"{meaning}   ")
        screen.print(line, no_wrap=True)


def remarks(facts: BacktestFacts) -> Iterator[str]:
    """Yield what the figures mean, and what was left out."""
    unit, report = str(facts.frequency), facts.report
    yield from meanings(facts)
    if report.too_short:
        yield f"Left out: {report.too_short} series that never sold or are too short to cut."
    if report.skipped_windows:
        windows = counted(report.skipped_windows, "window")
        yield f"Not judged: {windows} with a stock-out, as what was asked for is not known."
    if report.censored_periods:
        yield (
            f"In {counted(report.censored_periods, unit)} of the walk the shelf was empty: "
            "what sold stands for what was asked for."
        )
    yield from facts.remarks


def _figure(value: float | None, shape: str) -> str:
    return UNKNOWN if value is None else shape.format(value)
