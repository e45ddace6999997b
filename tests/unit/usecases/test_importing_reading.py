from __future__ import annotations

import gzip
import hashlib
from decimal import Decimal
from pathlib import Path

import pytest

from stockcli.domain.errors import InvalidInputError
from stockcli.domain.ledger import MovementKind
from stockcli.usecases.importing.columns import Layout, columns_of
from stockcli.usecases.importing.profiles import (
    SalesLine,
    online_retail_rule,
    plain_rule,
    skip_pattern,
)
from stockcli.usecases.importing.reading import Row, Table
from stockcli.usecases.importing.report import SkippedRowError
from stockcli.usecases.importing.sales_rows import LAYOUT
from stockcli.usecases.importing.source import bytes_source, file_source, opened


def read(content: bytes) -> tuple[tuple[str, ...], list[tuple[int, Row]]]:
    with opened(bytes_source("rows.csv", content)) as file:
        table = Table(file)
        return table.header, list(table.rows())


def cells_of(content: bytes) -> list[list[str]]:
    return [row for _, row in read(content)[1] if isinstance(row, list)]


def reasons_of(content: bytes) -> list[tuple[int, str]]:
    rows = read(content)[1]
    return [(number, row.reason) for number, row in rows if isinstance(row, SkippedRowError)]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found(delimiter: str) -> None:
    text = delimiter.join(("a", "b")) + "\n" + delimiter.join(("1", "2")) + "\n"
    assert cells_of(text.encode()) == [["1", "2"]]


def test_a_spreadsheets_word_about_the_delimiter_is_no_header() -> None:
    assert read(b"sep=;\r\na;b\r\n1;2\r\n")[0] == ("a", "b")


def test_utf8_with_a_mark_and_latin1_are_both_read() -> None:
    assert read("\ufeffcódigo,b\n".encode())[0] == ("código", "b")
    assert read("código,b\nmaçã,1\n".encode("latin-1"))[1][0][1] == ["maçã", "1"]


def test_a_quoted_cell_may_hold_the_delimiter_quotes_and_a_line_end() -> None:
    content = b'a,b\n"x, ""y""",1\n"two\nlines",2\nlast,3\n'
    assert cells_of(content) == [['x, "y"', "1"], ["two\nlines", "2"], ["last", "3"]]


def test_an_inch_mark_inside_a_cell_is_text() -> None:
    assert cells_of(b'a,b\nFRAME 7" RED,1\nFRAME 8" RED,2\n')[1] == ['FRAME 8" RED', "2"]


def test_a_quote_never_closed_costs_its_own_line_only() -> None:
    content = b'a,b\n"open,1\n' + b"".join(b"x,%d\n" % i for i in range(100))
    assert len(cells_of(content)) == 100
    assert reasons_of(content) == [(2, "quotes do not match")]


def test_a_thousand_quotes_never_closed_do_not_exhaust_the_reader() -> None:
    assert len(reasons_of(b"a,b\n" + b'"x,1\n"y" z,2\n' * 1000)) == 2000


def test_a_line_without_end_is_left_out_and_the_next_one_read() -> None:
    content = b"a,b\n" + b"x" * 500_000 + b",1\nlast,2\n"
    assert reasons_of(content) == [(2, "line too long")]
    assert cells_of(content) == [["last", "2"]]


def test_short_rows_are_filled_and_rows_with_more_cells_left_out() -> None:
    content = b"a,b,c\n1\n1,2,3,,\n1,2,3,4\n\n \n"
    assert cells_of(content) == [["1", "", ""], ["1", "2", "3"]]
    assert reasons_of(content) == [(4, "too many columns")]


@pytest.mark.parametrize(
    "content", [b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", b"PK\x03\x04 sheet", b"\xff\xfea\0,\0b\0"]
)
def test_a_file_that_is_no_text_is_refused(content: bytes) -> None:
    with pytest.raises(InvalidInputError, match="not a CSV file"):
        read(content)


@pytest.mark.parametrize("content", [b"", b"\n \n", gzip.compress(b"", mtime=0), b"a,b\r1,2\r"])
def test_an_empty_file_and_one_without_line_ends_are_refused(content: bytes) -> None:
    with pytest.raises(InvalidInputError):
        read(content)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidInputError, match="there is no file"):
        file_source(tmp_path / "none.csv")


def test_a_packed_file_is_recognised_by_its_bytes_and_its_checksum_is_of_what_is_stored() -> None:
    packed = gzip.compress(b"a,b\n1,2\n" * 10_000)
    with opened(bytes_source("no-ending", packed)) as file:
        assert sum(1 for _ in Table(file).rows()) == 19_999
        assert file.checksum() == hashlib.sha256(packed).hexdigest()
        assert file.bytes_read == len(packed)


