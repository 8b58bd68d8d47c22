package io.driftaware.logging;

import java.io.FileOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * An application in a process of its own, which logs numbered events until it is killed, and keeps a ledger of what it was
 * promised: a line for each burst, written past all buffers of the process. {@code A thread from to} says that these are
 * durable, {@code L thread from to} that they were logged (and not dropped), {@code AT point} that it has stopped at a point of the code.
 */
final class KilledApplication {
    static final int QUEUE = 500;
    private static final int THREADS = 2;
    private static final Duration LONG = Duration.ofSeconds(30);

    private final DriftLogger logger;
    private final FileOutputStream ledger;
    private final int round;
    private final boolean acknowledge;

    private KilledApplication(DriftLogger logger, FileOutputStream ledger, int round, boolean acknowledge) {
        this.logger = logger;
        this.ledger = ledger;
        this.round = round;
        this.acknowledge = acknowledge;
    }

    /** Arguments: JDBC URL, folder or none, policy, round, ledger, point or none, and how often it is passed before. */
    public static void main(String[] args) throws IOException {
        FileOutputStream ledger = new FileOutputStream(args[4], true);
        FaultyDisk disk = new FaultyDisk();
        if (!args[5].equals("none")) {
            stopAt(FaultyDisk.Point.valueOf(args[5]), Integer.parseInt(args[6]), disk, ledger);
        }
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setUrl(args[0]);
        DriftLogger.Builder builder = DriftLogger.builder(source)
                .embeddingModel("m", 3)
                .queueCapacity(QUEUE)
                .batchSize(100)
                .spoolBytes(args[2].equals("DURABLE") ? 1 << 20 : 256 << 20)
                .disk(disk);
        if (!args[1].equals("none")) {
            builder.spoolDirectory(Path.of(args[1]))
                    .overflow(args[2].equals("DURABLE") ? OverflowPolicy.DURABLE : OverflowPolicy.OVERFLOW);
        }
        KilledApplication application =
                new KilledApplication(builder.build(), ledger, Integer.parseInt(args[3]), args[2].equals("DURABLE"));
        for (int thread = 0; thread < THREADS; thread++) {
            int number = thread;
            new Thread(() -> application.log(number)).start();
        }
    }

    private static void stopAt(FaultyDisk.Point point, int before, FaultyDisk disk, FileOutputStream ledger) {
        disk.fault(point, hit -> {
            if (disk.hits(point) > before) {
                ledger.write(("AT " + point + "\n").getBytes(StandardCharsets.UTF_8));
                try {
                    new CountDownLatch(1).await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
        });
    }

    private void log(int thread) {
        SplittableRandom random = new SplittableRandom(31L * round + thread);
        float[] vector = {1, 2, 3};
        int number = 0;
        while (true) {
            int from = number;
            while (!acknowledge && logger.stats().pending() > QUEUE / 2) {
                // Nothing is to be turned away, which would not be the kill's doing.
                Thread.onSpinWait();
            }
            for (int burst = random.nextInt(1, 40); burst > 0; burst--) {
                UUID id = new UUID((long) round << 32 | thread, number);
                switch (number++ % 3) {
                    case 0 ->
                        logger.log(Interaction.builder()
                                .id(id)
                                .query("x".repeat(500))
                                .build());
                    case 1 -> logger.log(EmbeddingRecord.query(vector).withInteraction(id));
                    default -> logger.feedback(id, 0.5);
                }
            }
            // A record that the last kill tore is no loss: it was never acknowledged.
            if (logger.stats().dropped().keySet().stream().anyMatch(reason -> !reason.equals("spool_damaged"))) {
                throw new IllegalStateException("events were dropped: " + logger.stats());
            }
            if (!acknowledge) {
                write("L", thread, from, number);
            } else if (logger.sync(LONG).durable()) {
                write("A", thread, from, number);
            }
        }
    }

    private void write(String what, int thread, int from, int to) {
        try {
            ledger.write((what + " " + thread + " " + from + " " + to + "\n").getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
