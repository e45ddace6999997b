"""Which column of a file is what: said by flags, known from a profile, or read off the header."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from dataclasses import field as dataclass_field

from stockcli.domain.errors import InvalidInputError

LONGEST_LIST = 300


@dataclass(frozen=True, kw_only=True)
class ColumnMapping:
    """The columns of a sales file, by their names in its header; empty ones are detected."""

    sku: str = ""
    quantity: str = ""
    date: str = ""
    invoice: str = ""
    price: str = ""
    name: str = ""
    location: str = ""
    status: str = ""

    def chosen(self) -> dict[str, str]:
        """Return the columns that were named."""
        return {field: str(column) for field, column in asdict(self).items() if column}


@dataclass(frozen=True, kw_only=True)
class Layout:
    """What a kind of file may hold, field by field, in the order columns are given away.

    Attributes:
        one_of: optional fields of which the file must hold one at least.
        also: what a field's column may be called in such files only.
    """

    required: tuple[str, ...]
    optional: tuple[str, ...] = ()
    one_of: tuple[str, ...] = ()
    also: Mapping[str, str] = dataclass_field(default_factory=dict)

    @property
    def fields(self) -> tuple[str, ...]:
        """Return all fields."""
        return self.required + self.one_of + self.optional


_SYNONYMS: Mapping[str, str] = {
    "sku": "sku stockcode productcode itemcode productid itemid codigo codigoproduto codproduto "
    "cod code ean gtin barcode codigobarras uniqueid product produto item artigo article",
    "quantity": "quantity qty quantidade qtd qtde quant units unidades unitssold qtdvendida "
    "quantidadevendida counted contagem contado contada quantidadecontada qtdcontada "
    "onhand estoque stock sold vendido",
    "date": "invoicedate date data datahora datavenda datadavenda saledate orderdate datetime "
    "timestamp occurredat createdat dia day ds datacontagem datadacontagem",
    "invoice": "invoiceno invoice invoicenumber invoiceid notafiscal nota numeronota nf pedido "
    "numeropedido orderno ordernumber orderid order transactionid transaction receiptno "
    "receipt cupom venda idvenda ticket",
    "price": "unitprice price preco precounitario valorunitario precovenda sellingprice",
    "name": "name description descricao nome productname nomeproduto itemname title titulo "
    "product produto item",
    "tenant": "tenant tenantslug shopslug slug",
    "location": "location locationcode store storeid shop loja local filial warehouse deposito "
    "localizacao",
    "to": "to tolocation destination destino para lojadestino localdestino depositodestino",
    "status": "status situacao estado",
    "category": "category categoria department departamento group grupo secao setor",
    "supplier": "supplier suppliercode fornecedor codigofornecedor vendor "
    "codigodofornecedor nomefornecedor nomedofornecedor",
    "unit_cost": "unitcost cost custo custounitario precocusto precodecusto purchaseprice",
    "unit_price": "unitprice price preco precounitario precovenda precodevenda "
    "valorunitario sellingprice",
    "pack_size": "packsize pack embalagem qtdembalagem quantidadeporembalagem unidadesporcaixa "
    "caixa multiple multiplo",
    "minimum_order_quantity": "minimumorderquantity moq minimumorder pedidominimo "
    "quantidademinima loteminimo",
    "maximum_stock": "maximumstock maxstock maximum estoquemaximo estoquemax maximo",
    "service_level": "servicelevel niveldeservico nivelservico",
    "code": "code suppliercode supplier codigo codigofornecedor codigodofornecedor fornecedor id",
    "email": "email emailaddress correio",
    "rank": "rank ranking priority prioridade ordem ordemcompra",
    "breaks": "breaks pricebreaks quantitybreaks pricelevels faixas faixasdepreco "
    "precosporquantidade descontosporquantidade",
    "lead_time_days": "leadtimedays leadtime leadtimemeandays prazo prazoentrega prazodias "
    "prazodeentrega prazoentregadias prazodeentregadias prazoemdias prazomedio prazomediodias",
    "lead_time_sd_days": "leadtimesddays leadtimesd leadtimestandarddeviationdays desvioprazo "
    "desviodoprazo desviopadraodoprazo desviopadrao desviopadraodias desviodias desvio stddev",
    "order_channel": "orderchannel ordersgoby canaldopedido canalpedido",
    "webhook_url": "webhookurl webhook",
    "minimum_order_value": "minimumordervalue minordervalue valorminimo pedidominimo "
    "valorminimodopedido",
    "order_days": "orderdays orderingdays diasdepedido diasdopedido",
    "kind": "kind type tipo movement movimento movementtype tipomovimento",
    "reference": "reference ref referencia documento document note number numero",
    "open": "open aberto isopen aberta funcionamento",
    "event": "event evento promotion promocao promo holiday feriado eventname nomeevento label",
}


def columns_of(
    header: Sequence[str], layout: Layout, chosen: Mapping[str, str], file_name: str
) -> dict[str, int]:
    """Return where each field stands in the header; fields without a column are left out.

    Args:
        header: the file's column names.
        layout: the fields to find.
        chosen: columns named by the user or a profile, by field.
        file_name: for the message.

    Raises:
        InvalidInputError: a named column or a required field has none, or all of those of
            which one is required.
    """
    places = {
        field: _named(header, column, field, file_name)
        for field, column in chosen.items()
        if column and field in layout.fields
    }
    for field in layout.fields:
        place = None if field in places else _detected(header, layout, field, set(places.values()))
        if place is not None:
            places[field] = place
    for field in layout.required:
        if field not in places:
            raise _missing(header, (field,), file_name)
    if layout.one_of and not places.keys() & set(layout.one_of):
        raise _missing(header, layout.one_of, file_name)
    return places


def left_aside(header: Sequence[str], places: Mapping[str, int]) -> tuple[str, ...]:
    """Return the columns no field was found for; those without a name are not told."""
    taken = set(places.values())
    return tuple(name for place, name in enumerate(header) if name and place not in taken)


def plain_header(text: str) -> str:
    """Return a column's name as it is compared: lower case, letters and digits, no accents.

    >>> plain_header("Código do Produto"), plain_header("Invoice_No")
    ('codigodoproduto', 'invoiceno')
    """
    letters = unicodedata.normalize("NFKD", text).casefold()
    return re.sub(r"[^a-z0-9]", "", letters)


def _named(header: Sequence[str], column: str, field: str, file_name: str) -> int:
    plain = plain_header(column)
    for place, name in enumerate(header):
        if name == column or (plain and plain_header(name) == plain):
            return place
    raise InvalidInputError(
        f"{file_name} has no column {column!r}; its columns are {_listed(header)}",
        f"name one of them with --map {field}=COLUMN",
    )


def _detected(header: Sequence[str], layout: Layout, field: str, taken: set[int]) -> int | None:
    plain = [plain_header(name) for name in header]
    for synonym in (*_SYNONYMS[field].split(), *layout.also.get(field, "").split()):
        if synonym in plain and plain.index(synonym) not in taken:
            return plain.index(synonym)
    return None


def _missing(header: Sequence[str], fields: Sequence[str], file_name: str) -> InvalidInputError:
    words = " or the ".join(field.replace("_", " ") for field in fields)
    return InvalidInputError(
        f"no column of {file_name} looks like the {words}; its columns are {_listed(header)}",
        f"name it with {' or '.join(f'--{field} COLUMN' for field in fields)}",
    )


def _listed(header: Sequence[str]) -> str:
    shown = ", ".join(name if name.isprintable() else repr(name) for name in header)
    return shown if len(shown) <= LONGEST_LIST else f"{shown[:LONGEST_LIST]}..."
