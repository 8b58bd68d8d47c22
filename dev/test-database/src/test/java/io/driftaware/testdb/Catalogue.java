package io.driftaware.testdb;

/** Everything about a schema that a second set-up could change: definitions, files, rights, row counts. */
final class Catalogue {
    private static final String LINES =
            """
            SELECT string_agg(line, E'\n' ORDER BY line) FROM (
                SELECT format('column %s.%s %s %s %s %s %s', c.relname, a.attname, format_type(a.atttypid, a.atttypmod),
                              a.attnotnull, a.attstorage, pg_get_expr(d.adbin, d.adrelid), a.attacl) AS line
                FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
                LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
                WHERE c.relnamespace = current_schema()::regnamespace AND a.attnum > 0 AND NOT a.attisdropped
                UNION ALL
                SELECT format('relation %s %s %s %s %s', c.oid, c.relname, c.relkind, c.relfilenode, c.relacl)
                FROM pg_class c WHERE c.relnamespace = current_schema()::regnamespace
                UNION ALL
                SELECT format('constraint %s %s %s', o.oid, o.conname, pg_get_constraintdef(o.oid))
                FROM pg_constraint o WHERE o.connamespace = current_schema()::regnamespace
                UNION ALL
                SELECT format('index %s %s', indexname, indexdef) FROM pg_indexes WHERE schemaname = current_schema()
                UNION ALL
                SELECT format('view %s %s', viewname, definition) FROM pg_views WHERE schemaname = current_schema()
                UNION ALL
                SELECT format('function %s %s', p.oid, pg_get_functiondef(p.oid))
                FROM pg_proc p WHERE p.pronamespace = current_schema()::regnamespace AND p.proname ~ '^(cleanup|drift)_'
                UNION ALL
                SELECT format('trigger %s %s', g.oid, pg_get_triggerdef(g.oid))
                FROM pg_trigger g JOIN pg_class c ON c.oid = g.tgrelid
                WHERE c.relnamespace = current_schema()::regnamespace AND NOT g.tgisinternal
                UNION ALL
                SELECT format('comment %s %s', objoid, description)
                FROM pg_description WHERE classoid = 'pg_class'::regclass AND objoid >= 16384
                UNION ALL
                SELECT format('event %s %s %s', id, timestamp, details) FROM drift_events
                UNION ALL
                SELECT format('version %s %s %s', version, schema_version, applied_at) FROM drift_schema
            ) AS everything
            """;

    private Catalogue() {}

    static String of(TestDatabase db) {
        return String.valueOf(db.value(LINES.replace("%%", "%")));
    }
}
