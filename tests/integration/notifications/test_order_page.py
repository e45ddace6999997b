"""The printable order: whole in itself, exact, in the shop's language, and nobody's markup."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest

from stockcli.notifications.order_files import order_csv
from stockcli.notifications.order_letter import order_text
from stockcli.notifications.order_page import order_page
from tests.fixtures.order_document import order_document


def line(**changed: object) -> dict[str, object]:
    return {"sku": "TEA", "name": "Tea", "quantity": 12, "unit_cost": 2, "total": 24} | changed


class Page(HTMLParser):
    """What a browser would see: tags, addresses and words."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: dict[str, list[str]] = {}
        self.words: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        for name, value in attrs:
            self.attributes.setdefault(name, []).append(value or "")

    def handle_data(self, data: str) -> None:
        if data.strip():
            self.words.append(data.strip())


def test_all_of_an_order_stands_on_the_page() -> None:
    words = Page(order_page(order_document(note="Ring the bell"))).words
    for said in (
        "Purchase order PO-00007",
        "Acme Gifts",
        "Leaf Ltd",
        "orders@leaf.example",
        "Shop floor",
        "1 May 2024",
        "8 May 2024",
        "Ring the bell",
        "TEA",
        "12",
        "\u00a32.0417",
        "\u00a324.50",
    ):
        assert said in words, said


def test_a_product_called_script_is_a_name() -> None:
    evil = "<script>alert('x')</script><img src=//evil.example onerror=alert(1)>"
    changed = dict.fromkeys(("shop", "supplier", "note", "location_name", "supplier_email"), evil)
    page = Page(order_page(order_document(lines=[line(sku=evil, name=evil)], **changed)))
    assert not page.tags & {"script", "img", "a", "link", "iframe"}
    assert not page.attributes.keys() & {"src", "href", "onerror"}
    assert page.words.count(evil) >= 6


def test_the_page_needs_nothing_else_and_may_fetch_nothing() -> None:
    text = order_page(order_document())
    assert not re.search(r"https?://|url\(|@import", text)
    assert "default-src 'none'" in " ".join(Page(text).attributes["content"])


def test_no_control_and_no_turning_of_letters_reaches_the_page() -> None:
    text = order_page(order_document(lines=[line(name="Tea\x1b[31m\u202egnp.exe\x00")]))
    assert not set(text) & set("\x1b\u202e\x00")


@pytest.mark.parametrize(
    ("currency", "language", "cost", "total"),
    [
        ("GBP", "en", "\u00a31,234.5678", "\u00a31,234.57"),
        ("BRL", "pt", "R$\u00a01.234,5678", "R$\u00a01.234,57"),
        ("EUR", "pt", "\u20ac\u00a01.234,5678", "\u20ac\u00a01.234,57"),
        ("JPY", "en", "JP\u00a51,234.5678", "JP\u00a51,235"),
        ("GBP", "tlh", "\u00a31,234.5678", "\u00a31,234.57"),
    ],
)
def test_money_is_written_as_the_language_writes_it(
    currency: str, language: str, cost: str, total: str
) -> None:
    lines = [line(unit_cost=1234.5678, total=1234.57)]
    document = order_document(lines=lines, currency=currency, language=language)
    words = Page(order_page(document)).words
    assert cost in words
    assert total in words


def test_a_portuguese_shop_writes_portuguese() -> None:
    document = order_document(language="pt", revision=3, currency="BRL")
    page, letter = order_page(document), order_text(document)
    assert '<html lang="pt">' in page
    assert "Pedido de compra PO-00007, revis\u00e3o 3" in Page(page).words
    assert "Entrega prevista: 8 de maio de 2024" in letter
    assert "Substitui todas as revis\u00f5es anteriores" in letter


def test_a_text_that_begins_as_a_formula_is_a_text_in_the_lines() -> None:
    row = line(sku="=1+1", name="@SUM(A1)", quantity=-3)
    assert order_csv(order_document(lines=[row])).splitlines()[1] == "'=1+1,'@SUM(A1),-3,2,24"
