-- What an installation of the Python original looks like, columns and types only; its last INSERT never worked.
CREATE EXTENSION IF NOT EXISTS vector;

CREATE TABLE documents (
    id bigserial PRIMARY KEY, source text NOT NULL, title text, content text NOT NULL, embedding vector(1536) NOT NULL,
    metadata jsonb DEFAULT '{}', created_at timestamptz NOT NULL DEFAULT now(), updated_at timestamptz NOT NULL DEFAULT now());
CREATE INDEX documents_embedding_idx ON documents USING ivfflat (embedding vector_cosine_ops) WITH (lists = 100);

CREATE TABLE embeddings_log (
    id bigserial PRIMARY KEY, timestamp timestamptz NOT NULL DEFAULT now(),
    type text NOT NULL CHECK (type IN ('query', 'doc')), ref_id bigint, embedding vector(1536) NOT NULL,
    metadata jsonb DEFAULT '{}');
CREATE INDEX embeddings_log_timestamp_type_idx ON embeddings_log (timestamp DESC, type);

CREATE TABLE interaction_log (
    id bigserial PRIMARY KEY, timestamp timestamptz NOT NULL DEFAULT now(), user_query text, model_response text,
    model_name text DEFAULT 'gpt-3.5-turbo', refusal_flag boolean DEFAULT false, toxicity_flag boolean DEFAULT false,
    user_feedback_score numeric(3, 2), response_time_ms integer, token_count integer, topic text, user_id text,
    session_id text, metadata jsonb DEFAULT '{}');
CREATE INDEX interaction_log_timestamp_idx ON interaction_log (timestamp DESC);
CREATE INDEX interaction_log_flags_idx ON interaction_log (timestamp, refusal_flag, toxicity_flag);
CREATE INDEX interaction_log_feedback_idx ON interaction_log (timestamp, user_feedback_score)
    WHERE user_feedback_score IS NOT NULL;

CREATE TABLE drift_events (
    id bigserial PRIMARY KEY, timestamp timestamptz NOT NULL DEFAULT now(), kind text NOT NULL,
    severity text DEFAULT 'medium' CHECK (severity IN ('low', 'medium', 'high')), details jsonb NOT NULL DEFAULT '{}',
    action_taken text, resolved_at timestamptz);
CREATE INDEX drift_events_timestamp_kind_idx ON drift_events (timestamp DESC, kind);

CREATE TABLE model_versions (
    id bigserial PRIMARY KEY, deployed_at timestamptz NOT NULL DEFAULT now(), model_name text NOT NULL, version text,
    source text, base_model text, training_data_count integer, performance_metrics jsonb DEFAULT '{}', notes text,
    active boolean DEFAULT true);
CREATE INDEX model_versions_active_idx ON model_versions (deployed_at DESC, active);

CREATE VIEW recent_drift_metrics AS
SELECT now() - INTERVAL '7 days' AS week_ago, now() - INTERVAL '30 days' AS month_ago,
    (SELECT count(*) FROM embeddings_log) AS recent_query_count,
    (SELECT count(*) FROM interaction_log) AS recent_interaction_count,
    (SELECT avg(CASE WHEN refusal_flag THEN 1.0 ELSE 0.0 END) FROM interaction_log) AS recent_refusal_rate,
    (SELECT avg(CASE WHEN toxicity_flag THEN 1.0 ELSE 0.0 END) FROM interaction_log) AS recent_toxicity_rate,
    (SELECT avg(user_feedback_score) FROM interaction_log) AS recent_accuracy,
    (SELECT avg(user_feedback_score) FROM interaction_log) AS baseline_accuracy;

CREATE FUNCTION cleanup_old_data(days_to_keep integer DEFAULT 90) RETURNS integer LANGUAGE plpgsql AS
    'BEGIN RETURN 0; END';

-- Rows of an application that has run for a while.
INSERT INTO documents (source, title, content, embedding)
SELECT 'handbook', 'Page ' || n, 'Text of page ' || n, array_fill(n / 10.0, '{1536}')::vector FROM generate_series(1, 12) n;
INSERT INTO embeddings_log (timestamp, type, embedding, metadata)
SELECT now() - n * INTERVAL '1 day', CASE WHEN n % 5 = 0 THEN 'doc' ELSE 'query' END, array_fill(n::real, '{1536}')::vector,
       jsonb_build_object('n', n)
FROM generate_series(1, 60) n;
INSERT INTO interaction_log (timestamp, user_query, model_response, refusal_flag, toxicity_flag, user_feedback_score)
SELECT now() - n * INTERVAL '1 day', 'question ' || n, 'answer ' || n, n % 4 = 0, false, 0.5 FROM generate_series(1, 60) n;
INSERT INTO drift_events (kind, severity, details) VALUES ('embedding_drift', 'high', '{"drift_score": 0.2}');
INSERT INTO model_versions (model_name, version) VALUES ('gpt-3.5-turbo', '0613');
