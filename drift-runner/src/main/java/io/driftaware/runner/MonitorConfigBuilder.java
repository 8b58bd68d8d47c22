package io.driftaware.runner;

import io.driftaware.core.policy.KOfN;
import io.driftaware.runner.action.AllowedHosts;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.Level;

/** Collects the settings of a {@link MonitorConfig}. A value that cannot be used is refused at once, with its range. */
public final class MonitorConfigBuilder {
    static final int WEEKLY_CAP = 7;

    @Nullable
    DatabaseUrl databaseUrl;

    Duration checkInterval = Duration.ofSeconds(900);
    OptionalInt embeddingDim = OptionalInt.empty();
    double embeddingCosineThreshold = 0.1;
    double refusalRateThreshold = 0.05;
    double toxicityRateThreshold = 0.02;
    double accuracyDropPoints = 0.05;
    double embeddingMinShare = 0.01;
    int port = 8000;
    String bind = "0.0.0.0";
    Level logLevel = Level.INFO;
    Duration recentWindow = Duration.ofDays(7);
    Duration baselineFrom = Duration.ofDays(37);
    Duration baselineTo = Duration.ofDays(30);
    int minimumSamples = 50;
    Detection detection = Detection.CALIBRATED;
    double falseAlarmDays = 600;
    KOfN confirm = KOfN.ONE;
    Duration coolDown = Duration.ofHours(24);
    WeeklyCaps weeklyCaps = WeeklyCaps.of(WEEKLY_CAP);
    Approval approval = Approval.AS_EACH_ASKS;
    boolean dryRun;
    Duration actionLimit = Duration.ofDays(7);
    List<String> actions = List.of("log");

    @Nullable
    URI webhookUrl;

    @Nullable
    String webhookSecret;

    @Nullable
    String apiToken;

    AllowedHosts webhookAllow = AllowedHosts.any();

    @Nullable
    String readToken;

    boolean pgvector = true;
    Map<String, String> actionSettings = Map.of();
    String partition = "none";
    Duration profileAge = Duration.ofDays(800);
    Duration evidenceAge = Duration.ofDays(400);

    MonitorConfigBuilder() {}

    MonitorConfigBuilder(MonitorConfigBuilder other) {
        databaseUrl = other.databaseUrl;
        checkInterval = other.checkInterval;
        embeddingDim = other.embeddingDim;
        embeddingCosineThreshold = other.embeddingCosineThreshold;
        refusalRateThreshold = other.refusalRateThreshold;
        toxicityRateThreshold = other.toxicityRateThreshold;
        accuracyDropPoints = other.accuracyDropPoints;
        embeddingMinShare = other.embeddingMinShare;
        port = other.port;
        bind = other.bind;
        logLevel = other.logLevel;
        recentWindow = other.recentWindow;
        baselineFrom = other.baselineFrom;
        baselineTo = other.baselineTo;
        minimumSamples = other.minimumSamples;
        detection = other.detection;
        falseAlarmDays = other.falseAlarmDays;
        confirm = other.confirm;
        coolDown = other.coolDown;
        weeklyCaps = other.weeklyCaps;
        approval = other.approval;
        dryRun = other.dryRun;
        actionLimit = other.actionLimit;
        actions = other.actions;
        webhookUrl = other.webhookUrl;
        webhookSecret = other.webhookSecret;
        webhookAllow = other.webhookAllow;
        apiToken = other.apiToken;
        readToken = other.readToken;
        pgvector = other.pgvector;
        actionSettings = other.actionSettings;
        partition = other.partition;
        profileAge = other.profileAge;
        evidenceAge = other.evidenceAge;
    }

    /** DATABASE_URL. */
    public MonitorConfigBuilder databaseUrl(DatabaseUrl url) {
        databaseUrl = url;
        return this;
    }

    /** CHECK_INTERVAL_SECONDS; more than nothing. */
    public MonitorConfigBuilder checkInterval(Duration interval) {
        require(!interval.isNegative() && !interval.isZero(), "checkInterval", interval, "set more than nothing");
        checkInterval = interval;
        return this;
    }

    /** EMBEDDING_DIM; 1 to 16000. */
    public MonitorConfigBuilder embeddingDim(int dimensions) {
        embeddingDim = OptionalInt.of((int) within(1, MonitorConfig.MAX_DIMENSION, "embeddingDim", dimensions));
        return this;
    }

