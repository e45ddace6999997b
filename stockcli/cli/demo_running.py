"""Loading the demo from the command line: shops, tokens, login, and what to say about them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from stockcli.bootstrap import App
from stockcli.cli.common import remark
from stockcli.cli.import_progress import progress_shown
from stockcli.cli.render import number, print_lines, print_table
from stockcli.credentials import Place
from stockcli.demo.loading import DemoLoader, LoadedShop
from stockcli.domain.errors import BadTokenError
from stockcli.domain.shop import Role

LABEL = "demo"
REAL = (
    "The giftware shop's products, names, prices and sales are real: Online Retail and Online "
    "Retail II by D. Chen, UCI Machine Learning Repository (doi 10.24432/C5BW33, "
    "10.24432/C5CG6D), CC BY 4.0, a selection of products."
)
GENERATED = (
    "Its suppliers, lead times, costs, pack sizes and opening stock are generated from a fixed "
    "seed, and so is the whole grocer's."
)


@dataclass(frozen=True, kw_only=True)
class LoadedDemo:
    """Both shops, and how to open them.

    Attributes:
        tokens: the managers' tokens made just now, by shop; they are not shown again.
        logged_in_to: the shop that the kept token opens.
    """

    shops: tuple[LoadedShop, ...]
    tokens: dict[str, str]
    logged_in_to: str | None

    def to_json(self) -> dict[str, Any]:
        """Return the facts as JSON values."""
        return {
            "shops": [
                {
                    "tenant": one.shop.slug,
                    "name": one.shop.name,
                    "created": one.is_new,
                    "products": one.products,
                    "movements_booked": one.movements_booked,
                    "sales_import": one.sales.to_json() if one.sales else None,
                    "token": self.tokens.get(one.shop.slug),
                }
                for one in self.shops
            ],
            "logged_in_to": self.logged_in_to,
            "about": [REAL, GENERATED],
        }


def load_demo(app: App, *, force: bool) -> LoadedDemo:
    """Load both shops, make their managers' tokens once, and keep the first shop's.

    Raises:
        NotAllowedError: the token is a shop's, and STOCK_TOKEN or a server asks for it.
    """
    app.require_operator()
    with progress_shown() as step:
        loader = DemoLoader(
            directory=app.directory,
            unit_of=app.unit_for,
            now=app.clock.now(),
            on_step=step,
        )
        shops = (loader.load_giftware(), loader.load_grocer())
    slugs = [one.shop.slug for one in shops]
    tokens = {slug: _new_token(app, slug) for slug in slugs if not _has_token(app, slug)}
    return LoadedDemo(
        shops=shops, tokens=tokens, logged_in_to=_log_in(app, slugs, tokens, force=force)
    )


def _new_token(app: App, slug: str) -> str:
    return app.directory.create_token(
        role=Role.MANAGER, tenant_slug=slug, label=LABEL, expires_at=None
    )


def _has_token(app: App, slug: str) -> bool:
    known = app.directory.tokens(slug)
    return any(one.label == LABEL and one.revoked_at is None for one in known)


def _log_in(app: App, slugs: list[str], tokens: dict[str, str], *, force: bool) -> str | None:
    """Keep the first shop's token, unless another login is kept; return whose is kept now."""
    kept = _shop_of(app, app.kept_token.token if app.kept_token else None)
    if kept in slugs or (kept is not None and not force):
        if kept not in slugs:
            remark(f"you stay logged in to {kept}; --force logs you in to {slugs[0]}")
        return kept
    # A token's secret is not kept: whoever lost it gets another.
    tokens.setdefault(slugs[0], "")
    tokens[slugs[0]] = tokens[slugs[0]] or _new_token(app, slugs[0])
    place = app.credentials.keep(tokens[slugs[0]])
    where = "the keyring" if place is Place.KEYRING else app.settings.credentials_file
    remark(f"logged in to {slugs[0]}: its token is kept in {where}")
    if app.settings.token:
        remark("STOCK_TOKEN is set and goes before the token that was kept just now")
    return slugs[0]


def _shop_of(app: App, token: str | None) -> str | None:
    """Return whose token it is; None if it opens nothing any more."""
    if token is None:
        return None
    try:
        identity = app.sign_in(token)
    except BadTokenError:
        return None
    return identity.tenant.slug if identity.tenant else str(identity.role)


def print_demo(loaded: LoadedDemo) -> None:
    """Print the shops, their tokens, and what to try next."""
    rows = [
        (one.shop.slug, one.shop.name, one.products, f"{one.movements_booked:,}")
        for one in loaded.shops
    ]
    print_table(("shop", "name", number("products"), number("new movements")), rows)
    print_lines("", REAL, GENERATED, "", *_tokens(loaded))
    print_lines("Try next: stock run-check, stock levels --low, stock forecast --product 85123A")


def _tokens(loaded: LoadedDemo) -> Iterator[str]:
    if not loaded.tokens:
        return
    yield "Managers' tokens, shown this once (`stock login` keeps one, `stock token create` more):"
    for slug, token in loaded.tokens.items():
        yield f"  {slug}  {token}"
    yield ""
