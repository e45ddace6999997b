"""Tables of sales as files, and what is read from them."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import duckdb
import pytest

from stockcli.domain.errors import InvalidInputError
from stockcli.domain.frequency import Frequency
from stockcli.persistence.series_files import SeriesFile, open_series_file
from stockcli.usecases.ports import SeriesRecord

HEADER = "product,date,quantity"


def table(folder: Path, *lines: str, name: str = "sales.csv", header: str = HEADER) -> Path:
    path = folder / name
    path.write_text("\n".join((header, *lines)) + "\n", encoding="utf-8")
    return path


def opened(path: Path, frequency: Frequency = Frequency.DAY) -> SeriesFile:
    return open_series_file(path, frequency)


def records(path: Path, frequency: Frequency = Frequency.DAY) -> list[SeriesRecord]:
    return [record for batch in opened(path, frequency).histories() for record in batch]


def units(path: Path, frequency: Frequency = Frequency.DAY) -> dict[str, list[float]]:
    return {one.product: list(one.history.units) for one in records(path, frequency)}


def daily(first: date, days: int, quantity: int = 1, product: str = "A") -> list[str]:
    return [f"{product},{first + timedelta(days=step)},{quantity}" for step in range(days)]


def write_parquet(path: Path, select: str) -> None:
    with duckdb.connect() as connection:
        connection.execute(f"COPY ({select}) TO ?", [str(path)])


def refusal(path: Path) -> str:
    with pytest.raises(InvalidInputError) as caught:
        opened(path)
    return f"{caught.value.message} | {caught.value.hint}"
