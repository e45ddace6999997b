-- Who is asking, told by the token alone. Owned by roles that cannot log in; see roles.py.
-- Every name is qualified, and pg_temp comes last: nobody can slip a table of his own in between.

CREATE FUNCTION stock_sec.operator_tenant() RETURNS bigint
LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
  SELECT nullif(current_setting('stock.operator_tenant', true), '')::bigint
$$;

-- The shop that the transaction's token opens. NULL: no shop, no row. Need is 'read', 'write', or
-- 'note', which is what an analyst may write. Who writes sees what was committed a moment ago: in a
-- transaction that lives in an old snapshot a token would outlive its revocation.
CREATE FUNCTION stock_sec.tenant_for(need text) RETURNS bigint
LANGUAGE plpgsql STABLE SECURITY DEFINER PARALLEL RESTRICTED
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  token text := current_setting('stock.token', true);
  opened bigint;
BEGIN
  IF token IS NULL OR token = '' THEN RETURN NULL; END IF;
  IF need <> 'read' AND current_setting('transaction_isolation') <> 'read committed' THEN
    RAISE EXCEPTION 'only a READ COMMITTED transaction may write here'
      USING ERRCODE = 'insufficient_privilege';
  END IF;
  SELECT known.tenant_id INTO opened
  FROM public.api_token AS known JOIN public.tenant AS shop ON shop.id = known.tenant_id
  WHERE known.secret_sha256 = sha256(convert_to(token, 'UTF8'))
    AND known.revoked_at IS NULL
    AND (known.expires_at IS NULL OR known.expires_at > clock_timestamp())
    AND shop.active
    AND (need IN ('read', 'note') OR known.role = 'manager');
  RETURN opened;
END $$;

-- The number and the name of the transaction's token; no row if it is none.
CREATE FUNCTION stock_sec.token_in_use(OUT token_id bigint, OUT token_name text)
LANGUAGE sql STABLE SECURITY DEFINER PARALLEL RESTRICTED
SET search_path = pg_catalog, pg_temp AS $$
  SELECT known.id, known.role || CASE WHEN known.label = '' THEN '' ELSE ':' || known.label END
  FROM public.api_token AS known
  WHERE known.secret_sha256 = sha256(convert_to(current_setting('stock.token', true), 'UTF8'))
$$;

-- Whether the session belongs to somebody who may work for every shop.
CREATE FUNCTION stock_sec.is_operator() RETURNS boolean
LANGUAGE sql STABLE PARALLEL RESTRICTED SET search_path = pg_catalog, pg_temp AS $$
  SELECT pg_has_role(session_user, 'stock_operator', 'MEMBER')
$$;

-- The one shop of the transaction, for whoever writes notes in it.
CREATE FUNCTION stock_sec.current_tenant() RETURNS bigint
LANGUAGE sql STABLE PARALLEL RESTRICTED SET search_path = pg_catalog, pg_temp AS $$
  SELECT CASE WHEN stock_sec.is_operator() THEN stock_sec.operator_tenant()
              ELSE stock_sec.tenant_for('note') END
$$;

-- Whom a token stands for. A place that offered ten tokens that are none within a minute waits.
CREATE FUNCTION stock_sec.sign_in(
  secret text,
  OUT outcome text, OUT token_id bigint, OUT role text, OUT label text, OUT tenant_id bigint,
  OUT wait_seconds double precision)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  place text := session_user || '@' || coalesce(host(inet_client_addr()), 'local');
  moment timestamptz := clock_timestamp();
  since timestamptz;
  tries int;
  used timestamptz;
BEGIN
  wait_seconds := 0;
  SELECT past.since, past.failures INTO since, tries
  FROM public.sign_in_failure AS past
  WHERE past.source = place AND past.since BETWEEN moment - interval '1 minute' AND moment;
  IF tries >= 10 THEN
    outcome := 'wait';
    wait_seconds := extract(epoch FROM since + interval '1 minute' - moment);
    RETURN;
  END IF;
  SELECT known.id, known.role, known.label, known.tenant_id, known.last_used_at
  INTO token_id, role, label, tenant_id, used
  FROM public.api_token AS known LEFT JOIN public.tenant AS shop ON shop.id = known.tenant_id
  WHERE known.secret_sha256 = sha256(convert_to(secret, 'UTF8'))
    AND known.revoked_at IS NULL
    AND (known.expires_at IS NULL OR known.expires_at > moment)
    AND coalesce(shop.active, true);
  IF NOT FOUND THEN
    outcome := 'bad';
    -- What is a day old tells nothing; rows that somebody else is at are left to the next.
    DELETE FROM public.sign_in_failure WHERE source IN (
      SELECT past.source FROM public.sign_in_failure AS past
      WHERE past.since < moment - interval '1 day' LIMIT 100 FOR UPDATE SKIP LOCKED);
    INSERT INTO public.sign_in_failure AS past (source, failures, since) VALUES (place, 1, moment)
    ON CONFLICT (source) DO UPDATE SET
      failures = CASE WHEN past.since BETWEEN moment - interval '1 minute' AND moment
                      THEN past.failures + 1 ELSE 1 END,
      since = CASE WHEN past.since BETWEEN moment - interval '1 minute' AND moment
                   THEN past.since ELSE moment END;
    RETURN;
  END IF;
  outcome := 'ok';
  -- Noted beside the token: who holds the token's own row could keep it from being revoked.
  IF tenant_id IS NOT NULL THEN
    INSERT INTO public.token_rate AS noted (tenant_id, token_id, kind, full_at)
    VALUES (sign_in.tenant_id, sign_in.token_id, 'use', moment)
    ON CONFLICT ON CONSTRAINT pk_token_rate DO UPDATE SET full_at = moment
    WHERE noted.full_at NOT BETWEEN moment - interval '1 minute' AND moment;
  ELSIF used IS NULL OR used NOT BETWEEN moment - interval '1 minute' AND moment THEN
    UPDATE public.api_token AS known SET last_used_at = moment WHERE known.id = token_id;
  END IF;
