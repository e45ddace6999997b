"""The statements by which a table of daily sales is judged, merged and cut into chunks.

Nothing a file holds stands in them: its texts are rows of tables.
"""

from __future__ import annotations

FIELDS = ("tenant", "sku", "location", "date", "quantity", "price")
NUMBERS = frozenset({"quantity", "price"})

TELL = """
INSERT INTO said_{field}
SELECT unnest(CAST(? AS VARCHAR[])), unnest(CAST(? AS {kind}[])), unnest(CAST(? AS VARCHAR[])),
       unnest(CAST(? AS VARCHAR[]))
"""
NOTHING_SAID = """
CREATE TABLE said_{field} (text VARCHAR, value {kind}, reason VARCHAR, detail VARCHAR)
"""
NO_SHOPS = (
    "CREATE TABLE shops (slug VARCHAR, default_location VARCHAR, today DATE)",
    "CREATE TABLE products (slug VARCHAR, sku VARCHAR, id BIGINT)",
    "CREATE TABLE places (slug VARCHAR, code VARCHAR, id BIGINT)",
)
ADD_SHOP = "INSERT INTO shops VALUES (?, ?, ?)"
ADD_PRODUCTS = """
INSERT INTO products SELECT ?, unnest(CAST(? AS VARCHAR[])), unnest(CAST(? AS BIGINT[]))
"""
ADD_PLACES = """
INSERT INTO places SELECT ?, unnest(CAST(? AS VARCHAR[])), unnest(CAST(? AS BIGINT[]))
"""

# A row is left out for the first thing that is wrong with it, in the order of `stock import sales`.
JUDGE = """
CREATE TABLE judged AS
WITH read AS (
  SELECT rows.rowid AS place, tenant.value AS slug, sku.value AS sku,
         CAST(said_date.value AS DATE) AS day, quantity.value AS units, price.value AS price,
         coalesce(nullif(said_location.value, ''), shops.default_location) AS location,
         shops.today, products.id AS product_id,
         CASE WHEN tenant.reason <> '' THEN [tenant.reason, tenant.detail]
              WHEN sku.reason <> '' THEN [sku.reason, sku.detail]
              WHEN products.id IS NULL
                THEN ['unknown SKU', 'there is no product ''' || sku.value || '''']
              WHEN quantity.reason <> '' THEN [quantity.reason, quantity.detail]
              WHEN said_date.reason <> '' THEN [said_date.reason, said_date.detail]
              WHEN CAST(said_date.value AS DATE) > shops.today
                THEN ['date in the future', '''' || rows.date || ''' is still to come']
              WHEN said_location.reason <> '' THEN [said_location.reason, said_location.detail]
         END AS wrong
  FROM rows
  JOIN said_tenant AS tenant ON tenant.text = rows.tenant
  JOIN said_sku AS sku ON sku.text = rows.sku
  JOIN said_date ON said_date.text = rows.date
  JOIN said_quantity AS quantity ON quantity.text = rows.quantity
  JOIN said_price AS price ON price.text = rows.price
  JOIN said_location ON said_location.text = rows.location
  LEFT JOIN shops ON shops.slug = tenant.value
  LEFT JOIN products ON products.slug = tenant.value AND products.sku = sku.value
)
SELECT read.* EXCLUDE (wrong, today), places.id AS location_id,
       CASE WHEN wrong IS NOT NULL THEN wrong
            WHEN places.id IS NULL
              THEN ['unknown location', 'there is no location ''' || location || '''']
       END AS wrong
FROM read LEFT JOIN places ON places.slug = read.slug AND places.code = read.location
"""

# The mean price, to the even ten-thousandth, as money is rounded.
MERGE = """
CREATE TABLE sales AS
WITH merged AS (
  SELECT slug, day, product_id, location_id, any_value(sku) AS sku, any_value(location) AS location,
         CAST(sum(units) AS BIGINT) AS units, count(*) AS rows,
         count(price) = count(*) AS priced, min(price) AS least, max(price) AS most,
         sum(CAST(price AS HUGEINT) * units) AS worth
  FROM judged WHERE wrong IS NULL GROUP BY slug, day, product_id, location_id
)
SELECT slug, day, product_id, location_id, units, rows,
       CASE WHEN NOT priced THEN NULL WHEN least = most THEN least
            ELSE CAST(worth // units + CAST(2 * (worth % units) > units
                 OR (2 * (worth % units) = units AND (worth // units) % 2 = 1) AS INTEGER)
                 AS BIGINT) END AS price,
       'sale:' || CAST(day AS VARCHAR) || ':' || replace(sku, ':', '%3A') || ':'
         || replace(location, ':', '%3A') AS reference
FROM merged ORDER BY slug, day, sku, location
"""
CUT = """
CREATE TABLE chunks AS
WITH days AS (
  SELECT slug, day, count(*) AS sales, sum(rows) AS rows, bit_xor(hash(reference, units)) AS mark,
         min(rowid) AS first_id, max(rowid) AS last_id
  FROM sales GROUP BY slug, day
), placed AS (
  SELECT *, (sum(sales) OVER (PARTITION BY slug ORDER BY day) - sales) // ? AS chunk FROM days
)
SELECT slug, min(day) AS first_day, max(day) AS last_day, CAST(sum(rows) AS BIGINT) AS rows,
       CAST(sum(sales) AS BIGINT) AS sales, bit_xor(mark) AS mark, min(first_id) AS first_id,
       max(last_id) AS last_id
FROM placed GROUP BY slug, chunk ORDER BY slug, min(day)
"""
CHUNKS = """
SELECT first_day, last_day, rows, sales, mark, first_id, last_id FROM chunks WHERE slug = ?
ORDER BY first_day
"""
READ = """
SELECT reference, product_id, location_id, units, CAST(day AS VARCHAR), price, rows
FROM sales WHERE rowid BETWEEN ? AND ? ORDER BY rowid
"""
REASONS = """
SELECT wrong[1], count(*) AS rows FROM judged WHERE wrong IS NOT NULL GROUP BY 1 ORDER BY 2 DESC, 1
"""
EXAMPLES = """
SELECT place, wrong[2] FROM judged WHERE wrong IS NOT NULL AND wrong[1] = ? ORDER BY place LIMIT ?
"""
LEFT_OUT = """
SELECT place, wrong[1], wrong[2], rows.tenant, rows.sku, rows.location, rows.date, rows.quantity,
       rows.price
FROM judged JOIN rows ON rows.rowid = judged.place WHERE wrong IS NOT NULL ORDER BY place
"""


def staging_sql(cells: dict[str, str], source: str) -> str:
    """Return SQL that brings the cells of a file into the table `rows`, as texts."""
    columns = ", ".join(f"{cells.get(field, chr(39) * 2)} AS {field}" for field in FIELDS)
    return f"CREATE TABLE rows AS SELECT {columns} FROM {source}"  # noqa: S608 - our own words, columns by place and quoted names


def cell_sql(sql: str, kind: str) -> str:
    """Return SQL for the text of a cell; an instant at midnight is written as its day."""
    text = f"coalesce(CAST({sql} AS VARCHAR), '')"
    if not kind.startswith("TIMESTAMP"):
        return text
    day = f"CAST({sql} AS DATE)"
    return f"CASE WHEN {sql} = {day} THEN CAST({day} AS VARCHAR) ELSE {text} END"


def kind_of(field: str) -> str:
    """Return DuckDB's type of what the texts of a field say."""
    return "BIGINT" if field in NUMBERS else "VARCHAR"
