"""Attacks on functions: ours, the server's, and one's own."""

# ruff: noqa: S608 - our own names, and the test's own values
from __future__ import annotations

from tests.integration.attacks.harness import Attack, Attacker, attack
from tests.integration.attacks.reading import LEAKED, says_if_it_shows


def calls_every_function(attacker: Attacker) -> None:
    """Call each function of ours with every mix of arguments that may matter."""
    world = attacker.world
    with world.superuser() as opened:
        ours = opened.execute(
            "SELECT oid::regproc::text, pronargs, proargtypes::regtype[]::text[] FROM pg_proc "
            "WHERE pronamespace IN ('stock_sec'::regnamespace, 'public'::regnamespace)"
        ).fetchall()
    values = {
        "bigint": ("<north>", "<south>", "0", "NULL", "-1", "<its_product>"),
        "text": ("'read'", "'write'", "'model_call'", "''", "NULL", "'south'", "'x'"),
        "text[]": ("ARRAY['levels']", "'{}'", "NULL"),
        "json": ("'{}'", "'[]'", "NULL", "'x'"),
        "double precision": ("0", "NULL"),
    }
    for name, _count, types in ours:
        mixes: list[tuple[str, ...]] = [()]
        for kind in types:
            known = values.get(kind, ("NULL",))
            # More than two arguments in every mix would be thousands of calls.
            chosen = known if len(types) < 3 else known[:3]
            mixes = [(*mix, value) for mix in mixes for value in chosen]
        for mix in mixes:
            attacker.tries(f"SELECT * FROM {name}({', '.join(mix)})")


def guesses_tokens(attacker: Attacker) -> None:
    """Guess in every way: by signing in, without being counted, and by showing tokens."""
    prefix = attacker.world.secrets["south"][:12]
    with attacker.world.superuser() as opened:
        opened.execute("DELETE FROM sign_in_failure WHERE source ~ '^north'")
    outcomes: list[object] = []
    for number in range(12):
        rows = attacker.tries("SELECT outcome FROM stock_sec.sign_in(%s)", [f"{prefix}{number}"])
        outcomes.extend(row[0] for row in rows)
    assert outcomes == ["bad"] * 10 + ["wait"] * 2, attacker.heard
    for number in range(12):
        attacker.tries("BEGIN")
        attacker.tries("SELECT * FROM stock_sec.sign_in(%s)", [f"{prefix}{number}"])
        attacker.tries("ROLLBACK")
        attacker.tries("SELECT set_config('stock.token', %s, false)", [f"{prefix}{number}"])
        attacker.tries(f"SELECT {LEAKED} FROM product HAVING count(*) > 0")