END $$;

-- Take one from the token's allowance: 0, or the seconds to wait (the generic cell rate algorithm;
-- stockcli/domain/allowance.py says how it goes). A manager's own token counts, whatever is said.
CREATE FUNCTION stock_sec.take(kind text, said_token bigint) RETURNS double precision
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  this bigint := (SELECT held.token_id FROM stock_sec.token_in_use() AS held);
  owner bigint;
  most int;
  period interval := CASE kind WHEN 'write' THEN interval '1 minute' ELSE interval '1 hour' END;
  moment timestamptz := clock_timestamp();
  refilled timestamptz;
BEGIN
  IF stock_sec.is_operator() THEN this := coalesce(said_token, this); END IF;
  SELECT known.tenant_id,
         CASE kind WHEN 'write' THEN coalesce(known.writes_per_minute, 600)
                   WHEN 'model_call' THEN coalesce(known.model_calls_per_hour, 300) END
  INTO owner, most
  FROM public.api_token AS known WHERE known.id = this AND known.role <> 'operator';
  IF owner IS NULL THEN RETURN 0; END IF;
  IF most IS NULL THEN RAISE EXCEPTION 'there is no allowance for %', kind; END IF;
  IF most < 1 THEN RETURN extract(epoch FROM period); END IF;
  INSERT INTO public.token_rate (tenant_id, token_id, kind, full_at)
  VALUES (owner, this, take.kind, moment) ON CONFLICT DO NOTHING;
  SELECT rate.full_at INTO refilled FROM public.token_rate AS rate
  WHERE rate.tenant_id = owner AND rate.token_id = this AND rate.kind = take.kind FOR UPDATE;
  moment := clock_timestamp();
  refilled := greatest(refilled, moment);
  -- Written before a clock jumped back: granted, for a refusal would mend nothing.
  refilled := CASE WHEN refilled > moment + period THEN moment + period
                   ELSE refilled + period / most END;
  IF refilled > moment + period THEN
    RETURN extract(epoch FROM refilled - (moment + period));
  END IF;
  UPDATE public.token_rate AS rate SET full_at = refilled
  WHERE rate.tenant_id = owner AND rate.token_id = this AND rate.kind = take.kind;
  RETURN 0;
END $$;

-- Append a link to a shop's audit chain; the record is hashed as it is written down.
CREATE FUNCTION stock_sec.append(shop bigint, who text, via text, did json) RETURNS bigint
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  place bigint;
  before bytea;
  moment timestamptz;
  line text;
