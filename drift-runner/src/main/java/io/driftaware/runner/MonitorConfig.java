package io.driftaware.runner;

import io.driftaware.core.policy.KOfN;
import io.driftaware.runner.action.AllowedHosts;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.slf4j.event.Level;

/**
 * What a monitor is set to. Immutable. An app makes one with {@link #builder()}, or with
 * {@link #fromEnvironment(Map, Path)} out of the names of {@link Setting}; every name, default and unit stands in
 * docs/configuration.md.
 */
public final class MonitorConfig {
    /** Most dimensions that pgvector stores. */
    static final int MAX_DIMENSION = 16_000;

    private static final int DEFAULT_DIMENSION = 1536;

    static final int MAX_PORT = 65_535;
    static final int MAX_SAMPLES = 1_000_000_000;
    static final double MAX_FALSE_ALARM_DAYS = 100_000;

    private final MonitorConfigBuilder set;
    private final List<String> notes;

    MonitorConfig(MonitorConfigBuilder set, List<String> notes) {
        this.set = set;
        this.notes = List.copyOf(notes);
    }

    /** Every setting at its default; no database address. */
    public static MonitorConfig defaults() {
        return builder().build();
    }

    /** Starts from the defaults. */
    public static MonitorConfigBuilder builder() {
        return new MonitorConfigBuilder();
    }

    /**
     * Reads the settings: {@code environment} wins over the file, the file over the defaults.
     *
     * @param environment usually {@link System#getenv()}
     * @param dotEnv a {@code .env} file; need not exist
     * @throws ConfigException lists everything that cannot be used
     */
    public static MonitorConfig fromEnvironment(Map<String, String> environment, Path dotEnv) {
        return fromSources(Map.of(), environment, dotEnv);
    }

    /**
     * Reads the settings: {@code commandLine} wins over {@code environment}, that over the file, the file over the
     * defaults. In {@code commandLine} every name must be known; in the others the names that begin with {@code DRIFT_}.
     *
     * @throws ConfigException lists everything that cannot be used
     */
    public static MonitorConfig fromSources(
            Map<String, String> commandLine, Map<String, String> environment, Path dotEnv) {
        return new ConfigSources(commandLine, environment, dotEnv).read();
    }

    /** Where the database is; empty where the app brings its own data source. */
    public Optional<DatabaseUrl> databaseUrl() {
        return Optional.ofNullable(set.databaseUrl);
    }

    /**
     * Where the database is, for a program that cannot go on without.
     *
     * @throws ConfigException if DATABASE_URL is not set
     */
    public DatabaseUrl requiredDatabaseUrl() {
        return databaseUrl()
                .orElseThrow(() -> new ConfigException(
                        List.of("DATABASE_URL is not set; set it to postgresql://USER:PASSWORD@HOST:PORT/NAME in the"
                                + " environment or in .env")));
    }

    /** From the start of one check to the start of the next. */
    public Duration checkInterval() {
        return set.checkInterval;
    }

    /** Dimensions of embeddings whose rows name no model. */
    public int embeddingDim() {
        return set.embeddingDim.orElse(DEFAULT_DIMENSION);
    }

    /** The same, empty unless it was set. */
    public OptionalInt embeddingDimIfSet() {
        return set.embeddingDim;
    }

    /** What to set a database up for: as was set; else what it has; else the default. */
    public int embeddingDimFor(OptionalInt there) {
        return set.embeddingDim.orElse(there.orElse(DEFAULT_DIMENSION));
    }

    /** Cosine distance, 0 to 2. */
    public double embeddingCosineThreshold() {
        return set.embeddingCosineThreshold;
    }

    /** Share of recent interactions, 0 to 1. */
    public double refusalRateThreshold() {
        return set.refusalRateThreshold;
    }

    /** Share of recent interactions, 0 to 1. */
    public double toxicityRateThreshold() {
        return set.toxicityRateThreshold;
    }

    /** Drop of the mean feedback score that counts as drift. */
    public double accuracyDropPoints() {
        return set.accuracyDropPoints;
    }

    /** Smallest share of drifted embeddings that is worth acting on, 0 to 1. */
    public double embeddingMinShare() {
        return set.embeddingMinShare;
    }

    /**
     * Everything that was set, by name, for actions that bring settings of their own, and EMBEDDING_DIM in any case; switches are
     * {@code on} or {@code off}, however they were written. May hold secrets: never print it.
     */
    public Map<String, String> actionSettings() {
        Map<String, String> all = new HashMap<>(set.actionSettings);
        for (Setting setting : Setting.values()) {
            all.computeIfPresent(setting.name(), (name, value) -> setting.canonical(value));
        }
        all.put(Setting.EMBEDDING_DIM.name(), Integer.toString(embeddingDim()));
        return Map.copyOf(all);
    }

