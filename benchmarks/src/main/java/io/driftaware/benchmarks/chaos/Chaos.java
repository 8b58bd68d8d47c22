package io.driftaware.benchmarks.chaos;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Two monitors, a writer and PostgreSQL, each a process, and in every round one of them is killed or stopped at a named
 * point. In every other round the model refuses, so an episode opens and closes. At the end
 * {@link Books} must balance.
 *
 * <p>{@code --rounds N --seed S [--break fence|watermark] [--report FILE]}; exit code 1 if something is wrong.
 */
public final class Chaos {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    /** What a take-over may take, from the fault on. */
    private static final Duration TAKE_OVER_LIMIT = Duration.ofSeconds(30);

    private static final String OPEN = "SELECT count(*) FROM drift_episodes WHERE closed_at IS NULL";

    private final Random random;
    private final Stage stage;
    private final Receiver receiver;
    private final Map<Fault, Integer> hits = new EnumMap<>(Fault.class);
    private final List<Duration> takeOvers = new ArrayList<>();

    private Chaos(Random random, Stage stage, Receiver receiver) {
        this.random = random;
        this.stage = stage;
        this.receiver = receiver;
    }

    public static void main(String[] arguments) throws Exception {
        int rounds = 20;
        long seed = 1;
        Broken broken = Broken.NOTHING;
        @Nullable Path report = null;
        for (int i = 0; i + 1 < arguments.length; i += 2) {
            switch (arguments[i]) {
                case "--rounds" -> rounds = Integer.parseInt(arguments[i + 1]);
                case "--seed" -> seed = Long.parseLong(arguments[i + 1]);
                case "--break" -> broken = Broken.of(arguments[i + 1]);
                case "--report" -> report = Path.of(arguments[i + 1]);
                default -> throw new IllegalArgumentException(arguments[i] + " is no option; see dev/chaos");
            }
        }
        Path folder = Files.createTempDirectory("drift-chaos");
        boolean balanced = false;
        try (Receiver receiver = new Receiver();
                Stage stage = new Stage(folder, receiver, broken, seed)) {
            Chaos chaos = new Chaos(new Random(seed), stage, receiver);
            long start = System.nanoTime();
            chaos.run(rounds);
            String told = chaos.settle(folder, rounds, seed, Duration.ofNanos(System.nanoTime() - start));
            System.out.println(told);
            if (report != null) {
                Files.writeString(report, told);
            }
            balanced = true;
        } catch (ChaosFailure e) {
            System.out.println("FAILED: " + e.getMessage() + " (logs in " + folder + ")");
        }
        if (balanced) {
            remove(folder);
        }
        System.exit(balanced ? 0 : 1);
    }

