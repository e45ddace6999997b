"""Attacks that read: every way SQL has to show a row, and every oracle about rows not shown."""

# ruff: noqa: S608 - the tables' names are our own
from __future__ import annotations

from tests.integration.attacks.harness import Attack, Attacker, attack
from tests.integration.attacks.world import TABLES

LEAKED = "'CAN' || 'ARY'"
"""The mark, for an oracle that answers yes; spelled so that an error cannot repeat it."""

OF_NO_SHOP = {"tenant", "model_gate", "sign_in_failure"}
WITH_TENANT = tuple(name for name in TABLES if name not in OF_NO_SHOP)
MANAGERS = tuple(name for name in WITH_TENANT if name not in {"api_token", "token_rate"})


def each(template: str, tables: tuple[str, ...] = TABLES) -> tuple[str, ...]:
    """Return a statement for each table."""
    return tuple(template.format(table=name, leaked=LEAKED) for name in tables)


def says_if(condition: str) -> str:
    """Return a question that is answered by the mark if a condition holds."""
    return f"SELECT {LEAKED} WHERE {condition}"


def says_if_it_shows(source: str) -> str:
    """Return a question that is answered by the mark if a view or function shows any row."""
    return f"SELECT {LEAKED} FROM (SELECT * FROM {source} LIMIT 1) AS x WHERE x::text <> ''"


def copied_out(attacker: Attacker) -> None:
    """COPY each table, and each table of a query, to the client."""
    for name in TABLES:
        for what in (name, f"(SELECT * FROM {name})", f"(SELECT row_to_json({name}) FROM {name})"):
            try:
                with attacker.opened.cursor().copy(f"COPY {what} TO STDOUT") as rows:
                    attacker.heard.extend(bytes(row).decode() for row in rows)
            except Exception as error:  # noqa: BLE001 - whatever it says is heard
                attacker.heard.append(str(error))


def prepared(attacker: Attacker) -> None:
    """Prepare with one token and execute with another, on a generic plan and on a custom one."""
    for mode in ("force_generic_plan", "force_custom_plan"):
        attacker.tries(f"SET plan_cache_mode = {mode}")
        attacker.tries("PREPARE peek AS SELECT * FROM product WHERE sku = $1")
        for _ in range(7):
            attacker.tries("EXECUTE peek ('POST')")
        attacker.tries("SELECT set_config('stock.token', '', false)")
        attacker.tries("EXECUTE peek ('POST')")
        attacker.tries("DEALLOCATE peek")


def held_cursor(attacker: Attacker) -> None:
    """Read through cursors that outlive their transaction and their token."""
    attacker.tries("BEGIN")
    attacker.tries("DECLARE kept SCROLL CURSOR WITH HOLD FOR SELECT * FROM product")
    attacker.tries("DECLARE lent BINARY CURSOR FOR SELECT * FROM stock_movement")
    attacker.tries("FETCH ALL lent")
    attacker.tries("COMMIT")
    attacker.tries("FETCH ALL kept")
    attacker.tries("MOVE BACKWARD ALL kept")
    attacker.tries("FETCH ALL kept")


