"""Whether orders can reach a shop's suppliers."""

from __future__ import annotations

from collections.abc import Sequence

from stockcli.domain.catalogue import OrderChannel, Supplier
from stockcli.domain.contacts import why_no_order_can_leave
from stockcli.usecases.examining import Finding
from stockcli.usecases.ports import UnitOfWork

NAMED = 3


def examine_suppliers(unit: UnitOfWork, *, mail_is_set_up: bool) -> list[Finding]:
    """Return what keeps orders from leaving.

    Args:
        mail_is_set_up: whether this installation has a mail server and a sender.
    """
    with unit.reading():
        suppliers = unit.suppliers.all()
    hint = "mend it with `stock supplier set CODE`"
    findings = [
        Finding(
            level="problem",
            text=reason,
            hint=hint,
            together="orders to some suppliers have no address to go to",
        )
        for supplier in suppliers
        if (reason := why_no_order_can_leave(supplier))
    ]
    by_mail = [one for one in suppliers if one.order_channel is OrderChannel.EMAIL]
    if by_mail and not mail_is_set_up:
        findings.append(_no_mail(by_mail))
    return findings


def _no_mail(suppliers: Sequence[Supplier]) -> Finding:
    codes = ", ".join(one.code for one in suppliers[:NAMED])
    more = ", ..." if len(suppliers) > NAMED else ""
    said = "go by e-mail and wait: no mail server is set up"
    return Finding(
        level="problem",
        text=f"orders to {codes}{more} {said}",
        hint="set STOCK_SMTP_URL and STOCK_MAIL_FROM",
        together=f"orders to suppliers {said}",
    )