    private static void remove(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    private void run(int rounds) throws Exception {
        Deque<Fault> opening = new ArrayDeque<>();
        Deque<Fault> closing = new ArrayDeque<>();
        for (int round = 1; round <= rounds; round++) {
            boolean drift = round % 2 == 1;
            Deque<Fault> deck = drift ? opening : closing;
            if (deck.isEmpty()) {
                List<Fault> faults = new ArrayList<>(Arrays.stream(Fault.values())
                        .filter(fault -> fault.drift() == drift)
                        .toList());
                Collections.shuffle(faults, random);
                deck.addAll(faults);
            }
            Fault fault = deck.remove();
            if (!drift) {
                // Before the clock jumps: refusals of this round would have to be outweighed for the episode to close.
                stage.traffic(false);
            }
            goTo(round);
            stage.startAll();
            String leader = stage.awaitLeader("", LIMIT);
            CountDownLatch called = new CountDownLatch(1);
            if (fault == Fault.KILL_IN_DISPATCH) {
                // Before the drift begins, which may be seen and acted on at once.
                receiver.onNextCall(() -> {
                    Stage.MONITORS.forEach(stage::kill);
                    called.countDown();
                });
            }
            if (drift) {
                stage.traffic(true);
            }
            LockSupport.parkNanos(random.nextInt(1_000) * 1_000_000L);
            String hit = strike(fault, leader, called);
            System.out.println("round " + round + ": " + fault + ", " + hit);
            hits.merge(fault, 1, Integer::sum);
            stage.startAll();
            Books.require(
                    stage.comesTrue(OPEN, drift ? "1" : "0", LIMIT),
                    "round " + round + ": the episode did not " + (drift ? "open" : "close"));
        }
    }

    /** The monitors' clock jumps, and claims and waits, which are by the database's, have passed as well. */
    private void goTo(int round) throws Exception {
        stage.clock().begin(round);
        stage.execute(
                "UPDATE drift_actions SET next_attempt_at = NULL WHERE state IN ('APPROVED', 'DISPATCHED', 'RUNNING')");
    }

    /** Does it, and says where the victim was. */
    private String strike(Fault fault, String leader, CountDownLatch called) throws Exception {
        return switch (fault) {
            case KILL_BEFORE_READ, KILL_AFTER_FOLD, KILL_BEFORE_DISPATCH -> {
                String at = atPoint(fault, leader, () -> stage.kill(leader));
                takenOver(leader);
                yield at;
            }
            case KILL_POSTGRES_AFTER_FOLD -> {
                String at = atPoint(fault, leader, () -> stage.server().kill());
                stage.server().restart();
                yield at;
            }
            case STOP_AFTER_FOLD -> {
                String at = atPoint(fault, leader, () -> stage.signal(leader, "STOP"));
                takenOver(leader);
                LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(3));
                stage.signal(leader, "CONT");
                LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(3));
                yield at + ", woken when another led";
            }
            case KILL_IN_DISPATCH -> {
                Books.require(called.await(LIMIT.toSeconds(), TimeUnit.SECONDS), "no action was dispatched");
                yield "the receiver had the call";
            }
            case KILL_FOLLOWER -> {
                Stage.MONITORS.stream().filter(name -> !name.equals(leader)).forEach(stage::kill);
                yield "at any time";
            }
            case KILL_POSTGRES -> {
                stage.server().kill();
                stage.server().restart();
                yield "at any time";
            }
            case KILL_WRITER -> {
                stage.killWriter();
                yield "at any time";
            }
            case KILL_WRITER_AND_LEADER -> {
                stage.killWriter();
                stage.kill(leader);
                takenOver(leader);
                yield "at any time";
            }
            case END_LEADER -> {
                stage.end(leader);
                takenOver(leader);
                yield "in order";
            }
        };
    }

    private interface Strike {
        void now() throws Exception;
    }

    /** Locks what the leader needs at that point, waits until it stands there, strikes, and lets go. */
    private String atPoint(Fault fault, String leader, Strike strike) throws Exception {
        String waits =
                "SELECT left(regexp_replace(query, '\\s+', ' ', 'g'), 60) FROM pg_stat_activity WHERE application_name = '"
                        + leader + "' AND wait_event_type = 'Lock' AND query LIKE '" + fault.query() + "' AND "
                        + "EXISTS (SELECT FROM pg_locks l WHERE l.pid = pg_stat_activity.pid AND NOT l.granted AND l.relation = '"
                        + fault.table() + "'::regclass) LIMIT 1";
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (System.nanoTime() < deadline) {
            try (Connection holder = stage.connect("postgres");
                    Statement statement = holder.createStatement()) {
                holder.setAutoCommit(false);
                statement.execute("LOCK TABLE " + fault.table() + " IN "
                        + (fault == Fault.KILL_BEFORE_DISPATCH ? "EXCLUSIVE" : "ACCESS EXCLUSIVE") + " MODE");
                long patience = System.nanoTime() + Duration.ofSeconds(3).toNanos();
                while (System.nanoTime() < patience) {
                    String query = stage.value(waits);
                    if (query != null) {
                        strike.now();
                        return "at \"" + query.strip() + "\"";
                    }
                    LockSupport.parkNanos(10_000_000);
                }
                // It stands before another statement of the same table: let it pass, and try again.
            } catch (SQLException e) {
                if (fault != Fault.KILL_POSTGRES_AFTER_FOLD) {
                    throw e;
                }
                return "at \"the decision\"";
            }
            LockSupport.parkNanos(random.nextInt(200) * 1_000_000L);
        }
        throw new ChaosFailure("the point of " + fault + " was never hit");
    }

    private void takenOver(String from) throws SQLException {
        long start = System.nanoTime();
        stage.awaitLeader(from, TAKE_OVER_LIMIT);
        takeOvers.add(Duration.ofNanos(System.nanoTime() - start));
    }

    private String settle(Path folder, int rounds, long seed, Duration took) throws Exception {
        stage.killWriter();
        // The server notices a moment later, and rolls back what was open.
        Books.require(
                stage.comesTrue("SELECT count(*) FROM pg_stat_activity WHERE application_name = 'writer'", "0", LIMIT),
                "the writer's sessions do not end");
        goTo(rounds + 1);
        Books books = new Books(stage);
        String stored = String.valueOf(stage.value(Books.STORED));
        Books.require(
                stage.comesTrue(Books.COUNTED, stored, LIMIT),
                "of " + stored + " rows " + stage.value(Books.COUNTED) + " are counted in profiles");
        Books.require(
                stage.comesTrue(
                        "SELECT count(*) FROM drift_actions WHERE state IN ('APPROVED', 'DISPATCHED')", "0", LIMIT),
                "actions are left");
        Stage.MONITORS.forEach(stage::end);
        int rows = books.rowsAreThoseOfTheLedger(folder);
        int episodes = books.oneKeyAnEpisode(receiver.keysOfEpisodes());
        int checks = books.everyCheckIsItsLeaders();
        int profiles = books.profilesAreThoseOfAFreshComputation();
        for (Fault fault : Fault.values()) {
            Books.require(hits.containsKey(fault), "the point of " + fault + " was never hit: run more rounds");
        }
        return report(rounds, seed, took, rows, profiles, episodes, checks);
    }

    private String report(int rounds, long seed, Duration took, int rows, int profiles, int episodes, int checks) {
        StringBuilder text = new StringBuilder();
        text.append("# Chaos\n\nWritten by `dev/chaos --rounds %d --seed %d`; %d s.\n\n"
                .formatted(rounds, seed, took.toSeconds()));
        text.append("| fault | rounds |\n|---|---|\n");
        hits.forEach((fault, count) -> text.append("| %s | %d |\n".formatted(fault, count)));
        text.append("\n- %d rows, those of the writers' ledger, each in one profile count\n".formatted(rows));
        text.append("- %d profiles, equal to a fresh computation by one monitor byte for byte\n".formatted(profiles));
        text.append("- %d episodes, each told of under one key, in %d calls\n".formatted(episodes, receiver.calls()));
        text.append("- %d checks, each written by the one that had the lead\n".formatted(checks));
        text.append("- %d take-overs, the slowest after %.1f s\n"
                .formatted(
                        takeOvers.size(),
                        takeOvers.stream().mapToLong(Duration::toMillis).max().orElse(0) / 1000.0));
        return text.toString();
    }
}