ROWS = (
    attack("reads every table", *each("SELECT * FROM {table}")),
    attack("reads every table with TABLE", *each("TABLE {table}")),
    attack(
        "asks every table for the neighbour's rows",
        *each("SELECT * FROM {table} WHERE tenant_id = <south>", WITH_TENANT),
        "SELECT * FROM tenant WHERE id = <south>",
    ),
    attack(
        "asks for rows that are not its own",
        *each("SELECT * FROM {table} WHERE tenant_id <> <north>", WITH_TENANT),
    ),
    attack("reads only the table's own rows", *each("SELECT * FROM ONLY {table}")),
    attack("reads whole rows as JSON", *each("SELECT to_jsonb({table}) FROM {table}")),
    attack("reads rows by their place", *each("SELECT * FROM {table} WHERE ctid = '(0,1)'")),
    attack("samples tables", *each("SELECT * FROM {table} TABLESAMPLE SYSTEM (100)")),
    attack("sorts the neighbour to the top", *each("SELECT * FROM {table} ORDER BY 1 LIMIT 3")),
    attack("groups everything", *each("SELECT array_agg({table}) FROM {table}")),
    Attack(name="copies tables out", steps=copied_out),
    Attack(name="prepares with one token and executes with none", steps=prepared),
    Attack(name="keeps cursors beyond their transaction", steps=held_cursor),
    attack(
        "joins its rows to the neighbour's by SKU",
        "SELECT * FROM product AS mine JOIN product AS other USING (sku) "
        "WHERE other.tenant_id <> mine.tenant_id",
        "SELECT * FROM product AS mine FULL JOIN product AS other ON mine.sku = other.sku",
        "SELECT * FROM product CROSS JOIN stock_level CROSS JOIN tenant WHERE tenant.id <> <north>",
        "SELECT * FROM product NATURAL JOIN supplier",
    ),
    attack(
        "reads in common table expressions",
        "WITH all_of AS MATERIALIZED (SELECT * FROM product) SELECT * FROM all_of",
        "WITH all_of AS NOT MATERIALIZED (SELECT * FROM decision) SELECT * FROM all_of",
        "WITH RECURSIVE walk AS (SELECT 1::bigint AS id UNION ALL SELECT id + 1 FROM walk "
        "WHERE id < 60) SELECT * FROM walk JOIN product USING (id)",
    ),
    attack(
        "reads laterally",
        "SELECT * FROM tenant, LATERAL (SELECT * FROM product WHERE tenant_id <> tenant.id) AS p",
        "SELECT * FROM generate_series(1, 60) AS n, LATERAL (SELECT * FROM product WHERE id = n) p",
    ),
    attack(
        "reads in set operations and windows",
        "SELECT name FROM product UNION ALL SELECT name FROM supplier UNION SELECT name "
        "FROM tenant",
        "SELECT name FROM product EXCEPT SELECT name FROM product WHERE tenant_id = <north>",
        "SELECT lag(name) OVER (ORDER BY id), lead(name) OVER (ORDER BY id) FROM product",
        "SELECT percentile_disc(0) WITHIN GROUP (ORDER BY name) FROM product",
    ),
    attack(
        "has the server run SQL from text",
        *each("SELECT query_to_xml('SELECT * FROM {table}', true, false, '')"),
        "SELECT table_to_xml('product', true, false, '')",
        "SELECT schema_to_xml('public', true, false, '')",
        "SELECT database_to_xml(true, false, '')",
        "SELECT * FROM ts_stat('SELECT to_tsvector(name) FROM product')",
    ),
    attack(
        "reads into its own rows",
        "INSERT INTO conversation (tenant_id, id, title, author, messages, updated_at) "
        "SELECT <north>, 'copy-' || id, name, sku, '[]', now() FROM product "
        "WHERE tenant_id <> <north>",
        "UPDATE product SET category = other.name FROM product AS other "
        "WHERE other.tenant_id <> <north> AND product.tenant_id = <north>",
        "UPDATE product SET name = (SELECT max(name) FROM product WHERE tenant_id <> <north>) "
        "WHERE id = <product> AND EXISTS (SELECT FROM product WHERE tenant_id <> <north>)",
        "SELECT * FROM product",
        "SELECT * FROM conversation",
    ),
    attack(
        "has changed rows returned",
        "UPDATE product SET category = category RETURNING *",
        "UPDATE product SET category = '' FROM supplier RETURNING product.*, supplier.*",
        "UPDATE tenant SET policy = policy RETURNING *",
        "INSERT INTO snapshot (tenant_id, topic, payload, as_of, version) VALUES "
        "(<north>, 'levels', '{}', now(), 1) ON CONFLICT (tenant_id, topic) DO UPDATE "
        "SET as_of = now() RETURNING *",
    ),
)

