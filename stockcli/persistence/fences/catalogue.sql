-- Every fact of the catalogue that the walls are made of, a line each; see lint.py.
SELECT line FROM (
  SELECT format('table %s owner %s rls %s forced %s', c.relname, c.relowner::regrole,
                c.relrowsecurity, c.relforcerowsecurity) AS line
  FROM pg_class AS c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
  UNION ALL
  SELECT format('right %s on %s to %s', a.privilege_type, c.relname, a.grantee::regrole)
  FROM pg_class AS c, aclexplode(c.relacl) AS a
  WHERE c.relnamespace = 'public'::regnamespace AND a.grantee <> c.relowner
  UNION ALL
  SELECT format('right %s on %s.%s to %s', a.privilege_type, c.relname, t.attname,
                a.grantee::regrole)
  FROM pg_class AS c JOIN pg_attribute AS t ON t.attrelid = c.oid, aclexplode(t.attacl) AS a
  WHERE c.relnamespace = 'public'::regnamespace
  UNION ALL
  SELECT format('policy %s on %s for %s to %s using %s check %s', p.polname, p.polrelid::regclass,
                p.polcmd, array(SELECT r::regrole::text FROM unnest(p.polroles) AS r ORDER BY 1),
                pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid))
  FROM pg_policy AS p
  UNION ALL
  SELECT format('function %s owner %s definer %s settings %s rights %s source %s',
                f.oid::regprocedure, f.proowner::regrole, f.prosecdef, f.proconfig,
                array(SELECT format('%s to %s', a.privilege_type, a.grantee::regrole)
                      FROM aclexplode(f.proacl) AS a WHERE a.grantee <> f.proowner ORDER BY 1),
                md5(f.prosrc))
  FROM pg_proc AS f
  WHERE f.pronamespace IN ('public'::regnamespace, to_regnamespace('stock_sec'))
  UNION ALL
  SELECT format('trigger %s on %s enabled %s is %s', t.tgname, t.tgrelid::regclass, t.tgenabled,
                pg_get_triggerdef(t.oid))
  FROM pg_trigger AS t JOIN pg_class AS c ON c.oid = t.tgrelid
  WHERE NOT t.tgisinternal AND c.relnamespace = 'public'::regnamespace
  UNION ALL
  SELECT format('schema right %s on %s to %s', a.privilege_type, n.nspname, a.grantee::regrole)
  FROM pg_namespace AS n, aclexplode(n.nspacl) AS a
  WHERE n.nspname IN ('public', 'stock_sec') AND a.grantee <> n.nspowner
) AS facts ORDER BY line COLLATE "C"
