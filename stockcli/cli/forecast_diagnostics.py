"""Print what statsmodels says of a forecast."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from stockcli.usecases.forecasting import ProductForecast


def print_diagnostics(one: ProductForecast) -> None:
    """Print a forecast's fitted orders to stdout: summary, residual checks, log-likelihood."""
    from stockcli.forecasting.diagnostics import diagnose

    typer.echo(f"\n{one.product.sku} at {one.location}: {diagnose(one.request).text}")
