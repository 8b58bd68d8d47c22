-- Drift-Aware: the whole database schema, and its upgrade. Run it again at any time; rows are kept.
--
--   psql -v ON_ERROR_STOP=1 -f setup_database.sql "$DATABASE_URL"      or paste it into your provider's SQL console
--
-- Three settings, taken from the session, count when the schema is created; afterwards the catalogue decides.
--   SET drift.embedding_dim = '384';    dimensions of your embedding model (1536 unless set); later it counts while
--                                       documents is empty, which is then typed anew
--   SET drift.pgvector = 'off';         real[] columns, for a server without pgvector ('on' unless set)
--   SET drift.partition = 'month';      logs in partitions of a 'day', a 'week' or a 'month' ('none' unless set). Set for
--                                       plain logs that are there, it partitions them: rows stay where they are, as the
--                                       first partition; writers and readers wait while indices are built
--
-- Needs PostgreSQL 14 or newer, and the right to create tables in the first schema of search_path. Superuser rights
-- are not needed once the extension "vector" is there. A run that finds nothing to do waits for no reader or writer of
-- the tables; the first run over the Python original's tables rewrites its logs and builds an HNSW index. It may be
-- stopped anywhere: the next run does the rest.

BEGIN;
-- A month is as long as it is in UTC.
SET LOCAL timezone = 'UTC';

-- 1. What is here already, and what is to be built? The answers go to the other blocks as settings of this
--    transaction: drift.setup_kind ('vector' or 'real[]'), drift.setup_dim, drift.setup_retype (whether empty documents get
--    another dimension), drift.setup_pgvector (its schema).
DO $setup$
DECLARE
    known_version CONSTANT integer := 1;
    without CONSTANT text := 'go without it: DRIFT_PGVECTOR=off (SET drift.pgvector = ''off'')';
    asked_dim text := NULLIF(current_setting('drift.embedding_dim', true), '');
    pgvector text := lower(COALESCE(NULLIF(current_setting('drift.pgvector', true), ''), 'on'));
    asked_unit text := lower(COALESCE(NULLIF(current_setting('drift.partition', true), ''), 'none'));
    unit text := 'none';
    home text := current_schema();
    own record;
    kind text;
    kind_of text;
    dim integer;
    found_version integer;
    vector_schema text;
    no_documents boolean;
    waits CONSTANT text := current_setting('lock_timeout');
BEGIN
    IF current_setting('server_version_num')::integer < 140000 THEN
        RAISE EXCEPTION 'Drift-Aware needs PostgreSQL 14 or newer, this server is %: upgrade the server',
            current_setting('server_version') USING ERRCODE = 'feature_not_supported';
    END IF;
    -- One set-up at a time in this database; released at COMMIT.
    PERFORM pg_advisory_xact_lock(hashtext('drift-aware setup_database.sql'));

    IF asked_dim !~ '^[0-9]{1,5}$' OR asked_dim::integer NOT BETWEEN 1 AND 16000 THEN
        RAISE EXCEPTION 'drift.embedding_dim is "%": set EMBEDDING_DIM to a whole number from 1 to 16000', asked_dim
            USING ERRCODE = 'invalid_parameter_value';
    END IF;
    IF pgvector NOT IN ('on', 'off') THEN
        RAISE EXCEPTION 'drift.pgvector is "%": set DRIFT_PGVECTOR to on or off', pgvector
            USING ERRCODE = 'invalid_parameter_value';
    END IF;
    IF asked_unit NOT IN ('none', 'day', 'week', 'month') THEN
        RAISE EXCEPTION 'drift.partition is "%": set DRIFT_PARTITION to none, day, week or month', asked_unit
            USING ERRCODE = 'invalid_parameter_value';
    END IF;
    IF home IS NULL THEN
        RAISE EXCEPTION 'user "%" can use no schema of search_path "%": create one, or GRANT USAGE, CREATE on one',
            current_user, current_setting('search_path') USING ERRCODE = 'invalid_schema_name';
    END IF;
    IF NOT has_schema_privilege(home, 'CREATE') THEN
        RAISE EXCEPTION 'user "%" may not create tables in schema "%": GRANT CREATE ON SCHEMA % TO %',
            current_user, home, quote_ident(home), quote_ident(current_user) USING ERRCODE = 'insufficient_privilege';
    END IF;

    IF to_regclass(format('%I.drift_schema', home)) IS NOT NULL THEN
        EXECUTE format('SELECT max(schema_version) FROM %I.drift_schema', home) INTO found_version;
        IF found_version > known_version THEN
            RAISE EXCEPTION 'the schema has version %, newer than the % of this setup_database.sql: use the newer Drift-Aware that made it',
                found_version, known_version USING ERRCODE = 'object_not_in_prerequisite_state';
        END IF;
    END IF;

    -- A table of somebody else that happens to have one of our names is left alone.
    FOR own IN
        SELECT t.name, c.name AS missing
        FROM (VALUES ('documents', '{source,title,content,embedding,metadata}'::text[]),
                     ('embeddings_log', '{timestamp,type,ref_id,embedding,metadata}'),
                     ('interaction_log', '{timestamp,user_query,model_response,refusal_flag,toxicity_flag,user_feedback_score}'),
                     ('drift_events', '{timestamp,kind,severity,details,action_taken,resolved_at}'),
                     ('model_versions', '{deployed_at,model_name,version,source,notes,active}')) AS t (name, columns)
        CROSS JOIN LATERAL unnest(t.columns) AS c (name)
        WHERE to_regclass(format('%I.%I', home, t.name)) IS NOT NULL
          AND NOT EXISTS (SELECT FROM pg_attribute
                          WHERE attrelid = to_regclass(format('%I.%I', home, t.name))
                            AND attname = c.name AND NOT attisdropped)
        LIMIT 1
    LOOP
        RAISE EXCEPTION 'table "%"."%" is not Drift-Aware''s, it has no column "%": use another database, or put another schema first in search_path',
            home, own.name, own.missing USING ERRCODE = 'duplicate_table';
    END LOOP;

    -- Kind and dimension: from the catalogue if the tables are there, else as asked.
    SELECT t.relname, format_type(a.atttypid, NULL), CASE WHEN a.atttypmod > 0 THEN a.atttypmod END
    INTO kind_of, kind, dim
    FROM pg_attribute a JOIN pg_class t ON t.oid = a.attrelid
    WHERE a.attrelid IN (to_regclass(format('%I.documents', home)), to_regclass(format('%I.embeddings_log', home)))
      AND a.attname = 'embedding' AND NOT a.attisdropped
    ORDER BY t.relname
    LIMIT 1;
    kind := regexp_replace(kind, '^.*\.', '');
    IF kind NOT IN ('vector', 'real[]') THEN
        RAISE EXCEPTION 'column %.embedding is of type %: Drift-Aware needs vector or real[], use another database or schema',
            kind_of, kind USING ERRCODE = 'datatype_mismatch';
    END IF;
    IF kind = 'real[]' AND kind_of = 'documents' THEN   -- its check says what the type cannot; a re-index changes both
        SELECT substring(pg_get_constraintdef(oid) FROM 'cardinality\(embedding\) = (\d+)')::integer INTO dim
        FROM pg_constraint
        WHERE conrelid = to_regclass(format('%I.documents', home)) AND conname = 'documents_embedding_dim_check';
    END IF;
    IF kind IS NOT NULL AND dim IS NULL THEN
        SELECT pg_get_expr(d.adbin, d.adrelid)::integer INTO dim
        FROM pg_attrdef d JOIN pg_attribute a ON a.attrelid = d.adrelid AND a.attnum = d.adnum
        WHERE d.adrelid = to_regclass(format('%I.embeddings_log', home)) AND a.attname = 'embedding_dim';
    END IF;
    -- A table without documents is for any dimension, unless vectors of a re-index belong to it.
    IF asked_dim::integer <> dim AND kind_of = 'documents'
       AND NOT EXISTS (SELECT FROM pg_attribute WHERE attrelid = to_regclass(format('%I.documents', home))
                       AND attname IN ('embedding_next', 'embedding_previous') AND NOT attisdropped)
    THEN
        EXECUTE format('SELECT NOT EXISTS (SELECT FROM %I.documents)', home) INTO no_documents;
        IF no_documents THEN
            -- Whoever writes one now comes before or after. Nobody waits for long behind a reader that does not end.
            BEGIN
                PERFORM set_config('lock_timeout', '3s', true);
                EXECUTE format('LOCK TABLE %I.documents IN ACCESS EXCLUSIVE MODE', home);
            EXCEPTION WHEN lock_not_available OR deadlock_detected THEN
                RAISE EXCEPTION 'documents is in use, and is to be typed for % dimensions instead of %: try again',
                    asked_dim, dim USING ERRCODE = 'lock_not_available';
            END;
            PERFORM set_config('lock_timeout', waits, true);
            EXECUTE format('SELECT NOT EXISTS (SELECT FROM %I.documents)', home) INTO no_documents;
        END IF;
        IF no_documents THEN
            RAISE WARNING 'documents is empty: it is typed for % dimensions, not for % any more', asked_dim, dim;
            dim := asked_dim::integer;
        END IF;
    END IF;
    IF asked_dim::integer <> dim THEN
        RAISE EXCEPTION '%.embedding has % dimensions, not %: set EMBEDDING_DIM=%, or use another database for a schema of % dimensions',
            kind_of, dim, asked_dim, dim, asked_dim USING ERRCODE = 'object_not_in_prerequisite_state';
    END IF;
    dim := COALESCE(dim, asked_dim::integer, 1536);
    kind := COALESCE(kind, CASE pgvector WHEN 'on' THEN 'vector' ELSE 'real[]' END);

    IF kind = 'vector' THEN
        IF NOT EXISTS (SELECT FROM pg_extension WHERE extname = 'vector') THEN
            BEGIN
                CREATE EXTENSION vector;
            EXCEPTION
                WHEN undefined_file OR feature_not_supported THEN
                    RAISE EXCEPTION 'this PostgreSQL has no extension "vector": install pgvector on the server, or %', without
                        USING ERRCODE = 'feature_not_supported';
                WHEN insufficient_privilege THEN
                    RAISE EXCEPTION 'user "%" may not create the extension "vector": let an administrator do it, or %',
                        current_user, without USING ERRCODE = 'insufficient_privilege';
            END;
        END IF;
        SELECT n.nspname INTO vector_schema
        FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace
        WHERE e.extname = 'vector';
    END IF;

    IF to_regprocedure(format('%I.drift_partition_unit()', home)) IS NOT NULL THEN
        EXECUTE format('SELECT %I.drift_partition_unit()', home) INTO unit;
    END IF;
    IF unit <> 'none' AND asked_unit NOT IN ('none', unit) THEN
        RAISE EXCEPTION 'the logs are partitioned by %, not by %: set DRIFT_PARTITION=%', unit, asked_unit, unit
            USING ERRCODE = 'object_not_in_prerequisite_state';
    END IF;

    PERFORM set_config('drift.setup_partition', CASE unit WHEN 'none' THEN asked_unit ELSE unit END, true),
            set_config('drift.setup_kind', kind, true),
            set_config('drift.setup_dim', dim::text, true),
            set_config('drift.setup_retype', CASE WHEN no_documents THEN 'on' ELSE 'off' END, true),
            set_config('drift.setup_pgvector', COALESCE(vector_schema, ''), true);
