"""Taking in a shop's files: sales, catalogue, suppliers, counts, movements, the calendar.

A file is read as it is: plain or .gz, comma, semicolon or tab, UTF-8 or Latin-1, columns named
in English or Portuguese. A bad row is left out with its reason and never stops the rest, and
taking in the same file twice changes nothing.
"""

from __future__ import annotations

from stockcli.usecases.importing.booking import book_movements
from stockcli.usecases.importing.calendar import calendar_of_file, import_calendar
from stockcli.usecases.importing.columns import ColumnMapping
from stockcli.usecases.importing.counts import import_counts
from stockcli.usecases.importing.day_readings import LoadOptions, shops_named
from stockcli.usecases.importing.history import HistoryLine, load_history
from stockcli.usecases.importing.loading import LoadReport, load_days
from stockcli.usecases.importing.movements import import_movements
from stockcli.usecases.importing.products import import_products
from stockcli.usecases.importing.profiles import SalesOptions
from stockcli.usecases.importing.report import ImportReport, SkippedRows
from stockcli.usecases.importing.sales import import_sales
from stockcli.usecases.importing.source import ImportSource, bytes_source, file_source
from stockcli.usecases.importing.sources import import_sources
from stockcli.usecases.importing.suppliers import import_suppliers
from stockcli.usecases.importing.table_rows import TableOptions

__all__ = [
    "ColumnMapping",
    "HistoryLine",
    "ImportReport",
    "ImportSource",
    "LoadOptions",
    "LoadReport",
    "SalesOptions",
    "SkippedRows",
    "TableOptions",
    "book_movements",
    "bytes_source",
    "calendar_of_file",
    "file_source",
    "import_calendar",
    "import_counts",
    "import_movements",
    "import_products",
    "import_sales",
    "import_sources",
    "import_suppliers",
    "load_days",
    "load_history",
    "shops_named",
]
