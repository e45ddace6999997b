"""Attacks on who one is: settings, tokens, roles, search paths."""

# ruff: noqa: S608 - our own names, and a token of the test's own
from __future__ import annotations

from tests.integration.attacks.harness import Attack, Attacker, attack
from tests.integration.attacks.reading import LEAKED
from tests.integration.attacks.world import TABLES

_LOOK = "SELECT * FROM product WHERE tenant_id <> <north>"
_SEE = "SELECT 'CAN' || 'ARY' FROM {table} HAVING count(*) > 0"


def shows_other_tokens(attacker: Attacker) -> None:
    """Show everything that is no token in force, and look around each time."""
    secrets = attacker.world.secrets
    wrong = (
        "",
        " ",
        "garbage",
        "\u0440" * 40,
        "x" * 100_000,
        "' OR true --",
        "NULL",
        "1",
        "2",
        "*",
        "%",
        secrets["south"][:12],
        secrets["south"][:-1],
        secrets["south"] + " ",
        secrets["south"].lower(),
        secrets["expired"],
        secrets["revoked"],
        secrets["operator"],
    )
    for secret in wrong:
        attacker.tries("SELECT set_config('stock.token', %s, false)", [secret])
        for table in ("product", "tenant", "stock_level", "conversation", "audit_entry"):
            attacker.tries(_SEE.format(table=table))
        attacker.tries("INSERT INTO snapshot VALUES (<south>, 'x', '{}', now(), 1)")
        attacker.tries("INSERT INTO snapshot VALUES (<north>, 'x', '{}', now(), 1)")


def shows_hashes(attacker: Attacker) -> None:
    """Show the stored hash of the neighbour's token instead of the token."""
    with attacker.world.superuser() as opened:
        hashes = opened.execute("SELECT encode(secret_sha256, 'hex'), prefix FROM api_token")
        known = [text for row in hashes for text in (row[0], f"\\x{row[0]}", row[1])]
    for text in known:
        attacker.tries("SELECT set_config('stock.token', %s, false)", [text])
        for table in ("product", "tenant"):
            attacker.tries(_SEE.format(table=table))


def switches_in_mid_statement(attacker: Attacker) -> None:
    """Change the token while a statement runs."""
    token = attacker.world.secrets["north"]
    show = f"set_config('stock.token', '{token}', true)"
    attacker.tries("BEGIN")
    attacker.tries("SELECT set_config('stock.token', '', true)")
    attacker.tries(f"SELECT * FROM product WHERE {show} <> '' AND tenant_id <> <north>")
    attacker.tries(
        f"WITH shown AS MATERIALIZED (SELECT {show}) SELECT * FROM product, shown "
        "WHERE tenant_id <> <north>"
    )
    attacker.tries(
        "UPDATE product SET category = '' WHERE tenant_id <> <north> "
        "RETURNING set_config('stock.token', '', true)"
    )