ORACLES = (
    attack(
        "counts rows",
        *each(
            "SELECT {leaked} FROM {table} WHERE tenant_id <> <north> HAVING count(*) > 0",
            WITH_TENANT,
        ),
    ),
    attack(
        "asks whether rows exist",
        *each(
            "SELECT {leaked} WHERE EXISTS (SELECT FROM {table} WHERE tenant_id = <south>)",
            WITH_TENANT,
        ),
        says_if("EXISTS (SELECT FROM tenant WHERE slug = 'south')"),
        says_if("(SELECT count(*) FROM tenant) > 1"),
        says_if("3 < ALL (SELECT count(*) FROM product)"),
    ),
    attack(
        "compares with the largest of all",
        says_if(
            "(SELECT max(id) FROM product) <> (SELECT max(id) FROM product "
            "WHERE tenant_id = <north>)"
        ),
        says_if("(SELECT max(on_hand) FROM stock_level) > 1000000"),
    ),
    attack(
        "casts texts so that the error prints them",
        *each("SELECT {table}::text::int FROM {table} WHERE tenant_id <> <north>", WITH_TENANT),
        "SELECT * FROM product WHERE tenant_id <> <north> AND name::int = 1",
        "SELECT * FROM product WHERE name::int = 1 OR category::int = 1",
        "SELECT * FROM tenant WHERE CAST(name AS date) = now()",
    ),
    attack(
        "divides by zero where a row is the neighbour's",
        "SELECT 1 / (id - <its_product>) FROM product",
        "SELECT * FROM product WHERE 1 / (id - <its_product>) = 0",
        "SELECT * FROM product WHERE id <> <its_product> OR 1 / (tenant_id - <south>) = 0",
        "SELECT CASE WHEN tenant_id = <south> THEN 1 / 0 END FROM product",
    ),
    attack(
        "leaks through functions in WHERE",
        "SELECT * FROM product WHERE pg_input_is_valid(name, 'int') OR name = repeat(name, 1)",
        "SELECT * FROM product WHERE set_config('stock.seen', "
        "coalesce(current_setting('stock.seen', true), '') || name, false) <> ''",
        "SELECT current_setting('stock.seen', true)",
        "SELECT * FROM product WHERE name ~ (name || '[')",
        "SELECT * FROM product WHERE to_date(name, 'YYYY') IS NOT NULL",
        "SELECT * FROM product WHERE query_to_xml(name, true, true, '') IS NOT NULL",
    ),
    attack(
        "explains what it may not see",
        "SET enable_seqscan = off",
        *each("EXPLAIN (ANALYZE, VERBOSE, BUFFERS) SELECT * FROM {table}", MANAGERS),
        "EXPLAIN (ANALYZE, VERBOSE) SELECT * FROM product WHERE name = repeat(name, 1)",
        "EXPLAIN (ANALYZE, FORMAT JSON) SELECT * FROM product WHERE id = <its_product>",
        "EXPLAIN (ANALYZE) UPDATE product SET name = name WHERE id = <its_product>",
    ),
    attack(
        "reads the planner's statistics",
        "SELECT * FROM pg_stats WHERE schemaname = 'public'",
        "SELECT * FROM pg_stats_ext",
        "SELECT * FROM pg_stats_ext_exprs",
        "SELECT * FROM pg_statistic",
        "SELECT * FROM pg_statistic_ext_data",
        says_if_it_shows("pg_stats WHERE schemaname = 'public' AND tablename <> 'alembic_version'"),
    ),
    attack(
        "reads the counts the server keeps",
        *(
            says_if_it_shows(f"{view} WHERE relname = 'product'")
            for view in (
                "pg_stat_user_tables",
                "pg_stat_all_tables",
                "pg_stat_xact_user_tables",
                "pg_statio_user_tables",
                "pg_stat_user_indexes",
            )
        ),
        f"SELECT {LEAKED} WHERE pg_stat_get_live_tuples('product'::regclass) >= 0",
        f"SELECT {LEAKED} WHERE pg_stat_get_tuples_inserted('product'::regclass) >= 0",
    ),
    attack(
        "reads sequences",
        "SELECT * FROM product_id_seq",
        "SELECT currval('product_id_seq')",
        "SELECT lastval()",
        says_if("EXISTS (SELECT FROM pg_sequences WHERE last_value IS NOT NULL)"),
        says_if("pg_sequence_last_value('product_id_seq') IS NOT NULL"),
    ),
    attack(
        "sees by a broken key what the neighbour has",
        "INSERT INTO product (tenant_id, sku, name, category, status, unit_cost, unit_price, "
        "pack_size, minimum_order_quantity) VALUES (<south>, 'POST', '', '', 'active', 0, 0, 1, 1)",
        "INSERT INTO snapshot (tenant_id, topic, payload, as_of, version) "
        "VALUES (<south>, 'levels', '{}', now(), 1)",
        "INSERT INTO conversation (tenant_id, id, title, messages, updated_at) "
        "VALUES (<south>, 'chat-1', '', '[]', now()) ON CONFLICT DO NOTHING RETURNING 'CANARY'",
    ),
)

READING: tuple[Attack, ...] = (*ROWS, *ORACLES)
