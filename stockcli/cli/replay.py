"""`stock replay`: would the same be decided again?"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any

import typer

from stockcli.cli.common import Json, TenantOption, chosen_units, open_app, remark
from stockcli.cli.completion import complete_run

if TYPE_CHECKING:
    from stockcli.domain.decisions import Decision
    from stockcli.usecases.replaying import Replayed, ReplayReport

MOST_TIMES = 20
NOBODY = "nobody"


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("replay")(replay)


def replay(
    run: Annotated[
        str | None,
        typer.Argument(
            metavar="RUN",
            help="The run's id, as in `stock run-check --json`; left out, the latest.",
            autocompletion=complete_run,
        ),
    ] = None,
    *,
    times: Annotated[
        int, typer.Option("--times", min=1, max=MOST_TIMES, help="How often to ask again.")
    ] = 1,
    model: Annotated[
        str | None,
        typer.Option(
            "--model",
            metavar="NAME",
            help="Ask this model about every product; `rules` asks none. Left out, a model is "
            "asked what a model decided, and the rules what they did.",
        ),
    ] = None,
    tenant: TenantOption = None,
    as_json: Json = False,
) -> None:
    """Decide a run's products again, on the facts of then, and show what comes out otherwise.

    Nothing is ordered or told; only what a model costs is booked. Exit code 4 if the model could
    not be asked at all, 5 if its budget is spent.

    \b
    Example: stock replay --times 4
    Example: stock replay --model rules --json
    """
    from stockcli.domain.decisions import BY_RULE
    from stockcli.usecases.replaying import replay as decide_again
    from stockcli.usecases.replaying import replayed_run

    app = open_app()
    (unit,) = chosen_units(app, tenant=tenant, all_tenants=False, writes=False)
    run_id, decisions = replayed_run(unit, run)
    asks = model is not None or any(one.decided_by != BY_RULE for one in decisions)
    reviewer = app.replayer(unit, model) if asks else None
    with _counting(times) as on_progress:
        report = decide_again(
            unit,
            run_id,
            decisions,
            reviewer,
            times=times,
            by_model_only=model is None,
            on_progress=on_progress,
        )
    if as_json:
        from stockcli.cli.json_output import print_json

        print_json(_to_json(report))
    else:
        _print(report)
    for said in report.remarks:
        remark(said)


@contextmanager
def _counting(times: int) -> Iterator[Callable[[int], None]]:
    """Count the times on a terminal, where there are several."""
    if times == 1 or not sys.stderr.isatty():
        yield lambda _: None
        return
    from stockcli.cli.counting_bars import counting_bars

    with counting_bars(transient=True) as bars:
        task = bars.add_task("asking again", total=times)
        yield lambda done: bars.update(task, completed=done)


def _to_json(report: ReplayReport) -> dict[str, Any]:
    usage = report.usage
    return {
        "run_id": report.run_id,
        "times": report.times,
        "asked": dict(report.asked),
        "answers": report.answers,
        "flip_rate": report.flip_rate,
        "quantity_flip_rate": report.quantity_flip_rate,
        "prompt_tokens": usage.prompt_tokens,
        "reply_tokens": usage.output_tokens,
        "price_usd": report.price_usd,
        "products": [_product_to_json(one) for one in report.products],
        "remarks": list(report.remarks),
    }


def _product_to_json(one: Replayed) -> dict[str, Any]:
    return {
        "sku": one.then.sku,
        "location": one.then.location,
        "then": _decision_to_json(one.then),
        "now": [None if each is None else _decision_to_json(each) for each in one.now],
        "flips": one.flips,
        "quantity_flips": one.quantity_flips,
    }


def _decision_to_json(decision: Decision) -> dict[str, Any]:
    names = ("action", "quantity", "reason", "decided_by")
    return {name: getattr(decision, name) for name in names}


def _print(report: ReplayReport) -> None:
    from stockcli.cli.render import counted, number, print_lines, print_table, words

    rows = [
        (
            one.then.sku,
            one.then.location,
            _said(one.then),
            ", ".join("no answer" if each is None else _said(each) for each in one.now),
            one.flips + one.quantity_flips or None,
        )
        for one in report.products
    ]
    print_table(["SKU", "location", "then", words("now"), number("changed")], rows)
    print_lines(
        f"run {report.run_id}, {_by_whom(report)}",
        f"another action: {_percent(report.flip_rate)} of {counted(report.answers, 'answer')}; "
        f"another quantity: {_percent(report.quantity_flip_rate)}",
        _cost(report),
    )


def _by_whom(report: ReplayReport) -> str:
    from stockcli.cli.render import counted

    times, who = counted(report.times, "time"), dict(report.asked)
    silent = who.pop(NOBODY, 0)
    none = f"no answer about {counted(silent, 'product')}" if silent else ""
    if not who:
        return f"asked again {times}: {none}"
    names = ", ".join(f"{name} ({counted(count, 'product')})" for name, count in who.items())
    return f"decided again {times} by {names}" + (f"; {none}" if none else "")


def _said(decision: Decision) -> str:
    from stockcli.domain.quantity import plain

    units = f" {plain(decision.quantity)}" if decision.quantity else ""
    return f"{decision.action}{units}"


def _percent(rate: float | None) -> str:
    return "unknown" if rate is None else f"{rate:.1%}"


def _cost(report: ReplayReport) -> str:
    if report.price_usd is None:
        return "it cost nothing"
    usage = report.usage
    read = usage.prompt_tokens
    return f"it cost {report.price_usd:.6f} USD: {read} tokens read, {usage.output_tokens} written"