FUNCTIONS: tuple[Attack, ...] = (
    Attack(name="calls every function of ours with every argument", steps=calls_every_function),
    Attack(name="guesses tokens", steps=guesses_tokens),
    attack(
        "writes to the audit log of others",
        "SELECT stock_sec.record(<south>, 'manager:south', 'stock count', '{}')",
        "SELECT stock_sec.record(0, 'operator', 'stock', '{}')",
        "SELECT stock_sec.record(NULL, '', '', '{}')",
        "SELECT stock_sec.append(<south>, '', '', '{}')",
        "SELECT stock_sec.note_direct_write()",
    ),
    attack(
        "uses up the neighbour's allowance",
        *(
            f"SELECT stock_sec.take('{kind}', {token}) FROM generate_series(1, 700)"
            for kind in ("write", "model_call")
            for token in (1, 2, 3)
        ),
        "SELECT stock_sec.take('use', 1)",
        "SELECT stock_sec.take('evil', 1)",
    ),
    attack(
        "forgets the neighbour's snapshots",
        "SELECT stock_sec.forget_snapshots(ARRAY['levels', 'planted'])",
        "SELECT set_config('stock.operator_tenant', '<south>', false)",
        "SELECT stock_sec.forget_snapshots(ARRAY['levels', 'planted'])",
    ),
    attack(
        "replaces, opens and drops our functions",
        "CREATE OR REPLACE FUNCTION stock_sec.tenant_for(need text) RETURNS bigint LANGUAGE sql "
        "AS 'SELECT <south>::bigint'",
        "CREATE OR REPLACE FUNCTION public.stock_movement_adds_up() RETURNS trigger "
        "LANGUAGE internal AS 'suppress_redundant_updates_trigger'",
        "ALTER FUNCTION stock_sec.tenant_for(text) SECURITY INVOKER",
        "ALTER FUNCTION stock_sec.tenant_for(text) RESET ALL",
        "ALTER FUNCTION stock_sec.append(bigint, text, text, json) OWNER TO north_shop",
        "GRANT EXECUTE ON FUNCTION stock_sec.append(bigint, text, text, json) TO PUBLIC",
        "DROP FUNCTION stock_sec.tenant_for(text) CASCADE",
        "DROP SCHEMA stock_sec CASCADE",
        "DROP ROUTINE public.stock_movement_adds_up() CASCADE",
    ),
    attack(
        "writes functions of its own",
        *(
            f"CREATE FUNCTION {schema}.peek() RETURNS SETOF public.product LANGUAGE sql SECURITY "
            "DEFINER AS 'SELECT * FROM public.product'"
            for schema in ("public", "stock_sec", "pg_temp", "pg_catalog")
        ),
        "CREATE PROCEDURE public.poke() LANGUAGE sql AS 'UPDATE product SET name = ''x'''",
        "CREATE AGGREGATE public.evil (text) (SFUNC = textcat, STYPE = text)",
        "CREATE CAST (text AS bigint) WITH INOUT AS IMPLICIT",
        "CREATE OPERATOR public.= (LEFTARG = bigint, RIGHTARG = bigint, FUNCTION = int8ne)",
        "CREATE FUNCTION public.leak(text) RETURNS boolean LANGUAGE sql LEAKPROOF AS 'SELECT true'",
    ),
    attack(
        "runs code in every language",
        *(
            f"DO LANGUAGE {name} 'BEGIN UPDATE product SET name = ''x'' WHERE tenant_id = 1; END'"
            for name in ("plpgsql", "sql", "plpython3u", "plperl", "c", "internal")
        ),
        "DO $$ BEGIN PERFORM pg_sleep(0); END $$",
        "CREATE LANGUAGE plpython3u",
        "CREATE TRUSTED LANGUAGE evil HANDLER plpgsql_call_handler",
    ),
    attack(
        "ends and cancels other sessions",
        *(
            f"SELECT {LEAKED} WHERE {name}(pid) FROM generate_series(1, 9) AS pid"
            for name in ("pg_terminate_backend", "pg_cancel_backend")
        ),
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'south_shop'",
        "SELECT pg_cancel_backend(pid) FROM pg_locks",
        "SELECT pg_terminate_backend(1, 0)",
        "SELECT pg_log_backend_memory_contexts(1)",
    ),
    attack(
        "looks at other sessions",
        *(
            says_if_it_shows(name)
            for name in (
                "pg_stat_activity",
                "pg_locks",
                "pg_prepared_xacts",
                "pg_stat_ssl",
                "pg_stat_gssapi",
                "pg_stat_replication",
                "pg_stat_progress_vacuum",
                "pg_stat_database",
                "pg_stat_get_activity(NULL)",
                "pg_stat_get_backend_idset()",
                "pg_lock_status()",
                "pg_stat_statements",
                "pg_shmem_allocations",
                "pg_backend_memory_contexts",
                "pg_stat_progress_copy",
                "pg_stat_subscription",
                "pg_stat_wal_receiver",
            )
        ),
        f"SELECT {LEAKED} WHERE pg_stat_get_backend_activity(1) IS NOT NULL",
        f"SELECT {LEAKED} WHERE pg_stat_get_backend_pid(1) > 0",
    ),
    attack(
        "reads and writes the server's files",
        "SELECT pg_read_file('PG_VERSION')",
        "SELECT pg_read_binary_file('pg_hba.conf')",
        "SELECT pg_ls_dir('.')",
        "SELECT pg_stat_file('PG_VERSION')",
        "SELECT * FROM pg_ls_waldir()",
        "SELECT pg_file_write('x', 'x', true)",
        "SELECT * FROM pg_hba_file_rules",
        "SELECT * FROM pg_file_settings",
        "SELECT * FROM pg_ls_tmpdir()",
        "COPY product TO '/tmp/product.csv'",
        "COPY product FROM '/etc/passwd'",
        "COPY product TO PROGRAM 'cat'",
        "COPY product FROM PROGRAM 'id'",
        "COPY (SELECT 1) TO PROGRAM 'id'",
    ),
    attack(
        "keeps and reads large objects",
        "SELECT lo_creat(-1)",
        "SELECT lo_create(777)",
        "SELECT lo_from_bytea(778, 'x')",
        "SELECT lo_import('/etc/passwd')",
        "SELECT lo_export(1, '/tmp/x')",
        "SELECT lo_get(1)",
        "SELECT lo_put(1, 0, 'x')",
        "SELECT lo_open(1, 262144)",
        "SELECT lo_unlink(1)",
        "SELECT loread(0, 10)",
        "SELECT lowrite(0, 'x')",
        "SELECT * FROM pg_largeobject",
    ),
    attack(
        "meddles with the server",
        "SELECT pg_stat_reset()",
        "SELECT pg_rotate_logfile()",
        "SELECT pg_switch_wal()",
        "CHECKPOINT",
        "SELECT pg_create_restore_point('x')",
        "SELECT pg_promote()",
        "SELECT pg_create_logical_replication_slot('x', 'test_decoding')",
        "SELECT pg_replication_origin_create('x')",
        "SELECT pg_import_system_collations('public')",
        "SELECT pg_restore_relation_stats('schemaname', 'public', 'relname', 'product')",
        "SELECT pg_clear_relation_stats('public', 'product')",
        "SELECT pg_nextoid('pg_class', 'oid', 'pg_class_oid_index')",
        "VACUUM",
        "VACUUM FULL product",
        "ANALYZE product",
        "REINDEX TABLE product",
        "CLUSTER product",
        "REFRESH MATERIALIZED VIEW product",
    ),
)
