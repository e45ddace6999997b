from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from stockcli.domain.calendar import CalendarDay
from stockcli.domain.catalogue import ProductStatus
from stockcli.domain.errors import InvalidInputError
from stockcli.domain.identifiers import StockKey, TenantId
from stockcli.domain.shop import Tenant
from stockcli.persistence.database import Database
from stockcli.usecases.importing import (
    ImportReport,
    TableOptions,
    bytes_source,
    import_calendar,
    import_counts,
    import_movements,
    import_products,
    import_suppliers,
    load_history,
)
from stockcli.usecases.ports import UnitOfWork

NOW = datetime(2026, 3, 10, 18, tzinfo=UTC)


@pytest.fixture
def unit(sqlite_database: Database) -> UnitOfWork:
    shop = Tenant(id=TenantId(0), slug="shop", name="Shop", timezone="Europe/London")
    return sqlite_database.unit_of_work(sqlite_database.directory().add_tenant(shop))


def take(
    importer: Callable[..., ImportReport],
    unit: UnitOfWork,
    content: str,
    *,
    dry_run: bool = False,
    now: datetime = NOW,
) -> ImportReport:
    source = bytes_source("file.csv", content.encode())
    return importer(unit, source, TableOptions(), now=now, dry_run=dry_run)


def reasons(report: ImportReport) -> dict[str, int]:
    return {rows.reason: rows.count for rows in report.skipped}


def on_hand(unit: UnitOfWork, sku: str) -> Decimal:
    with unit.reading():
        key = StockKey(unit.products.get(sku).id, unit.locations.get(None).id)
        return unit.ledger.levels([key])[key].on_hand


@pytest.fixture
def stocked(unit: UnitOfWork) -> UnitOfWork:
    take(import_suppliers, unit, "code,name,lead_time_days\nleaf,Leaf Ltd,5\n")
    take(import_products, unit, "sku,name,supplier,unit_cost\nA1,Mug,LEAF,2.5\nA2,Cup,LEAF,1\n")
    return unit


def test_suppliers_are_added_with_the_shops_lead_time_where_none_is_said(unit: UnitOfWork) -> None:
    report = take(
        import_suppliers,
        unit,
        "code,name,email,lead_time_days\nleaf,Leaf Ltd,a@leaf.example,5\nroot,Root,,\n",
    )
    assert report.taken == 2
    with unit.reading():
        leaf, root = unit.suppliers.all()
    assert (leaf.email, leaf.lead_time.mean_days) == ("a@leaf.example", 5)
    assert root.lead_time.mean_days == unit.tenant.policy.default_lead_time_days


def test_suppliers_with_a_bad_address_or_lead_time_are_left_out(unit: UnitOfWork) -> None:
    report = take(
        import_suppliers,
        unit,
        "code,email,lead_time_days\na,no address,5\nb,x@y.example,9999\nc,,-1\n,,1\nd,,1\n",
    )
    assert report.taken == 1
    assert reasons(report) == {
        "bad e-mail address": 1,
        "bad lead time": 1,
        "bad lead time days": 1,
        "no supplier": 1,
    }


def test_how_orders_reach_a_supplier_is_read_and_an_empty_cell_keeps_it(unit: UnitOfWork) -> None:
    take(
        import_suppliers,
        unit,
        "code;nome;email;canal do pedido;webhook;valor m\u00ednimo;dias de pedido\n"
        "LEAF;Leaf;a@leaf.example;email;https://leaf.example/x;1.150,50;seg,qui\n",
    )
    take(import_suppliers, unit, "code,name,order_channel,order_days\nLEAF,Leaf Ltd,,\n")
    with unit.reading():
        (leaf,) = unit.suppliers.all()
    assert (leaf.name, leaf.order_channel) == ("Leaf Ltd", "email")
    assert (leaf.webhook_url, leaf.minimum_order_value) == (
        "https://leaf.example/x",
        Decimal("1150.50"),
    )
    assert leaf.order_days == {0, 3}


def test_suppliers_whose_orders_could_not_leave_are_left_out(unit: UnitOfWork) -> None:
    report = take(
        import_suppliers,
        unit,
        "code,email,order_channel,webhook_url,order_days\n"
        "a,,email,,\nb,,webhook,,\nc,,fax,,\nd,,,ftp://x,\ne,,,,someday\nf,,file,,any\n",
    )
    assert report.taken == 1
    assert reasons(report) == {
        "no address for orders": 2,
        "bad order channel": 1,
        "bad webhook URL": 1,
        "bad order days": 1,
    }


