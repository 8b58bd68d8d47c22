package io.driftaware.runner;

import io.driftaware.runner.action.AllowedHosts;
import io.driftaware.runner.action.CommandAction;
import io.driftaware.runner.action.GithubAction;
import io.driftaware.runner.action.NotifyAction;
import io.driftaware.runner.openai.OpenAiClient;
import io.driftaware.runner.reindex.ReindexSettings;
import io.driftaware.runner.retrain.RetrainSettings;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.function.BiConsumer;

/**
 * Every setting there is: the one table that the configuration, the command line's options and docs/configuration.md
 * are made from. A constant's name is the name of its environment variable.
 */
public enum Setting {
    DATABASE_URL(
            Kind.SECRET,
            "",
            "URL",
            "The PostgreSQL database: `postgresql://USER:PASSWORD@HOST:PORT/NAME`, `postgres://...` or"
                    + " `jdbc:postgresql://...`, with parameters such as `?sslmode=require` and with several hosts"
                    + " (`HOST1,HOST2`). Special characters in user and password are percent-encoded (`@` is `%40`)."
                    + " Needed by every command.",
            (b, v) -> b.databaseUrl(DatabaseUrl.parse(v))),
    CHECK_INTERVAL_SECONDS(
            "900",
            "seconds",
            "Time from the start of one check to the start of the next; 1 to 604800.",
            (b, v) -> b.checkInterval(Duration.ofSeconds(Values.whole(v, 1, 604_800)))),
    EMBEDDING_DIM(
            "1536",
            "dimensions",
            "Dimensions of an embedding, 1 to 16000. Types `documents.embedding` when the schema is created, and is"
                    + " the dimension of log rows that name no model. Later it may be left out. A value that is not the"
                    + " schema's is refused, but that `init-db` types a `documents` without rows anew.",
            (b, v) -> b.embeddingDim(Math.toIntExact(Values.whole(v, 1, MonitorConfig.MAX_DIMENSION)))),
    EMBEDDING_COSINE_THRESHOLD(
            "0.1",
            "cosine distance, 0 to 2",
            "Embeddings drift when the cosine distance of the centroids, its noise floor taken off, is above this.",
            (b, v) -> b.embeddingCosineThreshold(Values.number(v, 0, 2))),
    REFUSAL_RATE_THRESHOLD(
            "0.05",
            "share, 0 to 1",
            "Refusals drift when their share of the recent interactions with a known flag is above this.",
            (b, v) -> b.refusalRateThreshold(Values.number(v, 0, 1))),
    TOXICITY_RATE_THRESHOLD(
            "0.02",
            "share, 0 to 1",
            "Toxicity drifts when its share of the recent interactions with a known flag is above this.",
            (b, v) -> b.toxicityRateThreshold(Values.number(v, 0, 1))),
    ACCURACY_DROP_POINTS(
            "0.05",
            "feedback score, 0 to 1",
            "Feedback drifts when the recent mean lies this far or further below the mean of the baseline.",
            (b, v) -> b.accuracyDropPoints(Values.number(v, 0, 1))),
    PROMETHEUS_PORT(
            "8000",
            "port",
            "Port of the dashboard, `/metrics` and the health pages; 0 takes a free one.",
            (b, v) -> b.port(Math.toIntExact(Values.whole(v, 0, MonitorConfig.MAX_PORT)))),
    PORT(
            "",
            "port",
            "The same, as hosting platforms give it. PORT wins over PROMETHEUS_PORT, unless PROMETHEUS_PORT alone"
                    + " stands on the command line.",
            (b, v) -> b.port(Math.toIntExact(Values.whole(v, 0, MonitorConfig.MAX_PORT)))),
    LOG_LEVEL(
            "INFO",
            "DEBUG, INFO, WARN or ERROR",
            "What is logged. WARNING and CRITICAL mean WARN and ERROR. DEBUG adds stack traces to errors.",
            (b, v) -> b.logLevel(Values.logLevel(v))),
    OPENAI_API_KEY(
            Kind.SECRET,
            "",
            "",
            "Key of the actions `reindex` and `retrain`, sent to OPENAI_BASE_URL. By itself it switches nothing on.",
            (b, v) -> Values.credential(v)),
    OPENAI_BASE_URL(OpenAiClient.OPENAI, "URL", "OpenAI, or a server that speaks its API.", (b, v) -> Values.webUrl(v)),
    DRIFT_REINDEX_MODEL(
            "",
            "name",
            "Embedding model that `reindex` gives every document the vectors of. Without it, the one `DocumentEmbedder`"
                    + " on the class path.",
            (b, v) -> {}),
    DRIFT_REINDEX_DIM(
            "",
            "dimensions",
            "Dimensions of that model's vectors, 1 to 16000; those of EMBEDDING_DIM unless set. When set, models called"
                    + " `text-embedding-3...` are asked for vectors of that length.",
            (b, v) -> Values.whole(v, 1, MonitorConfig.MAX_DIMENSION)),
    DRIFT_REINDEX_BATCH(
            Integer.toString(ReindexSettings.DEFAULTS.batchTexts()),
            "documents",
            "Most documents in one request of `reindex`, 1 to 2048; a request also ends at 600 kB of text.",
            (b, v) -> Values.whole(v, 1, 2_048)),
    DRIFT_REINDEX_TEXT_CHARS(
            Integer.toString(ReindexSettings.DEFAULTS.textLimit()),
            "characters",
            "So much of a document is embedded, the rest is cut off; 100 to 1000000. 24,000 are about 6,000 tokens of"
                    + " English; OpenAI takes 8,192.",
            (b, v) -> Values.whole(v, 100, 1_000_000)),
    DRIFT_REINDEX_REQUESTS_PER_MINUTE(
            Integer.toString(ReindexSettings.DEFAULTS.perMinute()),
            "requests",
            "Most requests of `reindex` in a minute; 0 for no limit but the server's.",
            (b, v) -> Values.whole(v, 0, 100_000)),
    DRIFT_REINDEX_MAX_REQUESTS(
            Long.toString(ReindexSettings.DEFAULTS.mostRequests()),
            "requests",
            "Budget of one `reindex`, which stops when it is used up and goes on at the next start; 0 for none.",
            (b, v) -> Values.whole(v, 0, 1_000_000_000)),
    DRIFT_REINDEX_MAX_TOKENS(
            Long.toString(ReindexSettings.DEFAULTS.mostTokens()),
            "tokens",
            "The same in tokens, as the server counts them.",
            (b, v) -> Values.whole(v, 0, 1_000_000_000_000L)),
    DRIFT_REINDEX_MIN_RECALL(
            Double.toString(ReindexSettings.DEFAULTS.minimumRecall()),
            "share, 0 to 1",
            "Least share of the true ten nearest documents that the new index must find for recent queries; under it"
                    + " nothing is swapped.",
            (b, v) -> Values.number(v, 0, 1)),
    DRIFT_RETRAIN_MODEL("", "name", "Model that `retrain` fine-tunes.", (b, v) -> {}),
    DRIFT_RETRAIN_DAYS(
            Integer.toString(RetrainSettings.DAYS),
            "days",
            "Interactions so recent make the training set; 1 to 3650.",
            (b, v) -> Values.whole(v, 1, 3_650)),
    DRIFT_RETRAIN_MIN_EXAMPLES(
            Integer.toString(RetrainSettings.LEAST_EXAMPLES),
            "examples",
            "With fewer `retrain` makes no job; 10 to 1000000.",
            (b, v) -> Values.whole(v, 10, 1_000_000)),
    DRIFT_RETRAIN_FULL_TEXT(
            "off",
            "`on` or `off`",
            "Whether texts that were captured FULL, without redaction, may leave for training.",
            (b, v) -> Values.onOff(v)),
    DRIFT_BIND(
            "0.0.0.0",
            "address",
            "Address that the port is opened on: `0.0.0.0` is every interface, `127.0.0.1` this machine alone.",
            (b, v) -> b.bind(v)),
    DRIFT_API_TOKEN(
            Kind.SECRET,
            "",
            "",
            "Bearer token that lets somebody list, approve, reject and pause actions over HTTP (`/api/v1/actions`); without it"
                    + " that is off. At least 16 characters.",
            (b, v) -> b.apiToken(v)),
    DRIFT_READ_TOKEN(
            Kind.SECRET,
            "",
            "",
            "Who sends it, or DRIFT_API_TOKEN, as bearer token sees texts and names of segments in the dashboard and its API;"
                    + " while neither is set, callers on this machine do: set one behind a proxy. At least 16 characters.",
            (b, v) -> b.readToken(v)),
    DRIFT_RECENT_DAYS(
            "7",
            "days",
            "The recent window ends now and is this long; 1 to 365. The gauges of the original are computed over it, `threshold`"
                    + " decides by it, and `calibrated` where a stream has no baseline yet. What `calibrated` compares with a"
                    + " baseline, and rates with their limit, is the newest part of the traffic: as far back as the stream's last"
                    + " 200 rows, but a day at least and seven days at most, less what its first hour lacks (of embeddings in quarters, and never longer than this setting), and,"
                    + " refusals and toxicity excepted, no further back than its baseline ends. The cosine distance, the other"
                    + " effect that embeddings may have, stays over the recent window. `check` says since when rows count.",
            (b, v) -> b.recentWindow(Duration.ofDays(Values.whole(v, 1, 365)))),
    DRIFT_BASELINE_DAYS(
            "37-30",
            "days ago, FROM-TO",
            "The baseline window: from 37 to 30 days ago. It ends before the recent window begins.",
            Values::baselineDays),
    DRIFT_MIN_SAMPLES(
            "50",
            "rows",
            "Rows that a window needs: with fewer the verdict is INSUFFICIENT. 2 to 1000000000. Embeddings that are compared with"
                    + " a baseline need 200, whatever is set here.",
            (b, v) -> b.minimumSamples(Math.toIntExact(Values.whole(v, 2, MonitorConfig.MAX_SAMPLES)))),
    DRIFT_DETECTION(
            "calibrated",
            "`calibrated` or `threshold`",
            "How a check decides. `calibrated`: drift needs evidence within the budget of DRIFT_FALSE_ALARM_DAYS and an"
                    + " effect worth acting on. `threshold`: the original's rules, a limit on each number alone.",
            (b, v) -> b.detection(Values.detection(v))),
    DRIFT_FALSE_ALARM_DAYS(
            "600",
            "days",
            "The budget of `calibrated`: at most one false alarm in so many days over everything that is watched; 1 to"
                    + " 100000.",
            (b, v) -> b.falseAlarmDays(Values.number(v, 1, MonitorConfig.MAX_FALSE_ALARM_DAYS))),
    DRIFT_CONFIRM(
            "1/1",
            "checks, K/N",
            "An episode opens when K of the last N checks say DRIFT, and closes after K checks of recovery.",
            (b, v) -> b.confirm(Values.confirm(v))),
    DRIFT_COOLDOWN_HOURS(
            "24",
            "hours",
            "A stream that drifts again this soon after its last action opens an episode, but asks for no further action;"
                    + " 0 to 8760.",
            (b, v) -> b.coolDown(Duration.ofHours(Values.whole(v, 0, 8_760)))),
    DRIFT_WEEKLY_CAP(
            "7",
            "requests in 7 days, NUMBER or NAME=NUMBER",
            "How often each action may be asked for in seven days, `log` only where it is named; 0 for no limit. With exceptions:"
                    + " `7,webhook=20,retrain=1`.",
            (b, v) -> b.weeklyCaps(WeeklyCaps.parse(v))),
    DRIFT_APPROVAL(
            "default",
            "`default`, `all`, `none` or list of actions",
            "Which requests wait for `actions approve`. `default`: those of `retrain`, which costs money, and of an action whose last"
                    + " run did not end the drift. A list adds to that. `none`: not even these.",
            (b, v) -> b.approval(Approval.parse(v))),
    DRIFT_ACTION_DAYS(
            "7",
            "days",
            "An action that goes on for longer is TIMED_OUT, so that it does not hold up the others of its target for ever; 1 to 365.",
            (b, v) -> b.actionLimit(Duration.ofDays(Values.whole(v, 1, 365)))),
    DRIFT_DRY_RUN(
            "off",
            "`on` or `off`",
            "`on`: this monitor calls no action, and what its checks ask for is SUPPRESSED for good: `actions list` shows what would"
                    + " have been called.",
            (b, v) -> b.dryRun(Values.onOff(v))),
    DRIFT_ACTIONS(
            "log",
            "list of `log`, `webhook`, `command`, `notify`, `github`, `reindex`, `retrain`",
            "What an episode triggers, separated by commas; `none` for nothing. Only what is named here runs.",
            (b, v) -> b.actions(Values.actions(v))),
    DRIFT_WEBHOOK_URL(
            Kind.SECRET,
            "",
            "URL",
            "Where the `webhook` action sends its POST; `https://...` or `http://...`.",
            (b, v) -> b.webhookUrl(Values.webUrl(v))),
    DRIFT_WEBHOOK_SECRET(
            Kind.SECRET,
            "",
            "",
            "Key of the webhook's HMAC-SHA256 signature and of its receivers' call-backs, at least 16 characters; without it the"
                    + " requests are not signed.",
            (b, v) -> b.webhookSecret(Values.key(v))),
    DRIFT_WEBHOOK_ALLOW(
            "",
            "list of `HOST`, `HOST:PORT`, `*.HOST`",
            "Hosts that DRIFT_WEBHOOK_URL may be at, separated by commas; without it any. A HOST without a port is that of"
                    + " the usual port.",
            (b, v) -> b.webhookAllow(AllowedHosts.parse(v))),
    DRIFT_COMMAND(
            Kind.SECRET,
            "",
            "JSON array of texts",
            "Program and arguments of the action `command`, such as `[\"/usr/local/bin/reindex\", \"--all\"]`; no shell reads it."
                    + " Everybody on the machine can see the arguments of a process, so none should be a secret.",
            (b, v) -> CommandAction.arguments(v)),
    DRIFT_COMMAND_SECONDS(
            "45",
            "seconds",
            "After so long `command` is killed with everything that it started; 1 to 50.",
            (b, v) -> Values.whole(v, 1, 50)),
    DRIFT_COMMAND_REPEATABLE(
            "off",
            "`on` or `off`",
            "`on`: the program acts once per `idempotency_key`, so a call that nobody knows the outcome of is made again. `off`:"
                    + " it waits for the operator.",
            (b, v) -> Values.onOff(v)),
    DRIFT_COMMAND_ENV(
            "",
            "list of names",
            "Variables of the monitor's environment that `command` gets besides PATH, HOME and the like; none of the monitor's own"
                    + " secrets.",
            (b, v) -> Values.handedOn(v)),
    DRIFT_NOTIFY_CHANNEL(
            "drift", "name", "Channel of the action `notify`: what `LISTEN` names.", (b, v) -> NotifyAction.channel(v)),
    DRIFT_GITHUB_REPOSITORY(
            "",
            "OWNER/NAME",
            "Repository that the action `github` sends a `repository_dispatch` to.",
            (b, v) -> GithubAction.checkedRepository(v)),
    DRIFT_GITHUB_EVENT(
            "drift",
            "name",
            "Type of that event, which a workflow names under `on: repository_dispatch: types`.",
            (b, v) -> GithubAction.checkedEvent(v)),
    DRIFT_GITHUB_TOKEN(
            Kind.SECRET,
            "",
            "",
            "Token of the action `github`; it may write the contents of that one repository, and needs no other right.",
            (b, v) -> Values.credential(v)),
    DRIFT_GITHUB_API(
            "https://api.github.com",
            "URL",
            "GitHub's API, or that of a GitHub Enterprise server (`https://HOST/api/v3`).",
            (b, v) -> Values.webUrl(v)),
    DRIFT_GITHUB_REPEATABLE(
            "off",
            "`on` or `off`",
            "`on`: the workflow acts once per `client_payload.idempotency_key`, so an event that nobody knows the outcome of is"
                    + " sent again. `off`: it waits for the operator.",
            (b, v) -> Values.onOff(v)),
    DRIFT_PGVECTOR(
            "on",
            "`on` or `off`",
            "When the schema is created: `on` makes the embedding columns pgvector's `vector`, `off` makes them"
                    + " `real[]`, for a PostgreSQL without pgvector. A schema that exists decides for itself.",
            (b, v) -> b.pgvector(Values.onOff(v))),
    DRIFT_PARTITION(
            "none",
            "`none`, `day`, `week` or `month`",
            "How `init-db` lays out the logs: in partitions by time, which retention drops whole. Plain logs that are there"
                    + " are partitioned by it, rows kept. A schema that is partitioned stays so.",
            (b, v) -> b.partition(Values.partition(v))),
    DRIFT_PROFILE_DAYS(
            "800",
            "days",
            "Age at which a profile is deleted; 60 to 36500, and more than the windows reach back. Raw rows go by"
                    + " `cleanup_old_data` and `cleanup_old_interactions`, and may go much earlier.",
            (b, v) -> b.profileAge(Duration.ofDays(Values.whole(v, 60, 36_500)))),
    DRIFT_EVIDENCE_DAYS(
            "400",
            "days",
            "Age at which the steps of the sequential tests are deleted, which a replay of history needs; 1 to 36500.",
            (b, v) -> b.evidenceAge(Duration.ofDays(Values.whole(v, 1, 36_500)))),
    DRIFT_EMBEDDING_MIN_SHARE(
            "0.01",
            "share, 0 to 1",
            "`calibrated`: smallest share of drifted embeddings that is worth acting on.",
            (b, v) -> b.embeddingMinShare(Values.number(v, 0, 1)));