    /** EMBEDDING_COSINE_THRESHOLD; 0 to 2. */
    public MonitorConfigBuilder embeddingCosineThreshold(double distance) {
        embeddingCosineThreshold = within(0, 2, "embeddingCosineThreshold", distance);
        return this;
    }

    /** REFUSAL_RATE_THRESHOLD; 0 to 1. */
    public MonitorConfigBuilder refusalRateThreshold(double rate) {
        refusalRateThreshold = within(0, 1, "refusalRateThreshold", rate);
        return this;
    }

    /** TOXICITY_RATE_THRESHOLD; 0 to 1. */
    public MonitorConfigBuilder toxicityRateThreshold(double rate) {
        toxicityRateThreshold = within(0, 1, "toxicityRateThreshold", rate);
        return this;
    }

    /** ACCURACY_DROP_POINTS; 0 to 1. */
    public MonitorConfigBuilder accuracyDropPoints(double points) {
        accuracyDropPoints = within(0, 1, "accuracyDropPoints", points);
        return this;
    }

    /** DRIFT_EMBEDDING_MIN_SHARE; 0 to 1. */
    public MonitorConfigBuilder embeddingMinShare(double share) {
        embeddingMinShare = within(0, 1, "embeddingMinShare", share);
        return this;
    }

    /** PROMETHEUS_PORT; 0 to 65535, 0 for a free one. */
    public MonitorConfigBuilder port(int number) {
        port = (int) within(0, MonitorConfig.MAX_PORT, "port", number);
        return this;
    }

    /** DRIFT_BIND; an address of this machine. */
    public MonitorConfigBuilder bind(String address) {
        require(!address.isBlank(), "bind", "''", "set an address such as 0.0.0.0");
        bind = address;
        return this;
    }

    /** LOG_LEVEL; drives the standalone runner alone. */
    public MonitorConfigBuilder logLevel(Level level) {
        logLevel = level;
        return this;
    }

    /** DRIFT_RECENT_DAYS; more than nothing. */
    public MonitorConfigBuilder recentWindow(Duration length) {
        require(!length.isNegative() && !length.isZero(), "recentWindow", length, "set more than nothing");
        recentWindow = length;
        return this;
    }

    /** DRIFT_BASELINE_DAYS; {@code from} is longer ago than {@code to}. */
    public MonitorConfigBuilder baseline(Duration from, Duration to) {
        require(
                from.compareTo(to) > 0 && !to.isNegative(),
                "baseline",
                from + " to " + to,
                "the first must be longer ago than the second, such as 37-30 days");
        baselineFrom = from;
        baselineTo = to;
        return this;
    }

    /** DRIFT_MIN_SAMPLES; 2 to 1000000000. */
    public MonitorConfigBuilder minimumSamples(int rows) {
        minimumSamples = (int) within(2, MonitorConfig.MAX_SAMPLES, "minimumSamples", rows);
        return this;
    }

    /** DRIFT_DETECTION. */
    public MonitorConfigBuilder detection(Detection rule) {
        detection = rule;
        return this;
    }

    /** DRIFT_FALSE_ALARM_DAYS; 1 to 100000. */
    public MonitorConfigBuilder falseAlarmDays(double days) {
        falseAlarmDays = within(1, MonitorConfig.MAX_FALSE_ALARM_DAYS, "falseAlarmDays", days);
        return this;
    }

    /** DRIFT_CONFIRM. */
    public MonitorConfigBuilder confirm(KOfN rule) {
        confirm = rule;
        return this;
    }

    /** DRIFT_COOLDOWN_HOURS; not negative. */
    public MonitorConfigBuilder coolDown(Duration length) {
        require(!length.isNegative(), "coolDown", length, "set 0 or more");
        coolDown = length;
        return this;
    }

    /** DRIFT_WEEKLY_CAP. */
    public MonitorConfigBuilder weeklyCaps(WeeklyCaps caps) {
        weeklyCaps = caps;
        return this;
    }

    /** DRIFT_APPROVAL. */
    public MonitorConfigBuilder approval(Approval rule) {
        approval = rule;
        return this;
    }

    /** DRIFT_ACTION_DAYS. */
    public MonitorConfigBuilder actionLimit(Duration limit) {
        actionLimit = limit;
        return this;
    }