def test_products_are_added_with_their_supplier(stocked: UnitOfWork) -> None:
    with stocked.reading():
        product = stocked.products.get("A1")
        supplier = stocked.suppliers.all()[0]
    assert (product.name, product.unit_cost) == ("Mug", Decimal("2.5"))
    assert product.supplier_id == supplier.id


def test_a_missing_column_and_an_empty_cell_keep_what_is_stored(stocked: UnitOfWork) -> None:
    take(import_products, stocked, "sku,name,pack_size\nA1,,6\n")
    with stocked.reading():
        product = stocked.products.get("A1")
    assert (product.name, product.unit_cost, product.pack_size) == (
        "Mug",
        Decimal("2.5"),
        Decimal(6),
    )
    assert product.supplier_id is not None


def test_products_imported_twice_change_nothing(stocked: UnitOfWork) -> None:
    again = take(import_products, stocked, "sku,name\nA1,Mug\na1,Mug\nA2,Tall cup\n")
    assert (again.taken, again.already_there, again.merged) == (1, 2, 1)


def test_all_facts_of_a_product_are_read(unit: UnitOfWork) -> None:
    take(
        import_products,
        unit,
        "sku;nome;categoria;custo;preço;embalagem;moq;estoque máximo;status;nível de serviço\n"
        "P1;Café;Mercearia;7,10;12,90;6;12;120;ativo;97,5%\n",
    )
    with unit.reading():
        product = unit.products.get("P1")
    assert (product.category, product.unit_price) == ("Mercearia", Decimal("12.9"))
    assert (product.minimum_order_quantity, product.maximum_stock) == (
        Decimal(12),
        Decimal(120),
    )
    assert (product.status, product.service_level) == (ProductStatus.ACTIVE, 0.975)


def test_products_with_bad_facts_are_left_out_with_their_reasons(stocked: UnitOfWork) -> None:
    report = take(
        import_products,
        stocked,
        "sku,supplier,unit_cost,pack_size,status,service_level\n"
        "B1,NOBODY,,,,\nB2,,-1,,,\nB3,,,0,,\nB4,,,,gone,\nB5,,,,,200\nB6,,1,1,active,0.9\n",
    )
    assert report.taken == 1
    assert reasons(report) == {
        "unknown supplier": 1,
        "bad price": 1,
        "bad pack size": 1,
        "bad status": 1,
        "bad service level": 1,
    }


def test_a_dry_run_of_products_writes_nothing(unit: UnitOfWork) -> None:
    assert take(import_products, unit, "sku\nA1\n", dry_run=True).products_created == 1
    with unit.reading():
        assert unit.products.all() == []


def test_a_count_settles_what_is_on_hand(stocked: UnitOfWork) -> None:
    report = take(import_counts, stocked, "sku,quantity\nA1,12\nA2,0\nA9,1\nA1,-4\n")
    assert (report.taken, on_hand(stocked, "A1")) == (2, Decimal(12))
    assert reasons(report) == {"unknown SKU": 1, "bad quantity": 1}


def test_the_same_counts_twice_are_one(stocked: UnitOfWork) -> None:
    rows = "sku,quantity,date\nA1,12,2026-03-09\n"
    take(import_counts, stocked, rows)
    assert take(import_counts, stocked, rows).already_there == 1
    assert on_hand(stocked, "A1") == 12


def test_a_corrected_count_of_the_same_day_counts(stocked: UnitOfWork) -> None:
    take(import_counts, stocked, "sku,quantity,date\nA1,12,2026-03-09\n")
    take(import_counts, stocked, "sku,quantity,date\nA1,21,2026-03-09\n")
    assert on_hand(stocked, "A1") == 21


def test_a_count_older_than_a_movement_is_left_out(stocked: UnitOfWork) -> None:
    take(import_movements, stocked, "sku,kind,quantity,date\nA1,receipt,5,2026-03-08\n")
    report = take(import_counts, stocked, "sku,quantity,date\nA1,12,2026-03-07\nA2,3,2026-03-07\n")
    assert (report.taken, reasons(report)) == (1, {"moved after the count": 1})
    assert "2026-03-08" in report.skipped[0].examples[0]
    assert on_hand(stocked, "A1") == 5


def test_counts_of_several_days_in_one_file_follow_each_other(stocked: UnitOfWork) -> None:
    take(import_counts, stocked, "sku,quantity,date\nA1,7,2026-03-09\nA1,12,2026-03-07\n")
    assert on_hand(stocked, "A1") == 7