SETTINGS: tuple[Attack, ...] = (
    Attack(name="shows tokens that are none", steps=shows_other_tokens),
    Attack(name="shows stored hashes for tokens", steps=shows_hashes),
    Attack(name="switches tokens in the middle of a statement", steps=switches_in_mid_statement),
    attack(
        "says that it is an operator",
        "SELECT set_config('stock.operator_tenant', '<south>', false)",
        _LOOK,
        "SET stock.operator_tenant = '<south>'",
        _LOOK,
        "UPDATE product SET name = 'x'",
        "SELECT stock_sec.forget_snapshots(ARRAY['levels'])",
        "SELECT stock_sec.record(<south>, 'operator', 'x', '{}')",
        f"SELECT {LEAKED} WHERE stock_sec.is_operator()",
    ),
    attack(
        "invents settings of its own",
        "SET stock.tenant_id = '<south>'",
        "SET stock.tenant = 'south'",
        "SET app.tenant = 'south'",
        "SET stock.role = 'operator'",
        "SET stock.shop = '<south>'",
        _LOOK,
    ),
    attack(
        "becomes every other role",
        *(
            step
            for role in (
                "postgres",
                "stock_owner",
                "stock_auth",
                "stock_keeper",
                "stock_operator",
                "south_shop",
                "pg_read_all_data",
                "pg_write_all_data",
                "pg_execute_server_program",
                "pg_monitor",
                "pg_signal_backend",
                "pg_database_owner",
            )
            for step in (
                f"SET ROLE {role}",
                f"SET LOCAL ROLE {role}",
                f"SELECT set_config('role', '{role}', false)",
                _LOOK,
                "RESET ROLE",
            )
        ),
    ),
    attack(
        "becomes another session's user",
        "SET SESSION AUTHORIZATION postgres",
        "SET SESSION AUTHORIZATION stock_operator",
        "SET SESSION AUTHORIZATION south_shop",
        "SET session_authorization = stock_owner",
        "SELECT set_config('stock.operator_tenant', '<south>', false)",
        _LOOK,
    ),
    attack(
        "works as the plain managers' user",
        "SET ROLE stock_app",
        _LOOK,
        "UPDATE product SET name = 'x' WHERE tenant_id = <south>",
        "SELECT * FROM api_token",
        "SET ROLE NONE",
        _LOOK,
    ),
    attack(
        "gives itself roles",
        *(
            f"GRANT {role} TO north_shop"
            for role in (
                "stock_owner",
                "stock_auth",
                "stock_keeper",
                "stock_operator",
                "south_shop",
                "pg_read_all_data",
            )
        ),
        "GRANT north_shop TO south_shop",
        "GRANT stock_app TO stock_operator WITH ADMIN OPTION",
        "REVOKE stock_app FROM south_shop",
        "ALTER GROUP stock_operator ADD USER north_shop",
    ),
    attack(
        "makes, changes and drops roles",
        "CREATE ROLE evil LOGIN SUPERUSER",
        "ALTER ROLE north_shop SUPERUSER",
        "ALTER ROLE north_shop BYPASSRLS",
        "ALTER ROLE north_shop CREATEROLE REPLICATION",
        "ALTER ROLE south_shop PASSWORD 'x'",
        "ALTER ROLE south_shop SET search_path = evil",
        "ALTER ROLE stock_operator PASSWORD 'x'",
        "ALTER ROLE ALL SET statement_timeout = 1",
        "ALTER ROLE stock_owner LOGIN",
        "DROP ROLE south_shop",
        "ALTER ROLE south_shop RENAME TO x",
    ),
    attack(
        "switches row security off",
        "SET row_security = off",
        *(f"SELECT * FROM {name}" for name in TABLES),
        "SET row_security = on",
        "ALTER ROLE north_shop SET row_security = off",
        "ALTER ROLE north_shop RESET row_security",
    ),
    attack(
        "switches triggers and checks off",
        "SET session_replication_role = replica",
        "SET check_function_bodies = off",
        "SET allow_system_table_mods = on",
        "SET ignore_checksum_failure = on",
        "UPDATE pg_class SET relforcerowsecurity = false",
        "DELETE FROM pg_policy",
        "UPDATE pg_catalog.pg_proc SET prosrc = ''",
        "SET CONSTRAINTS ALL DEFERRED",
    ),
    attack(
        "shadows names in the search path",
        "SET search_path = pg_temp, public, pg_catalog",
        _LOOK,
        "CREATE TEMP TABLE api_token (id int)",
        "CREATE TEMP TABLE tenant (LIKE public.tenant)",
        "CREATE FUNCTION pg_temp.sha256(bytea) RETURNS bytea LANGUAGE sql AS 'SELECT $1'",
        "CREATE OPERATOR pg_temp.= (LEFTARG = bigint, RIGHTARG = bigint, FUNCTION = int8ne)",
        "SET search_path = pg_temp, stock_sec, public",
        _LOOK,
        "SELECT tenant_for('write') = <south>",
        "SELECT stock_sec.tenant_for('write')",
    ),
    attack(
        "bends what functions depend on",
        "SET transform_null_equals = on",
        "SET array_nulls = off",
        "SET bytea_output = 'escape'",
        "SET IntervalStyle = sql_standard",
        "SET DateStyle = 'German'",
        "SET TimeZone = 'Etc/GMT+12'",
        "SET standard_conforming_strings = off",
        "SET quote_all_identifiers = on",
        "SET plpgsql.variable_conflict = use_variable",
        "SET plpgsql.extra_errors = 'all'",
        "SET extra_float_digits = -15",
        "SET client_encoding = 'SQL_ASCII'",
        _LOOK,
        "UPDATE product SET name = 'x' WHERE tenant_id = <south>",
        "SELECT stock_sec.tenant_for('write')",
        "SELECT stock_sec.take('write', 1)",
        f"SELECT {LEAKED} WHERE stock_sec.tenant_for('read') <> <north>",
    ),
    attack(
        "asks functions for other needs",
        *(
            f"SELECT {LEAKED} WHERE stock_sec.tenant_for({need}) <> <north>"
            for need in ("'read'", "'write'", "'note'", "''", "NULL", "'operator'", "'READ'")
        ),
    ),
    attack(
        "has everything logged and traced",
        "SET log_statement = 'all'",
        "SET log_min_duration_statement = 0",
        "SET log_parser_stats = on",
        "SET client_min_messages = debug5",
        "SET debug_print_plan = on",
        "SET debug_print_parse = on",
        "SET debug_print_rewritten = on",
        "SET log_error_verbosity = verbose",
        "SET log_parameter_max_length_on_error = -1",
        "SELECT * FROM product",
        "SELECT pg_current_logfile()",
        "SELECT * FROM pg_ls_logdir()",
        "UPDATE product SET supplier_id = <its_supplier>",
    ),
    attack(
        "loads libraries and changes the server's settings",
        "SET local_preload_libraries = 'evil'",
        "SET session_preload_libraries = 'evil'",
        "LOAD 'plpgsql'",
        "LOAD '$libdir/plugins/evil'",
        "SET dynamic_library_path = '/tmp'",
        "ALTER SYSTEM SET log_statement = 'all'",
        "SELECT pg_reload_conf()",
        "ALTER DATABASE <database> SET row_security = off",
        "SET temp_file_limit = -1",
        "ALTER DATABASE <database> SET stock.token = 'x'",
    ),
    attack(
        "works in old snapshots",
        "BEGIN ISOLATION LEVEL SERIALIZABLE",
        _LOOK,
        "UPDATE product SET name = 'x'",
        "COMMIT",
        "SET default_transaction_isolation = 'repeatable read'",
        _LOOK,
        "SET default_transaction_read_only = on",
        _LOOK,
        "BEGIN ISOLATION LEVEL REPEATABLE READ",
        "SET TRANSACTION SNAPSHOT '00000003-0000001B-1'",
        "SELECT pg_export_snapshot()",
    ),
)
