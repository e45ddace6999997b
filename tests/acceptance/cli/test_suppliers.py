"""Suppliers' particulars, the printed order, and orders by e-mail, as a manager has them."""

from __future__ import annotations

import stat

from tests.acceptance.cli.conftest import Command
from tests.fakes.mail_server import SENDER, mail_box
from tests.fixtures.shops import Shops

URL = "https://hooks.example.com/T0/hunter2?key=hunter2"


def test_a_supplier_is_set_shown_and_listed_without_its_secret(
    stock: Command, tokens: Shops
) -> None:
    token = tokens.north_manager
    wanted = ("--webhook-url", URL, "--order-channel", "webhook", "--order-days", "thu,mon")
    # Whether the address can be looked up here decides nothing: it is looked at as it leaves.
    more = ("--minimum-order-value", "150", "--lead-time-days", "4.5", "--name", "Leaf & Co")
    ran = stock("supplier", "set", "leaf", *wanted, *more, "--json", token=token)
    assert ran.code == 0, ran
    assert ran.json["webhook_url"] == "https://hooks.example.com/..."
    assert (ran.json["order_days"], ran.json["minimum_order_value"]) == ("mon,thu", 150)
    stock("order", "LAMP", "8", "--yes", token=token)
    shown = stock("supplier", "show", "LEAF", token=token)
    listed = stock("supplier", "list", token=token)
    assert "PO-00001" in shown.out
    assert "150.00 GBP" in shown.out
    assert "Leaf & Co" in listed.out
    audit = stock("audit", "--json", token=token)
    assert "hunter2" not in "".join(one.said for one in (ran, shown, listed, audit))


def test_an_analyst_looks_at_suppliers_and_changes_none(stock: Command, tokens: Shops) -> None:
    assert stock("supplier", "show", "LEAF", token=tokens.north_analyst).code == 0
    ran = stock("supplier", "set", "LEAF", "--name", "x", token=tokens.north_analyst)
    assert (ran.code, "reads only" in ran.err) == (1, True)


def test_an_order_is_written_as_a_page_and_writes_over_nothing_else(
    stock: Command, tokens: Shops
) -> None:
    token, file = tokens.north_manager, stock.home / "order.html"
    stock("order", "ROPE", "8", "--yes", token=token)
    show = ("orders", "show", "PO-00001", "--html")
    for _ in range(2):
        ran = stock(*show, str(file), token=token)
        assert (ran.code, ran.out) == (0, "")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert "North rope [bold]knot[/bold]" in file.read_text(encoding="utf-8")
    printed = stock(*show, "-", token=token).out
    assert printed.strip() == file.read_text(encoding="utf-8").strip()
    assert "exclude each other" in stock(*show, "x", "--json", token=token).err
    file.write_text("my diary", encoding="utf-8")
    assert stock(*show, str(file), token=token).code == 2
    assert file.read_text(encoding="utf-8") == "my diary"


def test_without_a_mail_server_an_order_waits_and_it_is_said_until_there_is_one(
    stock: Command, tokens: Shops
) -> None:
    token = tokens.north_manager
    way = ("--email", "orders@leaf.example", "--order-channel", "email")
    assert stock("supplier", "set", "LEAF", *way, token=token).code == 0
    stock("order", "LAMP", "8", "--yes", token=token)
    ran = stock("dispatch", token=token)
    assert ran.code == 1
    said = "order PO-00001: no mail server is set up for orders by e-mail: set STOCK_SMTP_URL"
    assert said in ran.err
    texts = {one["text"]: one["level"] for one in stock("doctor", "--json", token=token).json}
    assert texts["orders to LEAF go by e-mail and wait: no mail server is set up"] == "problem"
    assert "It waits, and leaves when that is mended" in stock("alerts", token=token).out
    with mail_box(auth=True) as box:
        url = box.url.replace("//", "//ana:hunter2@")
        mail = {"STOCK_SMTP_URL": url, "STOCK_MAIL_FROM": SENDER}
        # The order waits for a minute; a cron that runs later finds it due.
        assert stock.python(LATER, **stock.environ(token, **mail)).err == ""
        (letter,) = box.letters
    assert letter["To"] == "Leaf Ltd <orders@leaf.example>"
    shown = stock("orders", "show", "PO-00001", "--json", token=token).json
    assert shown["status"] == "sent"
    logs = "".join(f.read_text(errors="replace") for f in stock.home.rglob("*.log"))
    assert "hunter2" not in logs


LATER = """
from datetime import timedelta
from stockcli.bootstrap import App, SystemClock
from stockcli.settings import load_settings
from stockcli.usecases.dispatching import dispatch

class Later(SystemClock):
    def now(self):
        return super().now() + timedelta(minutes=2)

app = App(load_settings(), Later())
dispatch(app.unit(writes=True), app.courier(), app.clock)
"""


def test_what_was_given_up_leaves_again_once_it_is_mended(stock: Command, tokens: Shops) -> None:
    token = tokens.north_manager
    way = ("--webhook-url", "https://nowhere.invalid/x", "--order-channel", "webhook")
    assert stock("supplier", "set", "LEAF", *way, token=token).code == 0
    stock("order", "LAMP", "8", "--yes", token=token)
    to_cloud = ("--webhook-url", "http://169.254.169.254/latest/")
    allowed = {"STOCK_ALLOW_PRIVATE_WEBHOOKS": "1"}
    assert stock("supplier", "set", "LEAF", *to_cloud, token=token).code == 2
    assert stock("supplier", "set", "LEAF", *to_cloud, token=token, **allowed).code == 0
    ran = stock("dispatch", "--json", token=token)
    assert (ran.code, ran.json[0]["failed"]) == (1, 1)
    assert "leads into a private network" in ran.json[0]["troubles"][0]
    stock("supplier", "set", "LEAF", "--order-channel", "file", token=token)
    again = stock("dispatch", "--resend-failed", token=token)
    assert (again.code, again.out) == (0, "north: 1 sent\n")
    assert (stock.home / "sent" / "north" / "PO-00001.html").is_file()