    private enum Kind {
        PLAIN,
        SECRET
    }

    private final Kind kind;
    private final String defaultValue;
    private final String unit;
    private final String meaning;
    private final BiConsumer<MonitorConfigBuilder, String> parser;

    Setting(String defaultValue, String unit, String meaning, BiConsumer<MonitorConfigBuilder, String> parser) {
        this(Kind.PLAIN, defaultValue, unit, meaning, parser);
    }

    Setting(
            Kind kind,
            String defaultValue,
            String unit,
            String meaning,
            BiConsumer<MonitorConfigBuilder, String> parser) {
        this.kind = kind;
        this.defaultValue = defaultValue;
        this.unit = unit;
        this.meaning = meaning;
        this.parser = parser;
    }

    /** The value where none is given, as it would be written; empty where there is none. */
    public Optional<String> defaultValue() {
        return Optional.of(defaultValue).filter(value -> !value.isEmpty());
    }

    /** Unit, range or the words that can be used; may be empty. */
    public String unit() {
        return unit;
    }

    /** One or more sentences in Markdown. */
    public String meaning() {
        return meaning;
    }

    /** Whether the value must not be shown; such a setting is also read from the file that {@code NAME_FILE} names. */
    public boolean secret() {
        return kind == Kind.SECRET;
    }

    /** The command line's option: {@code --check-interval-seconds} for {@code CHECK_INTERVAL_SECONDS}. */
    public String option() {
        return "--" + name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Name of the setting that names a file with the value; only secrets have one. */
    String fileName() {
        return name() + "_FILE";
    }

    /** A switch as {@code on} or {@code off}; anything else, and what is neither, as it is. */
    String canonical(String value) {
        if (!unit.equals("`on` or `off`")) {
            return value;
        }
        try {
            return Values.onOff(value) ? "on" : "off";
        } catch (IllegalArgumentException e) {
            return value;
        }
    }

    /** Checks {@code value} and puts it into {@code builder}. */
    void apply(MonitorConfigBuilder builder, String value) {
        parser.accept(builder, value);
    }
}