    /** DRIFT_DRY_RUN. */
    public MonitorConfigBuilder dryRun(boolean on) {
        dryRun = on;
        return this;
    }

    /** DRIFT_ACTIONS; names in order. */
    public MonitorConfigBuilder actions(List<String> names) {
        actions = List.copyOf(names);
        return this;
    }

    /** DRIFT_WEBHOOK_URL. */
    public MonitorConfigBuilder webhookUrl(URI url) {
        webhookUrl = url;
        return this;
    }

    /** DRIFT_WEBHOOK_SECRET. */
    public MonitorConfigBuilder webhookSecret(String secret) {
        webhookSecret = secret;
        return this;
    }

    /** DRIFT_API_TOKEN; at least 16 characters that a header can hold. */
    public MonitorConfigBuilder apiToken(String token) {
        apiToken = Values.token(token);
        return this;
    }

    /** DRIFT_WEBHOOK_ALLOW. */
    public MonitorConfigBuilder webhookAllow(AllowedHosts hosts) {
        webhookAllow = hosts;
        return this;
    }

    /** DRIFT_READ_TOKEN; at least 16 characters, drives the standalone runner alone. */
    public MonitorConfigBuilder readToken(String token) {
        readToken = Values.token(token);
        return this;
    }

    /** DRIFT_PGVECTOR. */
    public MonitorConfigBuilder pgvector(boolean on) {
        pgvector = on;
        return this;
    }

    /** DRIFT_PROFILE_DAYS. */
    public MonitorConfigBuilder profileAge(Duration age) {
        profileAge = age;
        return this;
    }

    /** DRIFT_EVIDENCE_DAYS. */
    public MonitorConfigBuilder evidenceAge(Duration age) {
        evidenceAge = age;
        return this;
    }

    /** DRIFT_PARTITION: {@code none}, {@code day}, {@code week} or {@code month}. */
    public MonitorConfigBuilder partition(String unit) {
        partition = Values.partition(unit);
        return this;
    }

    /**
     * The settings as they stand; the builder can go on.
     *
     * @throws ConfigException if two settings do not go together
     */
    public MonitorConfig build() {
        return build(List.of(), List.of());
    }

    MonitorConfig build(List<String> earlierProblems, List<String> earlierNotes) {
        List<String> problems = new ArrayList<>(earlierProblems);
        List<String> notes = new ArrayList<>(earlierNotes);
        if (baselineTo.compareTo(recentWindow) < 0) {
            problems.add("the baseline (DRIFT_BASELINE_DAYS) ends " + baselineTo.toDays()
                    + " days ago, inside the recent window of DRIFT_RECENT_DAYS=" + recentWindow.toDays()
                    + "; let it end before that window begins");
        }
        if (actions.contains("webhook") && webhookUrl == null) {
            problems.add("DRIFT_ACTIONS names webhook, but DRIFT_WEBHOOK_URL is not set; set it, or remove webhook");
        }
        if (webhookUrl != null && !webhookAllow.allows(webhookUrl)) {
            problems.add("DRIFT_WEBHOOK_URL is at a host or port that DRIFT_WEBHOOK_ALLOW=" + webhookAllow
                    + " does not name; add it there, or correct the address");
        }
        if (!actions.contains("webhook") && webhookUrl != null) {
            notes.add("DRIFT_WEBHOOK_URL is set, but DRIFT_ACTIONS does not name webhook: nothing is sent to it");
        }
        if (dryRun) {
            notes.add("DRIFT_DRY_RUN is on: no action is called");
        }
        if (!problems.isEmpty()) {
            throw new ConfigException(problems);
        }
        return new MonitorConfig(new MonitorConfigBuilder(this), notes);
    }

    /** Everything that was set, by name, for actions that bring settings of their own; empty by default. */
    public MonitorConfigBuilder actionSettings(Map<String, String> settings) {
        actionSettings = Map.copyOf(settings);
        return this;
    }

    private static double within(double from, double to, String name, double value) {
        require(
                value >= from && value <= to,
                name,
                value,
                "set " + Values.shortest(from) + " to " + Values.shortest(to));
        return value;
    }

    private static void require(boolean usable, String name, Object value, String remedy) {
        if (!usable) {
            throw new IllegalArgumentException(name + " " + value + " cannot be used; " + remedy);
        }
    }
}
