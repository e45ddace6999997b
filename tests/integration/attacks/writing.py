"""Attacks that write: into the neighbour's rows, beside them, or into what all shops share."""

from __future__ import annotations

from tests.integration.attacks.harness import Attack, Attacker, attack
from tests.integration.attacks.reading import MANAGERS, WITH_TENANT, each

_PRODUCT = (
    "INSERT INTO product ({more}tenant_id, sku, name, category, status, unit_cost, unit_price, "
    "pack_size, minimum_order_quantity) {how} VALUES ({value}{tenant}, '{sku}', 'x', '', 'active', "
    "0, 0, 1, 1) {then}"
)
_MOVEMENT = (
    "INSERT INTO stock_movement (tenant_id, reference, product_id, location_id, kind, change, "
    "occurred_at, day, note) VALUES ({tenant}, '{reference}', {product}, {location}, 'sale', "
    "-1000, now(), current_date, '')"
)


def product(
    tenant: str = "<north>",
    *,
    sku: str = "NEW",
    more: str = "",
    value: str = "",
    how: str = "",
    then: str = "",
) -> str:
    """Return the insertion of a product."""
    return _PRODUCT.format(tenant=tenant, sku=sku, more=more, value=value, how=how, then=then)


def movement(
    reference: str,
    tenant: str = "<north>",
    product_id: str = "<product>",
    location_id: str = "<location>",
) -> str:
    """Return the booking of a sale."""
    return _MOVEMENT.format(
        tenant=tenant, reference=reference, product=product_id, location=location_id
    )


def copied_in(attacker: Attacker) -> None:
    """COPY a row of the neighbour's in."""
    row = attacker.world.spelled("<south>\tcopied\t{}\t2024-01-01\t1\n")
    for table in ("snapshot", "snapshot (tenant_id, topic, payload, as_of, version)"):
        try:
            with attacker.opened.cursor().copy(f"COPY {table} FROM STDIN") as rows:
                rows.write(row)
        except Exception as error:  # noqa: BLE001 - whatever it says is heard
            attacker.heard.append(str(error))