def test_a_dry_run_of_counts_books_nothing(stocked: UnitOfWork) -> None:
    assert take(import_counts, stocked, "sku,quantity\nA1,12\n", dry_run=True).taken == 1
    assert on_hand(stocked, "A1") == 0


def test_movements_are_booked_with_their_sign(stocked: UnitOfWork) -> None:
    rows = (
        "sku,kind,quantity,date,reference\nA1,receipt,10,2026-03-01,GR1\nA1,Venda,4,2026-03-02,S1\n"
        "A1,adjustment,-1,2026-03-03,\nA1,devolução,2,2026-03-03,\n"
    )
    report = take(import_movements, stocked, rows)
    assert (report.movements_booked, on_hand(stocked, "A1")) == (4, Decimal(7))
    assert take(import_movements, stocked, rows).already_there == 4


def test_bad_movements_are_left_out_with_their_reasons(stocked: UnitOfWork) -> None:
    report = take(
        import_movements,
        stocked,
        "sku,kind,quantity,date\nA1,count,1,2026-03-01\nA1,receipt,-1,2026-03-01\n"
        "A1,receipt,0,2026-03-01\nA9,receipt,1,2026-03-01\nA1,receipt,,2026-03-01\n",
    )
    assert report.taken == 0
    assert reasons(report) == {
        "bad quantity": 2,
        "unknown kind of movement": 1,
        "zero quantity": 1,
        "unknown SKU": 1,
    }


def test_a_late_receipt_does_not_change_what_was_counted_after_it(stocked: UnitOfWork) -> None:
    take(import_counts, stocked, "sku,quantity,date\nA1,12,2026-03-05\n")
    take(import_movements, stocked, "sku,kind,quantity,date\nA1,receipt,5,2026-03-01\n")
    assert on_hand(stocked, "A1") == 12


def test_the_calendar_is_kept_and_may_look_ahead(unit: UnitOfWork) -> None:
    rows = "ds,open\n2026-03-01,0\n2026-12-25,closed\n2026-03-02,1\n2026-03-03,maybe\n"
    report = take(import_calendar, unit, rows)
    assert (report.taken, reasons(report)) == (3, {"neither yes nor no": 1})
    with unit.reading():
        days = unit.calendar.days(date(2026, 1, 1), date(2026, 12, 31))
    assert {day: said.is_open for day, said in days.items()} == {
        date(2026, 3, 1): False,
        date(2026, 3, 2): True,
        date(2026, 12, 25): False,
    }
    assert take(import_calendar, unit, rows).already_there == 3


def said_of(unit: UnitOfWork, day: date) -> CalendarDay | None:
    with unit.reading():
        return unit.calendar.days(day, day).get(day)


def test_an_event_says_nothing_of_whether_the_shop_is_open(unit: UnitOfWork) -> None:
    rows = "data;evento\n10/05/2026;  Dia das\tMães \n11/05/2026;\n"
    report = take(import_calendar, unit, rows)
    assert (report.taken, report.already_there, report.columns["event"]) == (1, 1, "evento")
    assert said_of(unit, date(2026, 5, 10)) == CalendarDay(event="Dia das Mães")
    assert said_of(unit, date(2026, 5, 11)) is None
    assert take(import_calendar, unit, rows).already_there == 2


def test_an_event_and_an_open_day_are_kept_beside_each_other(unit: UnitOfWork) -> None:
    day = date(2026, 5, 10)
    take(import_calendar, unit, "date,open\n2026-05-10,1\n")
    take(import_calendar, unit, "date,open,event\n2026-05-10,,fair\n")
    assert said_of(unit, day) == CalendarDay(is_open=True, event="fair")
    take(import_calendar, unit, "date,event\n2026-05-10,no\n")
    assert said_of(unit, day) == CalendarDay(is_open=True)


def test_a_column_of_promotions_may_say_yes_and_no(unit: UnitOfWork) -> None:
    take(import_calendar, unit, "date,Promoção\n2026-05-10,1\n2026-05-11,0\n")
    assert said_of(unit, date(2026, 5, 10)) == CalendarDay(event="Promoção")
    assert said_of(unit, date(2026, 5, 11)) is None


def test_an_event_without_end_is_left_out(unit: UnitOfWork) -> None:
    report = take(import_calendar, unit, f"date,event\n2026-05-10,{'x' * 61}\n")
    assert reasons(report) == {"event too long": 1}