    /** TCP port of the metrics, 0 for a free one. */
    public int port() {
        return set.port;
    }

    /** Address that the port is opened on. */
    public String bind() {
        return set.bind;
    }

    /** Least level that the standalone runner logs. */
    public Level logLevel() {
        return set.logLevel;
    }

    /** Length of the recent window, which ends at the check. */
    public Duration recentWindow() {
        return set.recentWindow;
    }

    /** How long before the check the baseline window begins. */
    public Duration baselineFrom() {
        return set.baselineFrom;
    }

    /** How long before the check the baseline window ends. */
    public Duration baselineTo() {
        return set.baselineTo;
    }

    /** Rows that each window needs. */
    public int minimumSamples() {
        return set.minimumSamples;
    }

    /** How a check decides. */
    public Detection detection() {
        return set.detection;
    }

    /** At most one false alarm in so many days, over everything that is watched. */
    public double falseAlarmDays() {
        return set.falseAlarmDays;
    }

    /** How many of the last checks must agree. */
    public KOfN confirm() {
        return set.confirm;
    }

    /** How soon a stream may not ask for an action again. */
    public Duration coolDown() {
        return set.coolDown;
    }

    /** How often each action may be asked for in seven days. */
    public WeeklyCaps weeklyCaps() {
        return set.weeklyCaps;
    }

    /** Which requests wait for the operator. */
    public Approval approval() {
        return set.approval;
    }

    /** After so long an action that was begun and has not ended is TIMED_OUT. */
    public Duration actionLimit() {
        return set.actionLimit;
    }

    /** Whether everything is done but the calls of actions. */
    public boolean dryRun() {
        return set.dryRun;
    }

    /** What lets somebody decide about actions over HTTP; empty for nobody. */
    public Optional<String> apiToken() {
        return Optional.ofNullable(set.apiToken);
    }

    /** Names of the actions that an episode triggers, in order. */
    public List<String> actions() {
        return set.actions;
    }

    /** Where the webhook action posts to; may hold a secret. */
    public Optional<URI> webhookUrl() {
        return Optional.ofNullable(set.webhookUrl);
    }

    /** Key of the webhook's signature. */
    public Optional<String> webhookSecret() {
        return Optional.ofNullable(set.webhookSecret);
    }

    /** Hosts that the webhook may be at. */
    public AllowedHosts webhookAllow() {
        return set.webhookAllow;
    }

    /** What a reader of the dashboard from elsewhere sends to see texts; empty where only this machine does. */
    public Optional<String> readToken() {
        return Optional.ofNullable(set.readToken);
    }

    /** Whether a schema that is created uses pgvector. */
    public boolean pgvector() {
        return set.pgvector;
    }

    /** Age at which a profile is deleted. */
    public Duration profileAge() {
        return set.profileAge;
    }

    /** Age at which a step of a sequential test is deleted. */
    public Duration evidenceAge() {
        return set.evidenceAge;
    }

    /** How the logs of a schema that is created are laid out: {@code none}, {@code day}, {@code week} or {@code month}. */
    public String partition() {
        return set.partition;
    }

    /** What the operator should know about these settings, one line each: names set that have no effect. */
    public List<String> notes() {
        return notes;
    }

    /** Shows no secret. */
    @Override
    public String toString() {
        return "MonitorConfig[database=" + (set.databaseUrl == null ? "none" : set.databaseUrl.redacted())
                + ", checkInterval=" + set.checkInterval
                + ", embeddingDim=" + embeddingDim()
                + ", embeddingCosineThreshold=" + set.embeddingCosineThreshold
                + ", refusalRateThreshold=" + set.refusalRateThreshold
                + ", toxicityRateThreshold=" + set.toxicityRateThreshold
                + ", accuracyDropPoints=" + set.accuracyDropPoints
                + ", recentWindow=" + set.recentWindow
                + ", baseline=" + set.baselineFrom + " to " + set.baselineTo
                + ", minimumSamples=" + set.minimumSamples
                + ", detection=" + set.detection
                + ", falseAlarmDays=" + set.falseAlarmDays
                + ", embeddingMinShare=" + set.embeddingMinShare
                + ", confirm=" + set.confirm
                + ", coolDown=" + set.coolDown
                + ", weeklyCaps=" + set.weeklyCaps
                + ", approval=" + set.approval
                + ", dryRun=" + set.dryRun
                + ", actionLimit=" + set.actionLimit
                + ", actions=" + set.actions
                + ", port=" + set.port
                + ", bind=" + set.bind
                + ", logLevel=" + set.logLevel + "]";
    }
}
