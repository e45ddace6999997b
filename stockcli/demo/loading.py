"""Putting the demo's shops into a database, with the same imports a shop's own files go through.

Loading again completes what is missing and changes nothing else: products, orders and counts that
somebody has made since stay as they are.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from stockcli.demo import giftware, grocer
from stockcli.demo.shapes import DemoProduct, DemoShop, DemoSupplier
from stockcli.domain.calendar import CalendarDay
from stockcli.domain.catalogue import Location, Product, ProductStatus, Supplier
from stockcli.domain.demand import LeadTime
from stockcli.domain.identifiers import LocationId, ProductId, SupplierId, TenantId
from stockcli.domain.shop import Tenant, local_day
from stockcli.usecases.importing import (
    ImportReport,
    SalesOptions,
    TableOptions,
    bytes_source,
    file_source,
    import_counts,
    import_sales,
    load_history,
)
from stockcli.usecases.ports import Directory, UnitOfWork

SALES_PROFILE = "online-retail"
COUNTS_NAME = "generated counts"
RECORDS_LOOKED_AT = 1000

OnStep = Callable[[str, int, int], None]
"""Told what is being done, how much of it is done, and how much there is."""


@dataclass(frozen=True, kw_only=True)
class LoadedShop:
    """One shop of the demo, as it stands now.

    Attributes:
        is_new: it was not there before.
        products: in the catalogue.
        movements_booked: entries of the ledger that were new.
        sales: what came of the file of real sales; None for the generated shop, and when the
            file was there already.
    """

    shop: Tenant
    is_new: bool
    products: int
    movements_booked: int
    sales: ImportReport | None = None


@dataclass(frozen=True, kw_only=True)
class DemoLoader:
    """Loads shops.

    Attributes:
        unit_of: opens the unit of work of a shop.
        now: the present instant, timezone-aware.
        on_step: told how far it is.
    """

    directory: Directory
    unit_of: Callable[[Tenant], UnitOfWork]
    now: datetime
    on_step: OnStep = lambda _label, _done, _total: None

    def load_giftware(self) -> LoadedShop:
        """Load the real shop: its sales as a file of sales, then the generated last count.

        Raises:
            DatabaseError: the database cannot be used.
        """
        known = self._known(giftware.SLUG)
        if known is not None and _is_complete(unit := self.unit_of(known)):
            return LoadedShop(
                shop=known, is_new=False, products=_count_products(unit), movements_booked=0
            )
        self.on_step("Preparing the giftware shop", 0, 1)
        demo = giftware.shop()
        shop, is_new = self._shop(demo)
        unit = self.unit_of(shop)
        _put_masters(unit, demo)
        self.on_step("Preparing the giftware shop", 1, 1)
        sales = self._import_sales(unit)
        last_evening = bytes_source(COUNTS_NAME, _counts_csv(demo, shop))
        counts = import_counts(unit, last_evening, TableOptions(), now=self.now)
        return LoadedShop(
            shop=shop,
            is_new=is_new,
            products=_count_products(unit),
            movements_booked=sales.movements_booked + counts.movements_booked,
            sales=sales,
        )

    def load_grocer(self) -> LoadedShop:
        """Load the generated shop, ledger and all.

        Raises:
            DatabaseError: the database cannot be used.
        """
        self.on_step("Preparing the grocer's", 0, 1)
        demo = grocer.shop()
        shop, is_new = self._shop(demo)
        unit = self.unit_of(shop)
        _put_masters(unit, demo)
        self.on_step("Preparing the grocer's", 1, 1)
        label, total = "Booking the grocer's ledger", len(demo.movements)
        booked = load_history(unit, demo.movements, lambda done: self.on_step(label, done, total))
        return LoadedShop(
            shop=shop, is_new=is_new, products=_count_products(unit), movements_booked=booked
        )

    def _shop(self, demo: DemoShop) -> tuple[Tenant, bool]:
        known = self._known(demo.slug)
        if known is not None:
            return known, False
        wanted = Tenant(
            id=TenantId(0),
            slug=demo.slug,
            name=demo.name,
            currency=demo.currency,
            timezone=demo.timezone,
        )
        return self.directory.add_tenant(wanted), True

    def _known(self, slug: str) -> Tenant | None:
        return next((one for one in self.directory.tenants() if one.slug == slug), None)

    def _import_sales(self, unit: UnitOfWork) -> ImportReport:
        source = file_source(giftware.LINES_PATH)
        label, total = "Importing real sales", source.size_bytes or 1
        return import_sales(
            unit,
            source,
            SalesOptions(profile=SALES_PROFILE, create_products=False),
            now=self.now,
            on_progress=lambda done: self.on_step(label, done, total),
        )


def _is_complete(unit: UnitOfWork) -> bool:
    """Return whether both files went in to their end: an import is recorded when it is done."""
    with unit.reading():
        done = {record.file_name for record in unit.imports.latest(RECORDS_LOOKED_AT)}
    return {giftware.LINES_PATH.name, COUNTS_NAME} <= done


def _count_products(unit: UnitOfWork) -> int:
    with unit.reading():
        return len(unit.products.all())


def _put_masters(unit: UnitOfWork, demo: DemoShop) -> None:
    """Add suppliers, places, products and closed days that are not known yet."""
    with unit:
        _put_suppliers(unit, demo)
        known_places = {place.code for place in unit.locations.all()}
        unit.locations.put(
            Location(id=LocationId(0), code=code, name=name)
            for code, name in demo.locations
            if code not in known_places
        )
        _put_products(unit, demo)
        _put_days(unit, demo)
        unit.commit()


def _put_suppliers(unit: UnitOfWork, demo: DemoShop) -> None:
    known = {supplier.code for supplier in unit.suppliers.all()}
    unit.suppliers.put(_supplier(one) for one in demo.suppliers if one.code not in known)


def _supplier(demo: DemoSupplier) -> Supplier:
    lead_time = LeadTime(
        mean_days=demo.lead_time_days, standard_deviation_days=demo.lead_time_sd_days
    )
    return Supplier(
        id=SupplierId(0), code=demo.code, name=demo.name, email=demo.email, lead_time=lead_time
    )


def _put_products(unit: UnitOfWork, demo: DemoShop) -> None:
    suppliers = {supplier.code: supplier.id for supplier in unit.suppliers.all()}
    known = unit.products.by_sku({product.sku for product in demo.products})
    unit.products.put(
        _product(product, suppliers[product.supplier_code])
        for product in demo.products
        if product.sku not in known
    )


def _product(demo: DemoProduct, supplier_id: SupplierId) -> Product:
    return Product(
        id=ProductId(0),
        sku=demo.sku,
        name=demo.name,
        category=demo.category,
        supplier_id=supplier_id,
        status=ProductStatus(demo.status),
        unit_cost=demo.unit_cost,
        unit_price=demo.unit_price,
        pack_size=demo.pack_size,
        minimum_order_quantity=demo.minimum_order_quantity,
        maximum_stock=demo.maximum_stock,
    )


def _put_days(unit: UnitOfWork, demo: DemoShop) -> None:
    if demo.closed_days:
        known = unit.calendar.days(min(demo.closed_days), max(demo.closed_days))
        said = {day: known.get(day, CalendarDay()) for day in demo.closed_days}
        unit.calendar.put(
            {day: replace(one, is_open=False) for day, one in said.items() if one.is_open is None}
        )


def _counts_csv(demo: DemoShop, shop: Tenant) -> bytes:
    """Return the last evening's counts as a file of counts; each holds for its day's close."""
    file = io.StringIO()
    table = csv.writer(file)
    table.writerow(("sku", "location", "quantity", "date"))
    table.writerows(
        (one.sku, one.location, one.quantity, local_day(shop, one.occurred_at))
        for one in demo.movements
    )
    return file.getvalue().encode()