def test_a_calendar_says_of_its_days_whether_they_are_open_or_what_happens(
    unit: UnitOfWork,
) -> None:
    with pytest.raises(InvalidInputError, match="looks like the open or the event"):
        take(import_calendar, unit, "date,weather\n2026-05-10,rain\n")


@dataclass(frozen=True)
class Line:
    sku: str
    kind: str
    quantity: Decimal
    occurred_at: datetime
    reference: str
    location: str


def history(unit: UnitOfWork) -> list[Line]:
    with unit.reading():
        place = unit.locations.get(None).code
    facts = [("receipt", 20), ("sale", 5), ("count", 14), ("sale", 2), ("receipt", 6)]
    return [
        Line("A1", kind, Decimal(units), NOW - timedelta(days=9 - day), f"h:{day}", place)
        for day, (kind, units) in enumerate(facts)
    ]


def test_a_whole_history_is_loaded_and_loading_it_again_doubles_nothing(
    stocked: UnitOfWork,
) -> None:
    lines = history(stocked)
    assert load_history(stocked, lines) == 5
    assert on_hand(stocked, "A1") == 18
    assert load_history(stocked, lines) == 0
    assert on_hand(stocked, "A1") == 18


def test_a_product_names_its_supplier_by_code_or_by_name(unit: UnitOfWork) -> None:
    take(import_suppliers, unit, "code,name\nF1,Café São José\nF2,Twin\nF3,Twin\n")
    rows = "sku,fornecedor\nA,cafe  sao jose\nB,f1\nC,Twin\nD,Nobody\n"
    report = take(import_products, unit, rows)
    with unit.reading():
        suppliers = {product.sku: product.supplier_id for product in unit.products.all()}
    assert suppliers["A"] == suppliers["B"] is not None
    assert reasons(report) == {"unknown supplier": 2}
    assert "2 suppliers are called 'Twin'" in report.skipped[0].examples[0]


@pytest.mark.parametrize(
    "header",
    ["Prazo;Desvio", "Prazo de entrega (dias);Desvio padrão", "prazo médio;desvio padrão do prazo"],
)
def test_lead_times_are_found_by_their_portuguese_names(unit: UnitOfWork, header: str) -> None:
    report = take(import_suppliers, unit, f"Código;Fornecedor;{header}\nF1;Folha;7;1,5\n")
    with unit.reading():
        (supplier,) = unit.suppliers.all()
    assert (supplier.lead_time.mean_days, supplier.lead_time.standard_deviation_days) == (7, 1.5)
    assert supplier.name == "Folha"
    assert report.columns_left_aside == ()


def test_a_portuguese_catalogue_is_read_whole_and_the_rest_is_named(stocked: UnitOfWork) -> None:
    report = take(
        import_products,
        stocked,
        "Código;Nome;Fornecedor;Custo;Preço;Embalagem;Pedido mínimo;Estoque máximo;Categoria;"
        "Situação;Cor\nP1;Café;Leaf Ltd;7,10;12,90;6;12;1.200;Mercearia;ativo;azul\n",
    )
    assert (report.columns_left_aside, report.new_skus) == (("Cor",), ("P1",))
    assert len(report.columns) == 10
    with stocked.reading():
        assert stocked.products.get("P1").maximum_stock == 1200


def test_counts_are_found_by_their_portuguese_names(stocked: UnitOfWork) -> None:
    with stocked.reading():
        place = stocked.locations.get(None).code
    for header in ("Contagem", "Quantidade", "Saldo"):
        report = take(import_counts, stocked, f"Código;{header};Local\nA1;1;{place}\n")
        assert (len(report.columns), report.skipped) == (3, ())


@pytest.mark.parametrize(
    ("importer", "content"),
    [
        (import_products, "sku,pack_size\nA1,{}\n"),
        (import_products, "sku,unit_cost\nA1,{}\n"),
        (import_products, "sku,service_level\nA1,{}\n"),
        (import_suppliers, "code,lead_time_days\nleaf,{}\n"),
        (import_counts, "sku,quantity\nA1,{}\n"),
        (import_movements, "sku,kind,quantity,date\nA1,receipt,{},2026-03-01\n"),
    ],
)
def test_a_number_beyond_all_bounds_is_a_bad_row_of_any_file(
    stocked: UnitOfWork, importer: Callable[..., ImportReport], content: str
) -> None:
    for number in ("1e999999999", "-1e999999999", "1e-999999999999999999999", "sNaN"):
        report = take(importer, stocked, content.format(number))
        assert (report.taken, sum(reasons(report).values())) == (0, 1)