BEGIN
  -- Writers of one shop queue here, as the program's own do, so the chain cannot fork.
  PERFORM FROM public.tenant_state AS state WHERE state.tenant_id = shop FOR UPDATE;
  LOOP
    SELECT last.position, last.hash INTO place, before FROM public.audit_entry AS last
    WHERE last.tenant_id = shop ORDER BY last.position DESC LIMIT 1;
    place := coalesce(place, 0) + 1;
    moment := clock_timestamp();
    line := json_build_object(
      'tenant', shop, 'position', place,
      'at', to_char(moment AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US+00:00'),
      'who', who, 'via', via, 'transaction', pg_current_xact_id()::text, 'did', did)::text;
    BEGIN
      INSERT INTO public.audit_entry
        (tenant_id, position, written_at, transaction_id, record, hash)
      VALUES (shop, place, moment, pg_current_xact_id()::text, line,
              sha256(coalesce(before, decode(repeat('00', 32), 'hex')) || convert_to(line, 'UTF8')));
      RETURN place;
    EXCEPTION WHEN unique_violation THEN
      -- The house has no row to queue at: whoever came second looks again.
    END;
  END LOOP;
END $$;

-- What the program says of its own transaction. A manager writes under the token's name only.
CREATE FUNCTION stock_sec.record(shop bigint, who text, via text, did text) RETURNS bigint
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF NOT stock_sec.is_operator() THEN
    IF shop IS DISTINCT FROM stock_sec.tenant_for('note') THEN
      RAISE EXCEPTION 'this token does not open that shop' USING ERRCODE = 'insufficient_privilege';
    END IF;
    who := (SELECT held.token_name FROM stock_sec.token_in_use() AS held);
  END IF;
  RETURN stock_sec.append(shop, who, left(via, 200), did::json);
END $$;

-- A manager's write leaves its trace by itself, also one that the program knows nothing of.
CREATE FUNCTION stock_sec.note_direct_write() RETURNS trigger
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  shop bigint;
BEGIN
  IF stock_sec.is_operator() THEN RETURN NULL; END IF;
  shop := stock_sec.tenant_for('note');
  -- A statement could take its token back when its rows are written, and would leave no trace.
  IF shop IS NULL THEN
    RAISE EXCEPTION 'this needs a token to the end of the statement'
      USING ERRCODE = 'insufficient_privilege';
  END IF;
  -- A statement that met no row wrote nothing.
  PERFORM FROM written LIMIT 1;
  IF NOT FOUND THEN RETURN NULL; END IF;
  PERFORM FROM public.audit_entry AS noted
  WHERE noted.tenant_id = shop
    AND noted.position = (SELECT max(last.position) FROM public.audit_entry AS last
                          WHERE last.tenant_id = shop)
    AND noted.transaction_id = pg_current_xact_id()::text;
  IF NOT FOUND THEN
    PERFORM stock_sec.append(
      shop, (SELECT held.token_name FROM stock_sec.token_in_use() AS held), 'sql',
      json_build_object('direct', true, 'writes', json_build_array(
        json_build_object('table', TG_TABLE_NAME, 'verb', lower(TG_OP),
                          'rows', (SELECT count(*) FROM written)))));
  END IF;
  RETURN NULL;
END $$;

-- A shop's manager sets its policy, but not what the language model may cost: who pays, says so.
CREATE FUNCTION stock_sec.keep_the_budget() RETURNS trigger
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF NOT stock_sec.is_operator()
     AND NEW.policy ->> 'model_budget_usd' IS DISTINCT FROM OLD.policy ->> 'model_budget_usd' THEN
    RAISE EXCEPTION 'only an operator sets what the language model may cost'
      USING ERRCODE = 'insufficient_privilege';
  END IF;
  -- Whoever works for every shop reads every policy.
  IF octet_length(NEW.policy::text) > 65536 THEN
    RAISE EXCEPTION 'a policy is no longer than 64 KiB' USING ERRCODE = 'program_limit_exceeded';
  END IF;
  RETURN NEW;
END $$;

-- Snapshots are a cache; nothing else is ever deleted by who works with the shop.
CREATE FUNCTION stock_sec.forget_snapshots(topics text[]) RETURNS integer
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  gone integer;
BEGIN
  DELETE FROM public.snapshot AS old
  WHERE old.tenant_id = stock_sec.current_tenant() AND old.topic = ANY (topics);
  GET DIAGNOSTICS gone = ROW_COUNT;
  RETURN gone;
END $$;

-- Who stands at the gate of the model's calls: the token's shop, or 0 for who works for every shop.
CREATE FUNCTION stock_sec.gate_shop() RETURNS bigint
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  shop bigint;
BEGIN
  IF stock_sec.is_operator() THEN RETURN 0; END IF;
  shop := stock_sec.tenant_for('note');
  IF shop IS NULL THEN
    RAISE EXCEPTION 'this needs a token' USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN shop;
END $$;

-- A place for one call of the model: 0 where none is needed, or the seconds to wait. No lock of all
-- shops is taken, so nobody can keep one; a shop's own user holds half of the places at the most.
-- What lasts longer than it can, a minute's delay allowed for, is of before a clock jumped back.
CREATE FUNCTION stock_sec.enter_model(
  service text, holder text,
  OUT place bigint, OUT wait_seconds double precision, OUT is_resting boolean)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  mine bigint := stock_sec.gate_shop();
  moment timestamptz := clock_timestamp();
  most bigint;
BEGIN
  place := 0;
  is_resting := false;
  IF service IS NULL OR service NOT IN ('claude', 'openai')
     OR holder IS NULL OR length(holder) NOT BETWEEN 16 AND 64 THEN
    RAISE EXCEPTION 'there is no such service, or no such holder';
  END IF;
  SELECT coalesce(extract(epoch FROM max(rest.until) - moment), 0) INTO wait_seconds
  FROM public.model_gate AS rest
  WHERE rest.kind = service AND rest.number IN (0, mine)
    AND rest.until > moment AND rest.until <= moment + interval '6 minutes';
  IF wait_seconds > 0 THEN
    is_resting := true;
    RETURN;
  END IF;
  SELECT said.amount INTO most FROM public.model_gate AS said
  WHERE said.kind = 'at_once' AND said.number = 0;
  IF most IS NULL THEN RETURN; END IF;
  IF mine <> 0 THEN
    -- One after the other, so that the shop's own places are counted rightly.
    PERFORM FROM public.tenant_state AS state WHERE state.tenant_id = mine FOR UPDATE;
    moment := clock_timestamp();
    IF (SELECT count(*) FROM public.model_gate AS held
        WHERE held.kind = 'slot' AND held.shop = mine
          AND held.until > moment AND held.until <= moment + interval '2 minutes')
       >= (most + 1) / 2 THEN
      wait_seconds := 1;
      RETURN;
    END IF;
  END IF;
  SELECT free.number INTO place FROM public.model_gate AS free
  WHERE free.kind = 'slot' AND free.number <= most
    AND NOT (free.until > moment AND free.until <= moment + interval '2 minutes')
  ORDER BY free.number LIMIT 1 FOR UPDATE SKIP LOCKED;
  IF NOT FOUND THEN
    place := 0;
    wait_seconds := 1;
    RETURN;
  END IF;
  UPDATE public.model_gate AS taken
  SET shop = mine, holder = enter_model.holder, until = moment + interval '1 minute'
  WHERE taken.kind = 'slot' AND taken.number = place;
END $$;

-- Hold on to a place for so long, a minute at the most; 0 seconds give it back.
CREATE FUNCTION stock_sec.hold_model(held bigint, by text, seconds double precision) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  mine bigint := stock_sec.gate_shop();
  lasting double precision := coalesce(greatest(0, least(60, seconds)), 0);
BEGIN
  UPDATE public.model_gate AS mended
  SET until = clock_timestamp() + make_interval(secs => lasting),
      holder = CASE WHEN lasting > 0 THEN mended.holder ELSE '' END
  WHERE mended.kind = 'slot' AND mended.number = held AND mended.shop = mine
    AND mended.holder = by AND by <> '';
END $$;

-- A service wants to be left in peace. What a shop's own user says of it binds that shop alone.
CREATE FUNCTION stock_sec.rest_model(service text, seconds double precision) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  mine bigint := stock_sec.gate_shop();
  moment timestamptz := clock_timestamp();
  ends timestamptz := moment + make_interval(secs => greatest(0, least(300, seconds)));
BEGIN
  IF service IS NULL OR service NOT IN ('claude', 'openai') OR ends IS NULL THEN
    RAISE EXCEPTION 'there is no such service, or no such rest';
  END IF;
  INSERT INTO public.model_gate AS rest (kind, number, shop, holder, until)
  VALUES (service, mine, mine, '', ends)
  ON CONFLICT ON CONSTRAINT pk_model_gate DO UPDATE SET until = ends
  WHERE rest.until NOT BETWEEN ends AND moment + interval '6 minutes';
END $$;

-- 'day' or 'month' if the calls of all shops pass the operators' budget for it; nothing if not, and
-- no figure. A shop counts for no more than its own month's budget, whatever it wrote in its rows.
CREATE FUNCTION stock_sec.model_budget_reached() RETURNS text
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  span record;
BEGIN
  IF NOT stock_sec.is_operator() AND stock_sec.tenant_for('read') IS NULL THEN
    RAISE EXCEPTION 'this needs a token' USING ERRCODE = 'insufficient_privilege';
  END IF;
  FOR span IN
    SELECT said.kind AS name, said.amount AS most,
           date_trunc(said.kind, clock_timestamp(), 'UTC') AS since
    FROM public.model_gate AS said
    WHERE said.kind IN ('day', 'month') AND said.number = 0 AND said.amount IS NOT NULL
    ORDER BY said.kind
  LOOP
    IF span.most < (
      SELECT coalesce(sum(least(spent.nano_usd, 1000000000 * CASE
        WHEN shop.policy ->> 'model_budget_usd' ~ '^[0-9]{1,12}(\.[0-9]{1,9})?$'
        THEN (shop.policy ->> 'model_budget_usd')::numeric ELSE 5 END)), 0)
      FROM public.tenant AS shop CROSS JOIN LATERAL (
        SELECT coalesce(sum(greatest(0, coalesce(made.price_usd, made.estimate_usd))), 0)
               AS nano_usd
        FROM public.model_call AS made
        WHERE made.tenant_id = shop.id AND made.called_at >= span.since) AS spent)
    THEN
      RETURN span.name;
    END IF;
  END LOOP;
  RETURN '';
END $$;