def test_a_packed_file_cut_off_is_refused() -> None:
    packed = gzip.compress(b"".join(b"%d,%d\n" % (i, i * 7919) for i in range(50_000)))
    with pytest.raises(InvalidInputError, match="cut off"):
        read(packed[: len(packed) // 2])


@pytest.mark.parametrize(
    ("header", "columns"),
    [
        ("InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice", (1, 3, 4, 0, 5, 2)),
        ("Data,Código,Produto,Qtd,Preço,Pedido", (1, 3, 0, 5, 4, 2)),
        ("order_id;date;product;qty;price;name".replace(";", ","), (2, 3, 1, 0, 4, 5)),
    ],
)
def test_columns_are_found_by_their_usual_names(header: str, columns: tuple[int, ...]) -> None:
    found = columns_of(header.split(","), LAYOUT, {}, "sales.csv")
    assert tuple(found[name] for name in LAYOUT.fields if name in found) == columns_in_order(
        columns
    )


def columns_in_order(columns: tuple[int, ...]) -> tuple[int, ...]:
    sku, quantity, day, invoice, price, name = columns
    return sku, quantity, day, invoice, price, name


def test_a_named_column_wins_over_a_detected_one() -> None:
    header = ["sku", "alt", "qty", "date"]
    assert columns_of(header, LAYOUT, {"sku": "ALT"}, "sales.csv")["sku"] == 1


def test_a_missing_column_is_told_with_those_found_and_the_flag() -> None:
    with pytest.raises(InvalidInputError, match="foo, bar") as refused:
        columns_of(["foo", "bar"], Layout(required=("quantity",)), {}, "sales.csv")
    assert "--quantity COLUMN" in refused.value.hint


def test_a_named_column_that_is_not_there_is_told() -> None:
    with pytest.raises(InvalidInputError, match="no column 'Stok'"):
        columns_of(["sku", "qty", "date"], LAYOUT, {"sku": "Stok"}, "sales.csv")


def line(**facts: object) -> SalesLine:
    usual = {"invoice": "1", "units": Decimal(2), "price": Decimal(3), "status": "sale"}
    return SalesLine(**{"has_status": True, **usual, **facts})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        ({"status": "sale_cancelled"}, "sale cancelled later by a credit note"),
        ({"invoice": "C1", "units": Decimal(-2)}, "credit note"),
        ({"units": Decimal(-2), "price": Decimal(0)}, "stock write-off, not a sale"),
        ({"price": Decimal(0)}, "no price: a free item or stock found, not demand"),
        ({"invoice": "A1"}, "bad-debt bookkeeping"),
    ],
)
def test_an_online_retail_line_that_is_no_sale_says_why(
    facts: dict[str, object], reason: str
) -> None:
    with pytest.raises(SkippedRowError) as refused:
        online_retail_rule(line(**facts))
    assert refused.value.reason == reason


def test_a_credit_note_is_a_return_where_cancelled_sales_are_not_marked() -> None:
    credit_note = line(invoice="C1", units=Decimal(-2), status="", has_status=False)
    assert online_retail_rule(credit_note) is MovementKind.RETURN


def test_an_ordinary_row_is_a_sale_or_by_its_sign_or_status_a_return() -> None:
    assert plain_rule(line()) is MovementKind.SALE
    assert plain_rule(line(units=Decimal(-1))) is MovementKind.RETURN
    assert plain_rule(line(status="Devolvido")) is MovementKind.RETURN
    with pytest.raises(SkippedRowError, match="quantity is 0"):
        plain_rule(line(units=Decimal(0)))
    with pytest.raises(SkippedRowError, match="cancelado"):
        plain_rule(line(status="cancelado"))


def test_a_path_that_cannot_be_read_is_one_sentence() -> None:
    with pytest.raises(InvalidInputError, match="mem cannot be read"):
        opened_and_read(Path("/proc/self/mem"))
    with pytest.raises(InvalidInputError, match="cannot be read"):
        file_source("x" * 5000)


def opened_and_read(path: Path) -> None:
    with opened(file_source(path)) as file:
        list(Table(file).rows())


@pytest.mark.parametrize("pattern", ["(A+)+$", "(A|A)*B", "A*A*A*A*A*B"])
def test_a_pattern_that_could_take_for_ever_is_refused(pattern: str) -> None:
    with pytest.raises(InvalidInputError, match="for ever"):
        skip_pattern(pattern)


@pytest.mark.parametrize("pattern", ["POST|FEE.*|A.*|B.*|C.*", r"GIFT(_\d+)?", r"X\)+"])
def test_an_ordinary_pattern_is_taken(pattern: str) -> None:
    assert skip_pattern(pattern)