WRITING: tuple[Attack, ...] = (
    attack(
        "adds rows to the neighbour",
        product("<south>"),
        movement("theirs", "<south>", "<its_product>", "<its_location>"),
        "INSERT INTO supplier (tenant_id, code, name, email, lead_time_mean_days, "
        "lead_time_sd_days) VALUES (<south>, 'EVIL', '', '', 1, 0)",
        "INSERT INTO snapshot (tenant_id, topic, payload, as_of, version) "
        "VALUES (<south>, 'planted', '{}', now(), 99)",
        "INSERT INTO outbox (tenant_id, idempotency_key, channel, payload, status, attempts, "
        "due_at, error) VALUES (<south>, 'evil', 'alert', '{}', 'pending', 0, now(), '')",
    ),
    attack(
        "adds rows to the neighbour and to itself in one statement",
        "INSERT INTO snapshot (tenant_id, topic, payload, as_of, version) SELECT shop, 'both', "
        "'{}', now(), 1 FROM unnest(ARRAY[<north>, <south>]) AS shop",
    ),
    attack(
        "moves its rows to the neighbour",
        *each("UPDATE {table} SET tenant_id = <south>", WITH_TENANT),
        "UPDATE tenant SET id = <south>",
    ),
    attack(
        "moves the neighbour's rows to itself",
        *each("UPDATE {table} SET tenant_id = <north> WHERE tenant_id = <south>", WITH_TENANT),
    ),
    attack(
        "changes the neighbour's rows",
        "UPDATE product SET name = 'x' WHERE tenant_id = <south>",
        "UPDATE product SET name = 'x' WHERE id = <its_product>",
        "UPDATE tenant SET policy = '{}' WHERE id = <south>",
        "UPDATE tenant SET policy = '{}' WHERE slug = 'south'",
        "UPDATE tenant_state SET version = 0 WHERE tenant_id = <south>",
        "UPDATE outbox SET status = 'failed' WHERE tenant_id = <south>",
        "UPDATE check_lease SET epoch = 99 WHERE tenant_id = <south>",
        "UPDATE alert SET cleared_at = now() WHERE tenant_id = <south>",
    ),
    attack("changes all rows", "UPDATE supplier SET name = 'x'", "UPDATE location SET name = 'x'"),
    attack("deletes rows of every table", *each("DELETE FROM {table}")),
    attack("empties every table", *each("TRUNCATE {table} CASCADE")),
    attack(
        "aims a conflict at the neighbour's keys",
        product("<south>", sku="POST", then="ON CONFLICT (tenant_id, sku) DO UPDATE SET name='x'"),
        "INSERT INTO conversation (tenant_id, id, title, messages, updated_at) VALUES (<south>, "
        "'chat-1', '', '[]', now()) ON CONFLICT (tenant_id, id) DO UPDATE SET title = 'x'",
        "INSERT INTO stock_level (tenant_id, product_id, location_id, on_hand, reserved, is_known, "
        "version) VALUES (<south>, <its_product>, <its_location>, 0, 0, true, 1) "
        "ON CONFLICT (tenant_id, product_id, location_id) DO UPDATE SET reserved = 99",
    ),
    attack(
        "merges into the neighbour's rows",
        "MERGE INTO product USING (SELECT <its_product>::bigint AS id) AS wanted "
        "ON product.id = wanted.id WHEN MATCHED THEN UPDATE SET name = 'x'",
        "MERGE INTO snapshot USING (SELECT <south>::bigint AS shop) AS wanted "
        "ON tenant_id = shop WHEN NOT MATCHED THEN INSERT (tenant_id, topic, payload, as_of, "
        "version) VALUES (shop, 'merged', '{}', now(), 1)",
        "MERGE INTO product USING (SELECT 1) AS x ON true WHEN MATCHED THEN DELETE",
    ),
    attack(
        "numbers its rows itself",
        product(more="id, ", value="<its_product>, "),
        product(more="id, ", value="100000, ", how="OVERRIDING SYSTEM VALUE"),
        product(more="id, ", value="100000, ", how="OVERRIDING USER VALUE"),
        "UPDATE product SET id = 100000",
        "UPDATE purchase_order SET id = 100000",
    ),
    attack(
        "moves the counters of the database on",
        "SELECT setval('product_id_seq', 1)",
        "SELECT nextval('product_id_seq')",
        "ALTER SEQUENCE product_id_seq RESTART",
        "ALTER TABLE product ALTER COLUMN id RESTART WITH 1",
    ),
    attack(
        "refers to the neighbour's things",
        movement("r1", product_id="<its_product>"),
        movement("r2", location_id="<its_location>"),
        "UPDATE product SET supplier_id = <its_supplier>",
        "UPDATE purchase_order SET supplier_id = <its_supplier>",
        "UPDATE purchase_order SET location_id = <its_location>",
        "UPDATE purchase_order_line SET decision_id = 1",
        "UPDATE purchase_order_line SET product_id = <its_product>",
        "UPDATE threshold SET product_id = <its_product>",
        "UPDATE alert SET product_id = <its_product>, location_id = <its_location>",
        "UPDATE manual_minimum SET product_id = <its_product>, location_id = <its_location>",
    ),
    attack(
        "writes what the ledger adds up to",
        "UPDATE stock_level SET on_hand = 1",
        "INSERT INTO stock_level (tenant_id, product_id, location_id, on_hand, reserved, is_known, "
        "version) VALUES (<north>, <product>, <location>, 5, 0, true, 1)",
        "UPDATE daily_movement SET units_sold = 0",
        "INSERT INTO sales_day VALUES (<north>, current_date, 5)",
        "INSERT INTO sales_day VALUES (<south>, '2020-01-01', 5)",
        "INSERT INTO daily_movement VALUES (<south>, <its_product>, <its_location>, "
        "'2020-01-01', 5, 5, true)",
    ),
    attack(
        "rewrites what was recorded",
        "UPDATE stock_movement SET change = 0",
        "UPDATE decision SET reason = ''",
        "UPDATE audit_entry SET record = '{}'",
        "INSERT INTO audit_entry VALUES (<south>, 99, now(), '1', '{}', '')",
        "INSERT INTO audit_entry VALUES (0, 99, now(), '1', '{}', '')",
        "SELECT stock_sec.append(<south>, 'x', 'x', '{}')",
    ),
    attack(
        "raises what the model may cost",
        """UPDATE tenant SET policy = '{"model_budget_usd": "5000"}'""",
        """UPDATE tenant SET policy = '{"model_budget_usd": "5", "model\\u005fbudget_usd": "9"}'""",
        """UPDATE tenant SET policy = (policy::jsonb || '{"model_budget_usd": 5000}')::json""",
        "UPDATE tenant SET policy = '[]'",
        "UPDATE tenant SET policy = NULL",
        "SELECT 'CAN' || 'ARY' FROM tenant WHERE policy ->> 'model_budget_usd' <> '5'",
    ),
    attack(
        "opens, closes and renames shops",
        "INSERT INTO tenant (slug, name, currency, timezone, active, policy, created_at) "
        "VALUES ('evil', '', 'GBP', 'UTC', true, '{}', now())",
        "UPDATE tenant SET active = false WHERE id = <south>",
        "UPDATE tenant SET slug = 'south2', name = 'x'",
        "UPDATE tenant SET timezone = 'Nowhere/Nowhere', currency = 'XXXX'",
    ),
    attack(
        "makes itself tokens",
        "INSERT INTO api_token (tenant_id, role, label, prefix, secret_sha256, created_at) "
        "VALUES (NULL, 'operator', '', '', sha256('x'), now())",
        "INSERT INTO api_token (tenant_id, role, label, prefix, secret_sha256, created_at) "
        "VALUES (<south>, 'manager', '', '', sha256('x'), now())",
        "UPDATE api_token SET role = 'operator', tenant_id = NULL",
        "UPDATE api_token SET secret_sha256 = sha256('x') WHERE tenant_id = <south>",
        "UPDATE api_token SET revoked_at = now(), expires_at = now()",
        "UPDATE api_token SET writes_per_minute = 1000000",
    ),
    attack(
        "forgets its allowance and its failures",
        "UPDATE token_rate SET full_at = now() - interval '1 hour'",
        "DELETE FROM token_rate",
        "DELETE FROM sign_in_failure",
        "INSERT INTO sign_in_failure VALUES ('south_shop@local', 99, now())",
        "UPDATE sign_in_failure SET failures = 99",
    ),
    attack(
        "lifts the limits of all, and halts the model for all",
        "UPDATE model_gate SET amount = NULL",
        "INSERT INTO model_gate VALUES ('claude', 0, 0, '', now() + interval '4 minutes', NULL)",
        "UPDATE model_gate SET until = now() + interval '50 seconds'",
        "SELECT stock_sec.rest_model('claude', 299)",
        "SELECT stock_sec.rest_model('at_once', 299)",
        "SELECT stock_sec.hold_model(number, holder, 60) FROM model_gate",
        "SELECT stock_sec.hold_model(n, '', 60) FROM generate_series(1, 9) AS n",
        "SELECT stock_sec.enter_model('openai', repeat('x', 32)) FROM generate_series(1, 9)",
        "SELECT stock_sec.enter_model('at_once', repeat('x', 32))",
        "SELECT * FROM model_gate",
        "DELETE FROM model_gate",
    ),
    attack(
        "plays with the version of the tables",
        "UPDATE alembic_version SET version_num = '9999'",
        "DELETE FROM alembic_version",
        "INSERT INTO alembic_version VALUES ('9999')",
    ),
    Attack(name="copies rows in", steps=copied_in),
    attack(
        "floods the neighbour's queue through its own rows",
        *(movement(f"flood-{number}") for number in range(20)),
        *each("UPDATE {table} SET tenant_id = tenant_id", MANAGERS),
    ),
)