END
$setup$;

SET LOCAL client_min_messages = warning;    -- no "already exists, skipping"

-- 2. The tables of the Python original, with its columns and defaults, so that its statements keep working.
--    The embedding columns get their final type in block 4.
CREATE TABLE IF NOT EXISTS documents (
    id          bigserial PRIMARY KEY,
    source      text NOT NULL,
    title       text,
    content     text NOT NULL,
    embedding   real[] NOT NULL,
    metadata    jsonb DEFAULT '{}',
    created_at  timestamptz NOT NULL DEFAULT now(),
    updated_at  timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE IF NOT EXISTS embeddings_log (
    id          bigserial PRIMARY KEY,
    timestamp   timestamptz NOT NULL DEFAULT now(),
    type        text NOT NULL CONSTRAINT embeddings_log_type_check CHECK (type IN ('query', 'doc', 'response')),
    ref_id      bigint,
    embedding   real[] NOT NULL,
    metadata    jsonb DEFAULT '{}'
);

CREATE TABLE IF NOT EXISTS interaction_log (
    id                   bigserial PRIMARY KEY,
    timestamp            timestamptz NOT NULL DEFAULT now(),
    user_query           text,
    model_response       text,
    model_name           text DEFAULT 'gpt-3.5-turbo',
    refusal_flag         boolean DEFAULT false,
    toxicity_flag        boolean DEFAULT false,
    user_feedback_score  numeric(3, 2),
    response_time_ms     integer,
    token_count          integer,
    topic                text,
    user_id              text,
    session_id           text,
    metadata             jsonb DEFAULT '{}'
);

CREATE TABLE IF NOT EXISTS drift_events (
    id            bigserial PRIMARY KEY,
    timestamp     timestamptz NOT NULL DEFAULT now(),
    kind          text NOT NULL,
    severity      text DEFAULT 'medium' CHECK (severity IN ('low', 'medium', 'high')),
    details       jsonb NOT NULL DEFAULT '{}',
    action_taken  text,
    resolved_at   timestamptz
);

CREATE TABLE IF NOT EXISTS model_versions (
    id                   bigserial PRIMARY KEY,
    deployed_at          timestamptz NOT NULL DEFAULT now(),
    model_name           text NOT NULL,
    version              text,
    source               text,
    base_model           text,
    training_data_count  integer,
    performance_metrics  jsonb DEFAULT '{}',
    notes                text,
    active               boolean DEFAULT true
);

-- Tables of our own.
CREATE TABLE IF NOT EXISTS feedback_log (
    id              bigserial PRIMARY KEY,
    event_id        uuid NOT NULL DEFAULT gen_random_uuid(),
    timestamp       timestamptz NOT NULL DEFAULT now(),
    interaction_id  uuid NOT NULL,      -- no foreign key: feedback may arrive before its interaction
    score           numeric(3, 2) NOT NULL,
    source          text NOT NULL DEFAULT 'user',
    comment         text,
    metadata        jsonb DEFAULT '{}',
    xact_id         xid8 NOT NULL DEFAULT pg_current_xact_id()
);

CREATE TABLE IF NOT EXISTS drift_schema (
    version         text PRIMARY KEY,
    schema_version  integer NOT NULL,
    applied_at      timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE IF NOT EXISTS drift_episodes (
    id                bigserial PRIMARY KEY,
    stream            text NOT NULL,
    segment           text NOT NULL DEFAULT '',
    embedding_model   text,
    opened_at         timestamptz NOT NULL,
    opened_value      double precision,
    threshold         double precision,
    last_seen_at      timestamptz NOT NULL,
    last_value        double precision,
    recovered_checks  integer NOT NULL DEFAULT 0,
    closed_at         timestamptz,
    event_id          bigint REFERENCES drift_events (id) ON DELETE SET NULL,
    details           jsonb NOT NULL DEFAULT '{}'
);

CREATE TABLE IF NOT EXISTS drift_actions (
    id                  bigserial PRIMARY KEY,
    action              text NOT NULL,
    kind                text NOT NULL CHECK (kind IN ('reindex', 'retrain', 'notify')),
    idempotency_key     uuid NOT NULL DEFAULT gen_random_uuid() UNIQUE,
    state               text NOT NULL DEFAULT 'PROPOSED' CHECK (state IN (
                            'PROPOSED', 'AWAITING_APPROVAL', 'APPROVED', 'DISPATCHED', 'RUNNING', 'SUCCEEDED',
                            'FAILED', 'TIMED_OUT', 'SUPPRESSED', 'UNKNOWN')),
    reason              text,
    suppression_reason  text,
    payload             jsonb NOT NULL DEFAULT '{}',
    attempts            integer NOT NULL DEFAULT 0,
    next_attempt_at     timestamptz,
    created_at          timestamptz NOT NULL DEFAULT now(),
    updated_at          timestamptz NOT NULL DEFAULT now(),
    last_error          text
);

CREATE TABLE IF NOT EXISTS drift_action_episodes (
    action_id   bigint NOT NULL REFERENCES drift_actions (id) ON DELETE CASCADE,
    episode_id  bigint NOT NULL REFERENCES drift_episodes (id) ON DELETE CASCADE,
    PRIMARY KEY (action_id, episode_id)
);

CREATE TABLE IF NOT EXISTS drift_monitor_state (
    key         text PRIMARY KEY,
    value       jsonb NOT NULL,
    updated_at  timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE IF NOT EXISTS drift_baselines (
    id               bigserial PRIMARY KEY,
    stream           text NOT NULL,
    segment          text NOT NULL DEFAULT '',
    embedding_model  text NOT NULL DEFAULT '',
    fitted_at        timestamptz NOT NULL DEFAULT now(),
    accepted_at      timestamptz,
    retired_at       timestamptz,
    rows_from        timestamptz,
    rows_to          timestamptz,
    row_count        bigint NOT NULL,
    body             bytea NOT NULL,
    details          jsonb NOT NULL DEFAULT '{}'
);

CREATE TABLE IF NOT EXISTS drift_profiles (
    stream           text NOT NULL,
    segment          text NOT NULL DEFAULT '',
    embedding_model  text NOT NULL DEFAULT '',
    bucket_start     timestamptz NOT NULL,
    bucket_seconds   integer NOT NULL CHECK (bucket_seconds > 0),
    baseline_id      bigint REFERENCES drift_baselines (id) ON DELETE SET NULL,
    row_count        bigint NOT NULL,
    body             bytea NOT NULL,
    updated_at       timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (stream, segment, embedding_model, bucket_start, bucket_seconds)
);

CREATE TABLE IF NOT EXISTS drift_evidence (
    stream       text NOT NULL,
    segment      text NOT NULL DEFAULT '',
    hypothesis   text NOT NULL,
    checked_at   timestamptz NOT NULL,
    baseline_id  bigint REFERENCES drift_baselines (id) ON DELETE SET NULL,
    log_e        double precision,
    log_r        double precision[],
    deltas       jsonb NOT NULL DEFAULT '{}',
    PRIMARY KEY (stream, segment, hypothesis, checked_at)
);

CREATE TABLE IF NOT EXISTS drift_checkpoints (
    reader             text PRIMARY KEY,
    xact_id            xid8 NOT NULL,
    row_id             bigint NOT NULL,
    event_id           uuid,
    system_identifier  text,
    updated_at         timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE IF NOT EXISTS drift_scored_profiles (
    baseline_id     bigint NOT NULL REFERENCES drift_baselines (id) ON DELETE CASCADE,
    segment         text NOT NULL DEFAULT '',
    bucket_start    timestamptz NOT NULL,
    bucket_seconds  integer NOT NULL CHECK (bucket_seconds > 0),
    row_count       bigint NOT NULL,
    body            bytea NOT NULL,
    updated_at      timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (baseline_id, segment, bucket_start, bucket_seconds)
);

CREATE TABLE IF NOT EXISTS drift_feedback_state (
    interaction_row   bigint NOT NULL,      -- no foreign key: what was counted stays counted when the row is deleted
    source            text NOT NULL,
    interaction_id    uuid NOT NULL,
    interaction_time  timestamptz NOT NULL,
    segment           text NOT NULL DEFAULT '',
    score             numeric(3, 2),
    PRIMARY KEY (interaction_row, source)
);

CREATE TABLE IF NOT EXISTS drift_feedback_changes (
    id              bigserial PRIMARY KEY,
    interaction_id  uuid NOT NULL
);

-- Logs that are to be partitioned are locked here, before block 3 changes the first of them, and all or none: no log is kept
-- while another one is waited for.
DO $locks$
DECLARE
    tables text[];
    one text;
    tries integer := 0;
    most_tries CONSTANT integer := 60;      -- a minute and a half
    waits CONSTANT text := current_setting('lock_timeout');
BEGIN
    IF current_setting('drift.setup_partition') = 'none' THEN
        RETURN;
    END IF;
    SELECT COALESCE(array_agg(t.name ORDER BY t.place), '{}') INTO tables
    FROM unnest(ARRAY['embeddings_log', 'interaction_log', 'feedback_log']) WITH ORDINALITY AS t (name, place)
    JOIN pg_class c ON c.oid = t.name::regclass
    WHERE c.relkind <> 'p';
    -- Block 3 would wait for searches too.
    IF tables <> '{}' AND (SELECT count(*) < 2 FROM pg_attribute
                           WHERE attrelid = 'documents'::regclass AND attname IN ('content_hash', 'embedding_model'))
    THEN
        tables := array_prepend('documents', tables);
    END IF;
    -- The one that was in use is asked for first.
    LOOP
        BEGIN
            PERFORM set_config('lock_timeout', '1s', true);
            FOREACH one IN ARRAY tables LOOP
                EXECUTE format('LOCK TABLE %I IN ACCESS EXCLUSIVE MODE', one);
                PERFORM set_config('lock_timeout', '100ms', true);
            END LOOP;
            EXIT;
        EXCEPTION WHEN lock_not_available OR deadlock_detected THEN
            tries := tries + 1;
            IF tries = most_tries THEN
                RAISE EXCEPTION '% is in use, and the logs are to be partitioned: end long transactions, then try again', one
                    USING ERRCODE = 'lock_not_available';
            END IF;
            tables := array_prepend(one, array_remove(tables, one));
            PERFORM pg_sleep(0.5);
        END;
    END LOOP;
    PERFORM set_config('lock_timeout', waits, true);
END
$locks$;

-- 3. Columns that came after the original. Looked up first, since ALTER TABLE would wait for every reader.
DO $columns$
DECLARE
    added record;
BEGIN
    FOR added IN
        SELECT c.in_table, c.name, c.definition
        FROM (VALUES
            ('documents', 'content_hash', 'text'),
            ('documents', 'embedding_model', 'text'),
            ('embeddings_log', 'event_id', 'uuid NOT NULL DEFAULT gen_random_uuid()'),
            ('embeddings_log', 'interaction_id', 'uuid'),
            ('embeddings_log', 'embedding_dim', 'integer NOT NULL DEFAULT ' || current_setting('drift.setup_dim')),
            ('embeddings_log', 'embedding_model', 'text'),
            ('embeddings_log', 'tenant', 'text'),
            ('embeddings_log', 'segment', 'text'),
            ('embeddings_log', 'xact_id', 'xid8 NOT NULL DEFAULT pg_current_xact_id()'),
            ('interaction_log', 'event_id', 'uuid NOT NULL DEFAULT gen_random_uuid()'),
            ('interaction_log', 'interaction_id', 'uuid NOT NULL DEFAULT gen_random_uuid()'),
            ('interaction_log', 'request_model', 'text'),
            ('interaction_log', 'prompt_name', 'text'),
            ('interaction_log', 'prompt_version', 'text'),
            ('interaction_log', 'conversation_id', 'text'),
            ('interaction_log', 'input_tokens', 'integer'),
            ('interaction_log', 'output_tokens', 'integer'),
            ('interaction_log', 'tenant', 'text'),
            ('interaction_log', 'segment', 'text'),
            ('interaction_log', 'refusal_score', 'real'),
            ('interaction_log', 'refusal_kind', 'text'),
            ('interaction_log', 'refusal_detector', 'text'),
            ('interaction_log', 'toxicity_score', 'real'),
            ('interaction_log', 'toxicity_detector', 'text'),
            ('interaction_log', 'retrieval_top_score', 'real'),
            ('interaction_log', 'retrieval_hits', 'integer'),
            ('interaction_log', 'content_capture', 'text'),
            ('interaction_log', 'xact_id', 'xid8 NOT NULL DEFAULT pg_current_xact_id()'),
            ('drift_events', 'episode_id', 'bigint'),
            ('drift_episodes', 'hypothesis', 'text'),
            ('drift_actions', 'target', 'text'),
            ('drift_actions', 'claims', 'integer NOT NULL DEFAULT 0'),
            ('drift_actions', 'progress', 'text'),
            ('drift_actions', 'result', 'text'),
            ('drift_actions', 'finished_at', 'timestamptz'),
            ('drift_actions', 'outcome', 'text CHECK (outcome IN (''VERIFIED'', ''INEFFECTIVE'', ''UNCLEAR''))'),
            ('drift_actions', 'outcome_at', 'timestamptz'),
            ('drift_actions', 'reported_at', 'timestamptz'),
            ('drift_actions', 'began_at', 'timestamptz'),
            ('drift_action_episodes', 'outcome', 'text CHECK (outcome IN (''VERIFIED'', ''INEFFECTIVE'', ''UNCLEAR''))'),
            ('drift_action_episodes', 'outcome_at', 'timestamptz'),
            ('drift_evidence', 'alarm', 'boolean NOT NULL DEFAULT false'),
            ('drift_evidence', 'log_alarm', 'double precision')) AS c (in_table, name, definition)
        WHERE NOT EXISTS (SELECT FROM pg_attribute
                          WHERE attrelid = c.in_table::regclass AND attname = c.name AND NOT attisdropped)
    LOOP
        EXECUTE format('ALTER TABLE %I ADD COLUMN %I %s', added.in_table, added.name, added.definition);
    END LOOP;
END
$columns$;

-- An earlier version kept one outcome for all episodes of an action: what it was of each follows from when they ended.
WITH judged AS (
    UPDATE drift_action_episodes ae
    SET outcome = CASE WHEN e.closed_at IS NULL OR e.closed_at > a.outcome_at THEN a.outcome
                       WHEN e.closed_at > a.finished_at AND e.details ->> 'closed_because' = 'recovered' THEN 'VERIFIED'
                       ELSE 'UNCLEAR' END,
        outcome_at = a.outcome_at
    FROM drift_actions a, drift_episodes e
    WHERE a.id = ae.action_id AND e.id = ae.episode_id AND a.outcome IS NOT NULL
      AND NOT EXISTS (SELECT FROM drift_action_episodes known WHERE known.action_id = a.id AND known.outcome IS NOT NULL)
    RETURNING ae.action_id, ae.outcome
)
UPDATE drift_actions a
SET outcome = j.outcome
FROM (SELECT action_id, CASE WHEN bool_or(outcome = 'INEFFECTIVE') THEN 'INEFFECTIVE'
                             WHEN bool_or(outcome = 'UNCLEAR') THEN 'UNCLEAR' ELSE 'VERIFIED' END AS outcome
      FROM judged GROUP BY action_id) j
WHERE a.id = j.action_id AND a.outcome <> j.outcome;

-- 4. The embedding columns: documents have one dimension, the log takes any, so that a new model can be logged.
DO $embeddings$
DECLARE
    kind CONSTANT text := current_setting('drift.setup_kind');
    dim CONSTANT integer := current_setting('drift.setup_dim')::integer;
    pgvector CONSTANT text := current_setting('drift.setup_pgvector');
    documents_type text := 'real[]';
    log_type text := 'real[]';
    documents_check text := 'array_ndims(embedding) IS NOT DISTINCT FROM 1 AND cardinality(embedding) = ' || dim
                            || ' AND array_position(embedding, NULL::real) IS NULL';
    log_check text := 'array_ndims(embedding) IS NOT DISTINCT FROM 1 AND cardinality(embedding) = embedding_dim'
                      || ' AND array_position(embedding, NULL::real) IS NULL';
    one record;
BEGIN
    IF kind = 'vector' THEN
        documents_type := format('%I.vector(%s)', pgvector, dim);
        log_type := format('%I.vector', pgvector);
        documents_check := NULL;    -- the type has the dimension
        log_check := format('%I.vector_dims(embedding) = embedding_dim', pgvector);
    END IF;

    -- What holds the old dimension goes with it: the index comes back in block 6, the check right here.
    IF current_setting('drift.setup_retype') = 'on' THEN
        DROP INDEX IF EXISTS documents_embedding_hnsw_idx;
        ALTER TABLE documents DROP CONSTRAINT IF EXISTS documents_embedding_dim_check;
    END IF;
    -- Also after a re-index with a model of another dimension.
    IF EXISTS (SELECT FROM pg_attrdef d JOIN pg_attribute a ON a.attrelid = d.adrelid AND a.attnum = d.adnum
               WHERE d.adrelid = 'embeddings_log'::regclass AND a.attname = 'embedding_dim'
                 AND pg_get_expr(d.adbin, d.adrelid) <> dim::text)
    THEN
        EXECUTE format('ALTER TABLE embeddings_log ALTER COLUMN embedding_dim SET DEFAULT %s', dim);
    END IF;

    FOR one IN
        SELECT wanted.in_table, wanted.type, wanted.dim_check, wanted.in_table || '_embedding_dim_check' AS check_name,
               a.atttypid = wanted.type::regtype AS right_type, a.atttypmod = wanted.modifier AS right_modifier,
               a.attstorage
        FROM (VALUES ('documents', documents_type, CASE kind WHEN 'vector' THEN dim ELSE -1 END, documents_check),
                     ('embeddings_log', log_type, -1, log_check)) AS wanted (in_table, type, modifier, dim_check)
        JOIN pg_attribute a ON a.attrelid = wanted.in_table::regclass AND a.attname = 'embedding'
    LOOP
        IF NOT one.right_type OR NOT one.right_modifier THEN
            EXECUTE format('ALTER TABLE %I ALTER COLUMN embedding TYPE %s USING embedding::%2$s', one.in_table, one.type);
        END IF;
        IF one.attstorage <> 'e' THEN   -- floats do not compress
            EXECUTE format('ALTER TABLE %I ALTER COLUMN embedding SET STORAGE EXTERNAL', one.in_table);
        END IF;
        IF one.dim_check IS NOT NULL
           AND NOT EXISTS (SELECT FROM pg_constraint WHERE conrelid = one.in_table::regclass AND conname = one.check_name)
        THEN
            IF one.in_table = 'embeddings_log' AND kind = 'vector' THEN
                EXECUTE format('UPDATE embeddings_log SET embedding_dim = %I.vector_dims(embedding) WHERE NOT %s', pgvector, log_check);
            END IF;
            EXECUTE format('ALTER TABLE %I ADD CONSTRAINT %I CHECK (%s)', one.in_table, one.check_name, one.dim_check);
        END IF;
    END LOOP;

    -- The original knew 'query' and 'doc' only.
    FOR one IN
        SELECT c.conname
        FROM pg_constraint c
        WHERE c.conrelid = 'embeddings_log'::regclass AND c.contype = 'c'
          AND pg_get_constraintdef(c.oid) LIKE '%''doc''%' AND pg_get_constraintdef(c.oid) NOT LIKE '%''response''%'
    LOOP
        EXECUTE format('ALTER TABLE embeddings_log DROP CONSTRAINT %I', one.conname);
        ALTER TABLE embeddings_log
            ADD CONSTRAINT embeddings_log_type_check CHECK (type IN ('query', 'doc', 'response'));
    END LOOP;
END
$embeddings$;

-- 5. Partitions by time, where they are wanted. A log becomes the first partition as it is, from the beginning of time on: no
--    row is copied, each keeps the transaction that wrote it, and history that is loaded later has its place there. Nobody
--    may write a time that no partition takes, so there is a default.
DO $partitions$
DECLARE
    unit CONSTANT text := current_setting('drift.setup_partition');
    boundary timestamptz;
    logs text[];
    log text;
    old text;
    one record;
    has_rows boolean;
BEGIN
    EXECUTE format('CREATE OR REPLACE FUNCTION drift_partition_unit() RETURNS text LANGUAGE sql IMMUTABLE AS %L',
                   format('SELECT %L::text', unit));
    IF unit = 'none' THEN
        RETURN;
    END IF;
    SELECT COALESCE(array_agg(l.name ORDER BY l.place), '{}') INTO logs
    FROM unnest(ARRAY['embeddings_log', 'interaction_log', 'feedback_log']) WITH ORDINALITY AS l (name, place)
    JOIN pg_class c ON c.oid = l.name::regclass
    WHERE c.relkind <> 'p';
    FOREACH log IN ARRAY logs LOOP
        FOR one IN
            SELECT format('view "%s" reads it', v.oid::regclass) AS what
            FROM pg_depend d JOIN pg_rewrite r ON r.oid = d.objid JOIN pg_class v ON v.oid = r.ev_class
            WHERE d.classid = 'pg_rewrite'::regclass AND d.refobjid = log::regclass
              AND v.relname NOT IN ('feedback_scores', 'recent_drift_metrics')
            UNION ALL
            SELECT format('it has the trigger "%s"', tgname) FROM pg_trigger
            WHERE tgrelid = log::regclass AND NOT tgisinternal AND tgname <> 'drift_note_feedback_change'
            UNION ALL
            SELECT format('it has the policy "%s"', polname) FROM pg_policy WHERE polrelid = log::regclass
            UNION ALL
            SELECT format('"%s" refers to it', conrelid::regclass) FROM pg_constraint WHERE confrelid = log::regclass
        LOOP
            RAISE EXCEPTION 'table "%" cannot be partitioned, %: drop that first, and create it again afterwards', log, one.what
                USING ERRCODE = 'dependent_objects_still_exist';
        END LOOP;

        old := log || '_before';
        EXECUTE format('DROP TRIGGER IF EXISTS drift_note_feedback_change ON %I', log);
        EXECUTE format('ALTER TABLE %I RENAME TO %I', log, old);
        EXECUTE format('CREATE TABLE %I (LIKE %I INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING STORAGE) '
                       'PARTITION BY RANGE (timestamp)', log, old);
        EXECUTE format('ALTER SEQUENCE %s OWNED BY %I.id', pg_get_serial_sequence(quote_ident(old), 'id'), log);
        FOR one IN
            SELECT a.privilege_type || COALESCE(' (' || quote_ident(a.attname) || ')', '') AS privilege,
                   CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(a.grantee)) END AS grantee,
                   CASE WHEN a.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END AS further
            FROM (SELECT g.*, NULL::name AS attname
                  FROM pg_class c, aclexplode(c.relacl) g WHERE c.oid = old::regclass AND g.grantee <> c.relowner
                  UNION ALL
                  SELECT g.*, c.attname FROM pg_attribute c, aclexplode(c.attacl) g WHERE c.attrelid = old::regclass) a
        LOOP
            EXECUTE format('GRANT %s ON %I TO %s%s', one.privilege, log, one.grantee, one.further);
        END LOOP;
        EXECUTE format('CREATE TABLE %I PARTITION OF %I DEFAULT', log || '_default', log);

        -- Its own keys give way to those of all partitions; its indices become parts of theirs.
        FOR one IN
            SELECT c.conname FROM pg_constraint c WHERE c.conrelid = old::regclass AND c.contype = 'p'
        LOOP
            EXECUTE format('ALTER TABLE %I DROP CONSTRAINT %I', old, one.conname);
        END LOOP;
        EXECUTE format('DROP INDEX IF EXISTS %I', log || '_event_id_key');
        FOR one IN
            SELECT i.relname FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid WHERE x.indrelid = old::regclass
        LOOP
            EXECUTE format('ALTER INDEX %I RENAME TO %I', one.relname, regexp_replace(one.relname, '^' || log, old));
        END LOOP;
        -- With rows it lasts to the end of this unit, which they reach into. A time that is yet to come would make it last
        -- until then.
        EXECUTE format('SELECT EXISTS (SELECT FROM %I)', old) INTO has_rows;
        boundary := date_trunc(unit, now(), 'UTC') + CASE WHEN has_rows THEN ('1 ' || unit)::interval ELSE '0' END;
        EXECUTE format('WITH later AS (DELETE FROM %I WHERE timestamp >= %L RETURNING *) INSERT INTO %I SELECT * FROM later',
                       old, boundary, log);
        EXECUTE format('ALTER TABLE %I ATTACH PARTITION %I FOR VALUES FROM (MINVALUE) TO (%L)', log, old, boundary);
        EXECUTE format('ALTER TABLE %I ADD PRIMARY KEY (id, timestamp)', log);
    END LOOP;
END
$partitions$;

-- 6. Indices. Looked up first, since CREATE INDEX IF NOT EXISTS would wait for every writer.
DO $indices$
DECLARE
    -- Over partitions a key is unique only together with the time; an event that is sent again has its time again.
    key_and_time CONSTANT text := CASE current_setting('drift.setup_partition') WHEN 'none' THEN '' ELSE ', timestamp' END;
    missing record;
BEGIN
    FOR missing IN
        SELECT i.name, i.kind, i.on_table
        FROM (VALUES
            ('embeddings_log_timestamp_type_idx', 'INDEX', 'embeddings_log (timestamp DESC, type)'),
            ('embeddings_log_event_id_key', 'UNIQUE INDEX', 'embeddings_log (event_id' || key_and_time || ')'),
            ('interaction_log_timestamp_idx', 'INDEX', 'interaction_log (timestamp DESC)'),
            ('interaction_log_flags_idx', 'INDEX', 'interaction_log (timestamp, refusal_flag, toxicity_flag)'),
            ('interaction_log_feedback_idx', 'INDEX', 'interaction_log (timestamp, user_feedback_score) WHERE user_feedback_score IS NOT NULL'),
            ('interaction_log_event_id_key', 'UNIQUE INDEX', 'interaction_log (event_id' || key_and_time || ')'),
            ('interaction_log_interaction_id_idx', 'INDEX', 'interaction_log (interaction_id)'),
            ('feedback_log_event_id_key', 'UNIQUE INDEX', 'feedback_log (event_id' || key_and_time || ')'),
            ('feedback_log_latest_idx', 'INDEX', 'feedback_log (interaction_id, source, timestamp DESC, id DESC)'),
            ('feedback_log_timestamp_idx', 'INDEX', 'feedback_log (timestamp DESC)'),
            ('embeddings_log_cursor_idx', 'INDEX', 'embeddings_log (xact_id, id)'),
            ('interaction_log_cursor_idx', 'INDEX', 'interaction_log (xact_id, id)'),
            ('feedback_log_cursor_idx', 'INDEX', 'feedback_log (xact_id, id)'),
            ('drift_profiles_bucket_idx', 'INDEX', 'drift_profiles (stream, segment, bucket_start)'),
            ('drift_profiles_age_idx', 'INDEX', 'drift_profiles (bucket_seconds, bucket_start)'),
            ('drift_feedback_state_interaction_id_idx', 'INDEX', 'drift_feedback_state (interaction_id)'),
            ('drift_events_timestamp_kind_idx', 'INDEX', 'drift_events (timestamp DESC, kind)'),
            ('model_versions_active_idx', 'INDEX', 'model_versions (deployed_at DESC, active)'),
            ('drift_episodes_open_key', 'UNIQUE INDEX', 'drift_episodes (stream, segment) WHERE closed_at IS NULL'),
            ('drift_episodes_opened_at_idx', 'INDEX', 'drift_episodes (opened_at DESC)'),
            ('drift_actions_state_idx', 'INDEX', 'drift_actions (state, next_attempt_at)'),
            ('drift_action_episodes_episode_id_idx', 'INDEX', 'drift_action_episodes (episode_id)')
        ) AS i (name, kind, on_table)
        WHERE to_regclass(format('%I.%I', current_schema(), i.name)) IS NULL
    LOOP
        EXECUTE format('CREATE %s %I ON %s', missing.kind, missing.name, missing.on_table);
    END LOOP;
END
$indices$;

-- Nearest neighbours are searched among documents only, never in the logs, where HNSW would slow every write.
DO $hnsw$
DECLARE
    dim CONSTANT integer := current_setting('drift.setup_dim')::integer;
    pgvector CONSTANT text := current_setting('drift.setup_pgvector');
    there text[];
    expression text := format('embedding %I.vector_cosine_ops', pgvector);
BEGIN
    SELECT array_agg(DISTINCT m.amname::text) INTO there
    FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_am m ON m.oid = i.relam
    WHERE x.indrelid = 'documents'::regclass;

    IF current_setting('drift.setup_kind') <> 'vector' OR 'hnsw' = ANY (there) THEN
        RETURN;
    END IF;
    IF dim > 2000 THEN      -- HNSW holds at most 2,000 dimensions of four bytes, or 4,000 of two
        expression := format('(embedding::%1$I.halfvec(%2$s)) %1$I.halfvec_cosine_ops', pgvector, dim);
    END IF;
    IF dim > 4000 OR NOT EXISTS (SELECT FROM pg_am WHERE amname = 'hnsw')
       OR (dim > 2000 AND to_regtype(format('%I.halfvec', pgvector)) IS NULL) THEN
        RAISE WARNING 'no HNSW index on documents: this pgvector has none for % dimensions; searches read the whole table', dim;
        RETURN;
    END IF;
    IF 'ivfflat' = ANY (there) THEN
        DROP INDEX IF EXISTS documents_embedding_idx;       -- the original's
    END IF;
    EXECUTE 'CREATE INDEX documents_embedding_hnsw_idx ON documents USING hnsw (' || expression || ')';
END
$hnsw$;

-- 7. Views and functions.
-- Every score that counts, by the time of its interaction: per source the latest one, late ones included.
CREATE OR REPLACE VIEW feedback_scores AS
SELECT i.timestamp AS interaction_time, i.interaction_id, 'user'::text AS source, i.user_feedback_score AS score,
       i.id AS interaction_row, COALESCE(NULLIF(i.segment, ''), NULLIF(i.tenant, ''), '') AS segment
FROM interaction_log i
WHERE i.user_feedback_score IS NOT NULL
  AND NOT EXISTS (SELECT FROM feedback_log f WHERE f.interaction_id = i.interaction_id AND f.source = 'user')
UNION ALL
SELECT i.timestamp, i.interaction_id, f.source, f.score, i.id, COALESCE(NULLIF(i.segment, ''), NULLIF(i.tenant, ''), '')
FROM interaction_log i JOIN feedback_log f ON f.interaction_id = i.interaction_id
WHERE NOT EXISTS (SELECT FROM feedback_log later
                  WHERE later.interaction_id = f.interaction_id AND later.source = f.source
                    AND (later.timestamp, later.id) > (f.timestamp, f.id));

-- Windows are half-open; an unknown flag (NULL) leaves the denominator.
CREATE OR REPLACE VIEW recent_drift_metrics AS
SELECT
    now() - INTERVAL '7 days' AS week_ago,
    now() - INTERVAL '30 days' AS month_ago,
    (SELECT count(*) FROM embeddings_log
     WHERE type = 'query' AND timestamp >= now() - INTERVAL '7 days' AND timestamp < now()) AS recent_query_count,
    (SELECT count(*) FROM interaction_log
     WHERE timestamp >= now() - INTERVAL '7 days' AND timestamp < now()) AS recent_interaction_count,
    (SELECT avg(CASE WHEN refusal_flag THEN 1.0 WHEN NOT refusal_flag THEN 0.0 END) FROM interaction_log
     WHERE timestamp >= now() - INTERVAL '7 days' AND timestamp < now()) AS recent_refusal_rate,
    (SELECT avg(CASE WHEN toxicity_flag THEN 1.0 WHEN NOT toxicity_flag THEN 0.0 END) FROM interaction_log
     WHERE timestamp >= now() - INTERVAL '7 days' AND timestamp < now()) AS recent_toxicity_rate,
    (SELECT avg(score) FROM feedback_scores
     WHERE interaction_time >= now() - INTERVAL '7 days' AND interaction_time < now()) AS recent_accuracy,
    (SELECT avg(score) FROM feedback_scores
     WHERE interaction_time >= now() - INTERVAL '37 days'
       AND interaction_time < now() - INTERVAL '30 days') AS baseline_accuracy;

-- Partitions: made ahead, and dropped once all of their rows are old. A time that has no partition goes to the default one,
-- from where a new partition takes its rows. What runs with its owner's rights names everything by its schema, so that a
-- caller can put nothing in its way, and is for the monitor's role and nobody else.
DO $upkeep$
BEGIN
    EXECUTE replace($create$
        DROP FUNCTION IF EXISTS HOME.drift_drop_partitions(text, timestamptz, boolean);

        CREATE OR REPLACE FUNCTION HOME.drift_partitions(log text)
        RETURNS TABLE (name text, rows_to timestamptz)
        LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' SET datestyle = 'ISO' AS $body$
            SELECT c.relname::text,
                   (regexp_match(pg_get_expr(c.relpartbound, c.oid), 'TO \(''([^'']+)''\)'))[1]::timestamptz
            FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
            WHERE i.inhparent = to_regclass($h$HOME$h$ || '.' || quote_ident(log))
              AND pg_get_expr(c.relpartbound, c.oid) <> 'DEFAULT'
        $body$;

        CREATE OR REPLACE FUNCTION HOME.drift_make_partitions(log text, ahead integer) RETURNS integer
        LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' SET lock_timeout = '2s'
        AS $body$
        DECLARE
            home CONSTANT text := $h$HOME$h$ || '.';
            unit CONSTANT text := HOME.drift_partition_unit();
            most_moved CONSTANT integer := 10000;
            spare CONSTANT text := log || '_default';
            part text;
            covered_to timestamptz;
            lower_bound timestamptz;
            upper_bound timestamptz;
            taken integer;
            made integer := 0;
        BEGIN
            IF unit = 'none' THEN
                RETURN 0;
            END IF;
            IF ahead NOT BETWEEN 0 AND 100 THEN
                RAISE EXCEPTION 'ahead is %: give 0 to 100', ahead USING ERRCODE = 'invalid_parameter_value';
            END IF;
            FOR i IN 0 .. ahead LOOP
                lower_bound := date_trunc(unit, now()) + i * ('1 ' || unit)::interval;
                upper_bound := lower_bound + ('1 ' || unit)::interval;
                SELECT max(p.rows_to) INTO covered_to FROM HOME.drift_partitions(log) p;
                CONTINUE WHEN lower_bound < covered_to;
                -- Moving rows keeps writers of the default partition waiting: many of them stay where they are.
                EXECUTE format('SELECT count(*) FROM (SELECT FROM %s%I WHERE timestamp >= %L AND timestamp < %L LIMIT %s) t',
                               home, spare, lower_bound, upper_bound, most_moved + 1) INTO taken;
                IF taken > most_moved THEN
                    RAISE WARNING 'no partition of % from % on: its more than % rows stay in %', log, lower_bound,
                        most_moved, spare;
                    CONTINUE;
                END IF;
                part := log || to_char(lower_bound, '_YYYYMMDD');
                -- Attached, not created in place: that would wait for every reader and writer of the log.
                EXECUTE format('CREATE TABLE %s%I (LIKE %s%I INCLUDING ALL)', home, part, home, log);
                EXECUTE format('LOCK TABLE ONLY %s%I IN SHARE UPDATE EXCLUSIVE MODE', home, log);
                -- Even where none was counted: one may have been written since, and attaching would fail of it.
                EXECUTE format('LOCK TABLE %s%I IN ACCESS EXCLUSIVE MODE', home, spare);
                EXECUTE format('WITH moved AS (DELETE FROM %s%I WHERE timestamp >= %L AND timestamp < %L RETURNING *) '
                               'INSERT INTO %s%I SELECT * FROM moved',
                               home, spare, lower_bound, upper_bound, home, part);
                EXECUTE format('ALTER TABLE %s%I ATTACH PARTITION %s%I FOR VALUES FROM (%L) TO (%L)',
                               home, log, home, part, lower_bound, upper_bound);
                made := made + 1;
            END LOOP;
            RETURN made;
        END
        $body$;

        CREATE OR REPLACE FUNCTION HOME.drift_maintain_partitions(ahead integer DEFAULT 3) RETURNS integer
        LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
            SELECT HOME.drift_make_partitions('embeddings_log', ahead) + HOME.drift_make_partitions('interaction_log', ahead)
                   + HOME.drift_make_partitions('feedback_log', ahead)
        $body$;

        -- Up to which row the monitor has read a log: all of it where no monitor has ever read one, nothing where the rows
        -- that were read cannot be told from the others, in a database that came from another cluster.
        CREATE OR REPLACE FUNCTION HOME.drift_read_to(log text, OUT read_xact xid8, OUT read_row bigint)
        LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
        DECLARE
            cluster CONSTANT text := CASE WHEN has_function_privilege('pg_control_system()', 'EXECUTE')
                                          THEN (SELECT system_identifier::text FROM pg_control_system()) END;
            readers CONSTANT text[] := CASE log WHEN 'embeddings_log' THEN '{embeddings}'
                                                WHEN 'interaction_log' THEN '{interactions,feedback_of_interactions}'
                                                WHEN 'feedback_log' THEN '{feedback}' END;
        BEGIN
            IF readers IS NULL THEN
                RAISE EXCEPTION '"%" is no log', log USING ERRCODE = 'invalid_parameter_value';
            END IF;
            IF NOT EXISTS (SELECT FROM HOME.drift_checkpoints) THEN
                read_xact := '18446744073709551615';
                read_row := 9223372036854775807;
                RETURN;
            END IF;
            SELECT COALESCE(c.xact_id, '0'), COALESCE(c.row_id, 0) INTO read_xact, read_row
            FROM unnest(readers) AS r (reader) LEFT JOIN HOME.drift_checkpoints c ON c.reader = r.reader
            ORDER BY 1, 2
            LIMIT 1;
            IF EXISTS (SELECT FROM HOME.drift_checkpoints c
                       WHERE c.xact_id >= pg_snapshot_xmax(pg_current_snapshot()) OR c.system_identifier <> cluster) THEN
                read_xact := '0';
                read_row := 0;
            END IF;
        END
        $body$;

        -- A condition on rows l of a log: old, read, and not waited for by a score that is still to be read. Feedback goes with
        -- its interaction; one in a table that is about to be dropped counts as gone.
        CREATE OR REPLACE FUNCTION HOME.drift_old_rows(log text, rows_before timestamptz, gone oid[] DEFAULT '{}') RETURNS text
        LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $body$
        DECLARE
            home CONSTANT text := $h$HOME$h$ || '.';
            read record;
            condition text;
        BEGIN
            SELECT * INTO read FROM HOME.drift_read_to(log);
            condition := format('l.timestamp < %L AND (l.xact_id, l.id) <= (%L::xid8, %s)',
                                rows_before, read.read_xact, read.read_row);
            IF log = 'interaction_log' THEN
                SELECT * INTO read FROM HOME.drift_read_to('feedback_log');
                condition := format('%s AND NOT EXISTS (SELECT FROM %sfeedback_log f WHERE f.interaction_id = l.interaction_id '
                                    'AND (f.xact_id, f.id) > (%L::xid8, %s)) '
                                    'AND NOT EXISTS (SELECT FROM %sdrift_feedback_changes c '
                                    'WHERE c.interaction_id = l.interaction_id)',
                                    condition, home, read.read_xact, read.read_row, home);
            ELSIF log = 'feedback_log' THEN
                condition := format('%s AND NOT EXISTS (SELECT FROM %sinteraction_log i '
                                    'WHERE i.interaction_id = l.interaction_id AND i.tableoid <> ALL (%L::oid[]))',
                                    condition, home, gone);
            END IF;
            RETURN condition;
        END
        $body$;

        CREATE OR REPLACE FUNCTION HOME.drift_warn_of_unread(log text, part regclass, rows_before timestamptz) RETURNS void
        LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $body$
        DECLARE
            read record;
            unread boolean;
        BEGIN
            SELECT * INTO read FROM HOME.drift_read_to(log);
            EXECUTE format('SELECT EXISTS (SELECT FROM %s WHERE (xact_id, id) > (%L::xid8, %s) AND timestamp < %L)',
                           part, read.read_xact, read.read_row, rows_before) INTO unread;
            IF unread THEN
                RAISE WARNING '% has rows before % that the monitor has not read: they stay until a check has read them',
                    part, rows_before;
            END IF;
        END
        $body$;

        -- Whether a partition must stay: it has a row that is still to be read, or of which a score is; of feedback, any row.
        CREATE OR REPLACE FUNCTION HOME.drift_partition_stays(log text, part regclass) RETURNS boolean
        LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
        DECLARE
            home CONSTANT text := $h$HOME$h$ || '.';
            read record;
            stays boolean;
        BEGIN
            IF log = 'feedback_log' THEN
                EXECUTE format('SELECT EXISTS (SELECT FROM %s)', part) INTO stays;
                RETURN stays;
            END IF;
            SELECT * INTO read FROM HOME.drift_read_to(log);
            EXECUTE format('SELECT EXISTS (SELECT FROM %s WHERE (xact_id, id) > (%L::xid8, %s))',
                           part, read.read_xact, read.read_row) INTO stays;
            IF log = 'interaction_log' AND NOT stays THEN
                SELECT * INTO read FROM HOME.drift_read_to('feedback_log');
                EXECUTE format('SELECT EXISTS (SELECT FROM %sfeedback_log f JOIN %s i ON i.interaction_id = f.interaction_id '
                               'WHERE (f.xact_id, f.id) > (%L::xid8, %s)) '
                               'OR EXISTS (SELECT FROM %sdrift_feedback_changes c JOIN %2$s i '
                               'ON i.interaction_id = c.interaction_id)',
                               home, part, read.read_xact, read.read_row, home) INTO stays;
            END IF;
            RETURN stays;
        END
        $body$;

        -- The partitions that may be dropped: all of their rows are old, and none must stay.
        CREATE OR REPLACE FUNCTION HOME.drift_old_partitions(log text, rows_before timestamptz) RETURNS oid[]
        LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
        DECLARE
            part regclass;
            found oid[] := '{}';
        BEGIN
            FOR part IN SELECT ($h$HOME$h$ || '.' || quote_ident(p.name))::regclass FROM HOME.drift_partitions(log) p
                        WHERE p.rows_to <= rows_before ORDER BY p.rows_to LOOP
                IF NOT HOME.drift_partition_stays(log, part) THEN
                    found := found || part::oid;
                ELSIF log <> 'feedback_log' THEN
                    RAISE WARNING 'partition % has rows that the monitor has not read: it stays until a check has read them',
                        part;
                END IF;
            END LOOP;
            RETURN found;
        END
        $body$;

        -- Deletes old rows one by one: in the partition at the edge and in the default one; of feedback in every one. In the first
        -- one too where it stays: rows that are dated back may come to it at any time, and keep it from being dropped for long.
        CREATE OR REPLACE FUNCTION HOME.drift_delete_old_rows(log text, rows_before timestamptz, gone oid[]) RETURNS bigint
        LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
        DECLARE
            condition CONSTANT text := HOME.drift_old_rows(log, rows_before, gone);
            part regclass;
            deleted bigint;
            total bigint := 0;
        BEGIN
            FOR part IN
                SELECT i.inhrelid::regclass
                FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
                LEFT JOIN HOME.drift_partitions(log) p ON p.name = c.relname
                WHERE i.inhparent = to_regclass($h$HOME$h$ || '.' || quote_ident(log))
                  AND (log = 'feedback_log' OR p.rows_to IS NULL OR p.rows_to > rows_before
                       OR pg_get_expr(c.relpartbound, c.oid) LIKE '%FROM (MINVALUE)%' AND c.oid <> ALL (gone))
            LOOP
                EXECUTE format('DELETE FROM %s l WHERE %s', part, condition);
                GET DIAGNOSTICS deleted = ROW_COUNT;
                total := total + deleted;
                IF log <> 'feedback_log' THEN
                    PERFORM HOME.drift_warn_of_unread(log, part, rows_before);
                END IF;
            END LOOP;
            RETURN total;
        END
        $body$;

        -- Drops partitions of a log and returns how many rows they had. A log that is being read and not free within three
        -- seconds loses the rows one by one instead. Nobody can write to a log from its lock to the end of the transaction:
        -- so rows are counted before it, and nothing that takes long may come after it.
        CREATE OR REPLACE FUNCTION HOME.drift_drop_partitions(log text, rows_before timestamptz, parts oid[]) RETURNS bigint
        LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET lock_timeout = '3s' AS $body$
        DECLARE
            home CONSTANT text := $h$HOME$h$ || '.';
            part regclass;
            found bigint;
            total bigint := 0;
        BEGIN
            IF EXISTS (SELECT unnest(parts) EXCEPT
                       SELECT c.oid FROM HOME.drift_partitions(log) p JOIN pg_class c ON c.relname = p.name
                       WHERE c.relnamespace = to_regnamespace($h$HOME$h$) AND p.rows_to <= rows_before) THEN
                RAISE EXCEPTION '% are not all partitions of "%" before %', parts, log, rows_before
                    USING ERRCODE = 'invalid_parameter_value';
            END IF;
            FOREACH part IN ARRAY parts::regclass[] LOOP
                EXECUTE format('SELECT count(*) FROM %s', part) INTO found;
                total := total + found;
            END LOOP;
            BEGIN
                IF cardinality(parts) > 0 THEN
                    EXECUTE format('LOCK TABLE ONLY %s%I IN ACCESS EXCLUSIVE MODE', home, log);
                END IF;
                FOREACH part IN ARRAY parts::regclass[] LOOP
                    EXECUTE format('LOCK TABLE %s IN ACCESS EXCLUSIVE MODE', part);
                    IF HOME.drift_partition_stays(log, part) THEN
                        RAISE lock_not_available;   -- a row came meanwhile
                    END IF;
                    EXECUTE format('DROP TABLE %s', part);
                END LOOP;
                RETURN total;
            EXCEPTION WHEN lock_not_available THEN
                RAISE NOTICE 'partitions of % are in use, their rows are deleted instead', log;
            END;
            total := 0;
            FOREACH part IN ARRAY parts::regclass[] LOOP
                EXECUTE format('DELETE FROM %s l WHERE %s', part, HOME.drift_old_rows(log, rows_before));
                GET DIAGNOSTICS found = ROW_COUNT;
                total := total + found;
            END LOOP;
            RETURN total;
        END
        $body$;

        REVOKE EXECUTE ON FUNCTION HOME.drift_make_partitions(text, integer), HOME.drift_maintain_partitions(integer),
            HOME.drift_partition_stays(text, regclass),
            HOME.drift_old_partitions(text, timestamptz), HOME.drift_delete_old_rows(text, timestamptz, oid[]),
            HOME.drift_drop_partitions(text, timestamptz, oid[]) FROM PUBLIC;

        CREATE OR REPLACE FUNCTION HOME.cleanup_old_data(days_to_keep integer DEFAULT 90) RETURNS integer
        LANGUAGE plpgsql SET search_path FROM CURRENT AS $cleanup$
        DECLARE
            kept_from CONSTANT timestamptz := now() - make_interval(days => days_to_keep);
            gone oid[];
            deleted bigint;
        BEGIN
            IF days_to_keep < 0 THEN
                RAISE EXCEPTION 'days_to_keep is %: give 0 or more', days_to_keep USING ERRCODE = 'invalid_parameter_value';
            END IF;
            IF HOME.drift_partition_unit() <> 'none' THEN
                gone := HOME.drift_old_partitions('embeddings_log', kept_from);
                deleted := HOME.drift_delete_old_rows('embeddings_log', kept_from, gone);
                RETURN deleted + HOME.drift_drop_partitions('embeddings_log', kept_from, gone);
            END IF;
            EXECUTE 'DELETE FROM ' || $h$HOME$h$ || '.embeddings_log l WHERE '
                    || HOME.drift_old_rows('embeddings_log', kept_from);
            GET DIAGNOSTICS deleted = ROW_COUNT;
            PERFORM HOME.drift_warn_of_unread('embeddings_log', $h$HOME$h$ || '.embeddings_log', kept_from);
            RETURN deleted;
        END
        $cleanup$;

        CREATE OR REPLACE FUNCTION HOME.cleanup_old_interactions(days_to_keep integer) RETURNS integer
        LANGUAGE plpgsql SET search_path FROM CURRENT AS $cleanup$
        DECLARE
            kept_from CONSTANT timestamptz := now() - make_interval(days => days_to_keep);
            partitioned CONSTANT boolean := HOME.drift_partition_unit() <> 'none';
            gone oid[] := '{}';
            deleted bigint;
        BEGIN
            IF days_to_keep < 0 THEN
                RAISE EXCEPTION 'days_to_keep is %: give 0 or more', days_to_keep USING ERRCODE = 'invalid_parameter_value';
            END IF;
            IF partitioned THEN
                gone := HOME.drift_old_partitions('interaction_log', kept_from);
                deleted := HOME.drift_delete_old_rows('interaction_log', kept_from, gone);
                PERFORM HOME.drift_delete_old_rows('feedback_log', kept_from, gone);
            ELSE
                EXECUTE 'DELETE FROM ' || $h$HOME$h$ || '.interaction_log l WHERE '
                        || HOME.drift_old_rows('interaction_log', kept_from);
                GET DIAGNOSTICS deleted = ROW_COUNT;
                EXECUTE 'DELETE FROM ' || $h$HOME$h$ || '.feedback_log l WHERE '
                        || HOME.drift_old_rows('feedback_log', kept_from);
                PERFORM HOME.drift_warn_of_unread('interaction_log', $h$HOME$h$ || '.interaction_log', kept_from);
            END IF;
            -- What a deleted interaction has in the profiles stays there for good, so nothing need be known of it.
            DELETE FROM HOME.drift_feedback_state s
            WHERE s.interaction_time < kept_from
              AND NOT EXISTS (SELECT FROM HOME.interaction_log i
                              WHERE i.id = s.interaction_row AND i.tableoid <> ALL (gone));
            IF partitioned THEN
                deleted := deleted + HOME.drift_drop_partitions('interaction_log', kept_from, gone);
                PERFORM HOME.drift_drop_partitions('feedback_log', kept_from,
                                                   HOME.drift_old_partitions('feedback_log', kept_from));
            END IF;
            RETURN deleted;
        END
        $cleanup$;
        $create$, 'HOME', quote_ident(current_schema()));
END
$upkeep$;

-- A score that is changed in place moves neither xact_id nor id, so the reader would not see it. Runs with its owner's
-- rights: whoever may change the score need know nothing of the journal.
DO $journal$
BEGIN
    EXECUTE format($create$
        CREATE OR REPLACE FUNCTION drift_note_feedback_change() RETURNS trigger
        LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $note$
        BEGIN
            INSERT INTO %I.drift_feedback_changes (interaction_id) VALUES (NEW.interaction_id);
            RETURN NULL;
        END
        $note$
        $create$, current_schema());
    IF NOT EXISTS (SELECT FROM pg_trigger
                   WHERE tgrelid = 'interaction_log'::regclass AND tgname = 'drift_note_feedback_change') THEN
        CREATE TRIGGER drift_note_feedback_change AFTER UPDATE OF user_feedback_score ON interaction_log
            FOR EACH ROW WHEN (OLD.user_feedback_score IS DISTINCT FROM NEW.user_feedback_score)
            EXECUTE FUNCTION drift_note_feedback_change();
    END IF;
END
$journal$;

-- History that came after the first partition was dropped, or to logs that never had one, is in the default partition, which is
-- read for every partition that is made. It becomes the first partition as it is; only rows of later times are moved.
CREATE OR REPLACE FUNCTION drift_adopt_history(log text) RETURNS void
LANGUAGE plpgsql SET search_path FROM CURRENT SET timezone = 'UTC' SET datestyle = 'ISO' SET lock_timeout = '3s' AS $history$
DECLARE
    spare CONSTANT text := log || '_default';
    old CONSTANT text := log || '_before';
    lowest timestamptz;
    found boolean;
    later_rows bigint;
    most_moved CONSTANT bigint := 10000;
    one record;
BEGIN
    SELECT min((regexp_match(p.bound, 'FROM \(''([^'']+)''\)'))[1]::timestamptz) INTO lowest
    FROM (SELECT pg_get_expr(c.relpartbound, c.oid) AS bound FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
          WHERE i.inhparent = log::regclass) p
    HAVING NOT bool_or(p.bound LIKE '%FROM (MINVALUE)%');
    -- None where there is no partition yet, or one that begins with time.
    IF lowest IS NULL OR to_regclass(quote_ident(spare)) IS NULL THEN
        RETURN;
    END IF;
    EXECUTE format('SELECT EXISTS (SELECT FROM %I WHERE timestamp < %L)', spare, lowest) INTO found;
    IF NOT found THEN
        RETURN;
    END IF;
    IF to_regclass(quote_ident(old)) IS NOT NULL THEN
        RAISE WARNING '% is there and no partition of %: history stays in %; attach, rename or drop that table', old, log, spare;
        RETURN;
    END IF;
    -- They would be copied while nobody reads or writes the log.
    EXECUTE format('SELECT count(*) FROM (SELECT FROM %I WHERE timestamp >= %L LIMIT %s) r', spare, lowest, most_moved + 1)
    INTO later_rows;
    IF later_rows > most_moved THEN
        RAISE WARNING '% holds more than % rows of later times too: the history of % stays there', spare, most_moved, log;
        RETURN;
    END IF;
    EXECUTE format('LOCK TABLE %I IN ACCESS EXCLUSIVE MODE', log);
    EXECUTE format('ALTER TABLE %I DETACH PARTITION %I', log, spare);
    EXECUTE format('ALTER TABLE %I RENAME TO %I', spare, old);
    FOR one IN
        SELECT i.relname FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid WHERE x.indrelid = old::regclass
    LOOP
        EXECUTE format('ALTER INDEX %I RENAME TO %I', one.relname, regexp_replace(one.relname, '^' || spare, old));
    END LOOP;
    EXECUTE format('CREATE TABLE %I PARTITION OF %I DEFAULT', spare, log);
    EXECUTE format('WITH later AS (DELETE FROM %I WHERE timestamp >= %L RETURNING *) INSERT INTO %I SELECT * FROM later',
                   old, lowest, log);
    EXECUTE format('ALTER TABLE %I ATTACH PARTITION %I FOR VALUES FROM (MINVALUE) TO (%L)', log, old, lowest);
END
$history$;

-- A step of block 10. A log that is in use is not waited for for long: the step can be made the next time.
CREATE OR REPLACE FUNCTION drift_arrange_log(log text, step text) RETURNS void
LANGUAGE plpgsql SET search_path FROM CURRENT AS $arrange$
BEGIN
    -- As in block 1: another set-up is waited for, and is no log that is in use.
    PERFORM pg_advisory_xact_lock(hashtext('drift-aware setup_database.sql'));
    IF drift_partition_unit() = 'none' THEN
        RETURN;
    END IF;
    BEGIN
        IF step = 'history' THEN
            PERFORM drift_adopt_history(log);
        ELSE
            PERFORM drift_make_partitions(log, 3);
        END IF;
    EXCEPTION WHEN lock_not_available OR deadlock_detected THEN
        IF step = 'history' THEN
            RAISE WARNING '% is in use: history stays in %_default until init-db is run again', log, log;
        ELSE
            RAISE WARNING '% is in use: its partitions are made by the monitor, or when init-db is run again', log;
        END IF;
    END;
END
$arrange$;

REVOKE EXECUTE ON FUNCTION drift_adopt_history(text), drift_arrange_log(text, text) FROM PUBLIC;

COMMENT ON TABLE documents IS 'The knowledge base whose coverage is watched; written by the application';
COMMENT ON COLUMN documents.content_hash IS 'Hash of content when it was embedded; a difference means embed again';
COMMENT ON COLUMN documents.embedding_model IS 'Model that made the embedding; NULL if unknown';
COMMENT ON TABLE embeddings_log IS 'One row per logged embedding of a query, a document or a response';
COMMENT ON COLUMN embeddings_log.ref_id IS 'The original''s optional reference to documents.id or interaction_log.id';
COMMENT ON COLUMN embeddings_log.event_id IS 'Made by the writer; a row sent twice is stored once';
COMMENT ON COLUMN embeddings_log.interaction_id IS 'The interaction that the embedding belongs to, if any';
COMMENT ON COLUMN embeddings_log.embedding_dim IS 'Dimension of this row; the default is that of documents';
COMMENT ON COLUMN embeddings_log.xact_id IS 'Writing transaction, the reader''s cursor; writers never list it';
COMMENT ON TABLE interaction_log IS 'One row per question and answer';
COMMENT ON COLUMN interaction_log.event_id IS 'Made by the writer; a row sent twice is stored once';
COMMENT ON COLUMN interaction_log.interaction_id IS 'Links embeddings and feedback to this row';
COMMENT ON COLUMN interaction_log.refusal_flag IS 'NULL means unknown and leaves the refusal rate''s denominator';
COMMENT ON COLUMN interaction_log.toxicity_flag IS 'NULL means unknown and leaves the toxicity rate''s denominator';
COMMENT ON COLUMN interaction_log.user_feedback_score IS 'Score known when the row was written, 0 to 1; later ones go to feedback_log';
COMMENT ON COLUMN interaction_log.conversation_id IS 'Rows of one conversation move together and count as one vote';
COMMENT ON COLUMN interaction_log.retrieval_top_score IS 'Best score of the retrieval, 0 to 1; makes the stream coverage; NULL is unknown';
COMMENT ON COLUMN interaction_log.retrieval_hits IS 'Documents that the retrieval found; 0 is a query without coverage; NULL is unknown';
COMMENT ON COLUMN interaction_log.content_capture IS 'How much text was stored: NONE, REDACTED or FULL';
COMMENT ON COLUMN interaction_log.xact_id IS 'Writing transaction, the reader''s cursor; writers never list it';
COMMENT ON TABLE feedback_log IS 'Feedback by interaction id: before, after or more than once; see view feedback_scores';
COMMENT ON COLUMN feedback_log.source IS 'Who judged; the latest score per interaction and source counts';
COMMENT ON COLUMN feedback_log.xact_id IS 'Writing transaction, the reader''s cursor; writers never list it';
COMMENT ON VIEW feedback_scores IS 'Every score that counts, by the time of its interaction';
COMMENT ON VIEW recent_drift_metrics IS 'The last seven days at a glance; the monitor computes its own figures';
COMMENT ON TABLE drift_events IS 'What the monitor found, with the original''s kinds and keys';
COMMENT ON COLUMN drift_events.episode_id IS 'The episode in drift_episodes that wrote the event';
COMMENT ON TABLE model_versions IS 'Models that were deployed, and retrainings that were dispatched (active = false)';
COMMENT ON TABLE drift_schema IS 'Versions of this file that were applied; a monitor refuses a newer schema_version than it knows';
COMMENT ON TABLE drift_episodes IS 'A drift from its first verdict to recovery; at most one open per stream and segment';
COMMENT ON COLUMN drift_episodes.hypothesis IS 'What was proven when it opened; NULL with DRIFT_DETECTION=threshold';
COMMENT ON COLUMN drift_episodes.recovered_checks IS 'Checks in a row under the level of recovery';
COMMENT ON TABLE drift_actions IS 'Outbox of actions, written in the transaction that opens the episode';
COMMENT ON COLUMN drift_actions.idempotency_key IS 'Sent with every attempt; a receiver acts once per key';
COMMENT ON COLUMN drift_actions.target IS 'What it works on; one row of a target is DISPATCHED or RUNNING at a time';
COMMENT ON COLUMN drift_actions.attempts IS 'Calls since the last one that got on';
COMMENT ON COLUMN drift_actions.claims IS 'Times that a monitor took it; only the latest may write how its call ended';
COMMENT ON COLUMN drift_actions.progress IS 'How far it said it is';
COMMENT ON COLUMN drift_actions.result IS 'What it said came of it';
COMMENT ON COLUMN drift_actions.finished_at IS 'When it was SUCCEEDED, FAILED, TIMED_OUT or UNKNOWN; NULL before, and in rows of earlier versions';
COMMENT ON COLUMN drift_actions.outcome IS 'The worst that is known of its episodes; NULL while that may change';
COMMENT ON COLUMN drift_actions.reported_at IS 'Time stamp of its receiver''s latest call-back, or of the operator''s later step';
COMMENT ON COLUMN drift_actions.began_at IS 'First call since it was APPROVED, by the clock of the database';
COMMENT ON TABLE drift_action_episodes IS 'The episodes that one action answers';
COMMENT ON COLUMN drift_action_episodes.outcome IS 'Whether this episode''s drift ended after the action; NULL while that is not known';
COMMENT ON TABLE drift_monitor_state IS 'What the monitor must remember over a restart';
COMMENT ON TABLE drift_profiles IS 'Mergeable summary of one bucket of time of one stream; versioned bytes in body';
COMMENT ON TABLE drift_baselines IS 'What recent traffic is compared with; frozen once accepted';
COMMENT ON TABLE drift_scored_profiles IS 'The same of embeddings seen against one baseline; versioned bytes in body';
COMMENT ON COLUMN drift_scored_profiles.row_count IS 'Rows that were scored; of a very busy bucket a sample';
COMMENT ON TABLE drift_feedback_state IS 'Which score of an interaction and source stands in the profiles; NULL once withdrawn';
COMMENT ON COLUMN drift_feedback_state.interaction_row IS 'interaction_log.id; more than one row may share an interaction_id';
COMMENT ON TABLE drift_feedback_changes IS 'Interactions whose score was changed in place and is to be read again; emptied by the monitor';
COMMENT ON TABLE drift_evidence IS 'State of each sequential test after each check, and the counts it was fed';
COMMENT ON COLUMN drift_evidence.alarm IS 'Whether this check passed the level of alarm';
COMMENT ON COLUMN drift_evidence.log_alarm IS 'Logarithm of the level that log_r is held against';
COMMENT ON TABLE drift_checkpoints IS 'How far each reader of a log has come, in order of (xact_id, row_id)';

SET LOCAL client_min_messages = notice;

-- 8. Roles to grant to your own users: the SDK's, the monitor's, and a dashboard's. A user who may not create roles
--    goes on without them.
DO $roles$
DECLARE
    home CONSTANT text := current_schema();
    logs CONSTANT text := 'embeddings_log, interaction_log, feedback_log';
    results CONSTANT text := 'drift_events, model_versions';
    kept CONSTANT text := 'drift_episodes, drift_actions, drift_action_episodes, drift_monitor_state, drift_baselines, '
                          'drift_profiles, drift_scored_profiles, drift_evidence, drift_checkpoints, '
                          'drift_feedback_state, drift_feedback_changes';
    sources CONSTANT text := 'documents, feedback_scores, recent_drift_metrics';
    name text;
    inserts_into text;
    sequence text;
BEGIN
    FOREACH name IN ARRAY ARRAY['drift_writer', 'drift_monitor', 'drift_reader'] LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name) THEN
            BEGIN
                EXECUTE format('CREATE ROLE %I NOLOGIN', name);
            EXCEPTION
                WHEN insufficient_privilege THEN
                    RAISE NOTICE 'role % is not there, user "%" may not create it; the schema works without', name, current_user;
                WHEN duplicate_object OR unique_violation THEN
                    NULL;       -- made meanwhile by a set-up in another database of this cluster
            END;
        END IF;
        CONTINUE WHEN NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name);

        BEGIN
            IF NOT has_schema_privilege(name, home, 'USAGE') THEN
                EXECUTE format('GRANT USAGE ON SCHEMA %I TO %I', home, name);
            END IF;
            EXECUTE format('GRANT SELECT ON drift_schema TO %I', name);
            CASE name
                WHEN 'drift_writer' THEN
                    EXECUTE format('GRANT INSERT ON %s TO %I', logs, name);
                    -- the columns that ON CONFLICT has to read
                    EXECUTE format('GRANT SELECT (%s) ON %s TO %I',
                                   CASE current_setting('drift.setup_partition')
                                        WHEN 'none' THEN 'event_id' ELSE 'event_id, timestamp' END, logs, name);
                    inserts_into := logs;
                WHEN 'drift_monitor' THEN
                    EXECUTE format('GRANT SELECT ON %s TO %I', sources, name);
                    EXECUTE format('GRANT SELECT, DELETE ON %s TO %I', logs, name);     -- DELETE: the two cleanups
                    EXECUTE format('GRANT SELECT, INSERT, UPDATE ON %s TO %I', results, name);
                    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %s TO %I', kept, name);
                    EXECUTE format('GRANT EXECUTE ON FUNCTION drift_maintain_partitions(integer), '
                                   'drift_partition_stays(text, regclass), drift_old_partitions(text, timestamptz), '
                                   'drift_delete_old_rows(text, timestamptz, oid[]), '
                                   'drift_drop_partitions(text, timestamptz, oid[]) TO %I', name);
                    inserts_into := concat_ws(', ', results, kept);
                ELSE
                    EXECUTE format('GRANT SELECT ON %s TO %I', concat_ws(', ', sources, logs, results, kept), name);
                    inserts_into := NULL;
            END CASE;
            FOR sequence IN
                SELECT q.oid::regclass
                FROM pg_depend d JOIN pg_class q ON q.oid = d.objid AND q.relkind = 'S'
                WHERE d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_class'::regclass
                  AND d.refobjid IN (SELECT t.name::regclass FROM regexp_split_to_table(inserts_into, ', ') AS t (name))
            LOOP
                EXECUTE format('GRANT USAGE ON SEQUENCE %s TO %I', sequence, name);
            END LOOP;
        EXCEPTION
            WHEN insufficient_privilege OR undefined_object THEN
                RAISE NOTICE 'role % got no rights from user "%": %', name, current_user, SQLERRM;
        END;
    END LOOP;
END
$roles$;

-- 9. One row and one event per version, not per run.
WITH applied AS (
    INSERT INTO drift_schema (version, schema_version) VALUES ('0.1.0', 1)
    ON CONFLICT (version) DO NOTHING
    RETURNING version, schema_version
)
INSERT INTO drift_events (kind, severity, details, action_taken)
SELECT 'schema_setup', 'low',
       jsonb_build_object('version', version, 'schema_version', schema_version,
                          'embedding_type', current_setting('drift.setup_kind'),
                          'embedding_dim', current_setting('drift.setup_dim')::integer),
       'database_initialized'
FROM applied;

COMMIT;

-- 10. History that needs a partition, and partitions ahead. A step locks its log, so each is a transaction of its own: no log is
--     kept while another one is waited for.
BEGIN; SET LOCAL client_min_messages = warning; DO $$ BEGIN PERFORM drift_arrange_log('embeddings_log', 'history'); END $$; COMMIT;
BEGIN; SET LOCAL client_min_messages = warning; DO $$ BEGIN PERFORM drift_arrange_log('embeddings_log', 'ahead'); END $$; COMMIT;
BEGIN; SET LOCAL client_min_messages = warning; DO $$ BEGIN PERFORM drift_arrange_log('interaction_log', 'history'); END $$; COMMIT;
BEGIN; SET LOCAL client_min_messages = warning; DO $$ BEGIN PERFORM drift_arrange_log('interaction_log', 'ahead'); END $$; COMMIT;
BEGIN; SET LOCAL client_min_messages = warning; DO $$ BEGIN PERFORM drift_arrange_log('feedback_log', 'history'); END $$; COMMIT;
BEGIN; SET LOCAL client_min_messages = warning; DO $$ BEGIN PERFORM drift_arrange_log('feedback_log', 'ahead'); END $$; COMMIT;

SELECT 'Drift-Aware schema ' || version || ' is ready' AS status FROM drift_schema ORDER BY schema_version DESC LIMIT 1;
