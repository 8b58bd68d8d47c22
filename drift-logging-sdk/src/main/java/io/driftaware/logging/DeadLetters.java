package io.driftaware.logging;

import io.driftaware.logging.postgres.CopyWriter;
import io.driftaware.logging.postgres.StoredRow;
import io.driftaware.logging.postgres.StoredRows;
import io.driftaware.logging.postgres.WriteFailure;
import io.driftaware.logging.spool.Disk;
import io.driftaware.logging.spool.FolderInUseException;
import io.driftaware.logging.spool.FolderLock;
import io.driftaware.logging.spool.FrameReader;
import io.driftaware.logging.spool.Letters;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import javax.sql.DataSource;

/**
 * The rows that a database refused, which a logger kept in its {@linkplain DriftLogger.Builder#spoolDirectory folder}. When what
 * was wrong is mended:
 *
 * <pre>{@code
 * DeadLetters.reasons(folder);             // {SQLSTATE 23514, table interaction_log, constraint no_poison=3}
 * DeadLetters.replay(folder, dataSource);  // Replayed[stored=3, refused=0, unreadable=0]
 * }</pre>
 *
 * <p>Also while a logger is running on the folder: it finishes a file of dead letters as soon as it has nothing to do, and only
 * finished ones are read.
 */
public final class DeadLetters {
    private static final int BATCH = 500;
    private static final long BATCH_BYTES = 4 << 20;

    /**
     * What became of the dead letters.
     *
     * @param stored rows that are in the database now, those included that were there before
     * @param refused rows that were refused again, and are kept with the new reason
     * @param unreadable stretches of the files that are damaged
     */
    public record Replayed(long stored, long refused, long unreadable) {}

    private final CopyWriter database;
    private final Letters again;
    private long stored;
    private long refused;
    private long unreadable;

    private DeadLetters(DataSource dataSource, Letters again) {
        database = new CopyWriter(dataSource);
        this.again = again;
    }

    /**
     * Counts the dead letters by reason. A reason never holds logged content.
     *
     * @param folder a logger's
     * @return how many there are of each, in finished files
     * @throws IOException when there is none, or it can't be read
     */
    public static SortedMap<String, Long> reasons(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            throw new IOException("there is no folder " + folder + ": name the logger's spoolDirectory");
        }
        adopt(folder);
        SortedMap<String, Long> reasons = new TreeMap<>();
        for (Path file : Letters.files(folder)) {
            try (FrameReader reader = FrameReader.open(file)) {
                reader.header();
                long end = reader.length();
                for (byte[] frame = reader.next(end); frame != null; frame = reader.next(end)) {
                    Letters.Letter letter = Letters.Letter.of(frame);
                    reasons.merge(letter == null ? "unreadable" : letter.reason(), 1L, Long::sum);
                }
            }
        }
        return reasons;
    }

    /**
     * Writes the rows to the database, each once, however often this is called. Files are removed when all their rows are
     * stored, or kept again.
     *
     * @param folder a logger's
     * @param dataSource where they go
     * @return what became of them
     * @throws IOException when the folder can't be read or written, is being replayed by somebody else, or the database fails
     *     for another reason than a row; what has not been dealt with stays where it is
     */
    public static Replayed replay(Path folder, DataSource dataSource) throws IOException {
        try (FolderLock letters = FolderLock.takeLetters(folder)) {
            adopt(folder);
            DeadLetters replay = new DeadLetters(dataSource, Letters.ofReplay(letters, Disk.REAL));
            try {
                for (Path file : Letters.files(letters.folder())) {
                    replay.file(file);
                }
            } finally {
                replay.again.discard();
                replay.database.release();
            }
            return new Replayed(replay.stored, replay.refused, replay.unreadable);
        }
    }

    /** What a killed logger left open; one that runs finishes its files itself. */
    private static void adopt(Path folder) throws IOException {
        try (FolderLock owned = FolderLock.take(folder)) {
            Letters.adopt(owned, Disk.REAL);
        } catch (FolderInUseException e) {
            return;
        }
    }

    private void file(Path file) throws IOException {
        try (FrameReader reader = FrameReader.open(file)) {
            byte[] header = reader.header();
            if (header == null) {
                throw new IOException(file + " is no file of dead letters that this version can read: move it away");
            }
            StoredRows format = StoredRows.of(header);
            long end = reader.length();
            List<StoredRow> rows = new ArrayList<>();
            List<byte[]> records = new ArrayList<>();
            long size = 0;
            for (byte[] frame = reader.next(end); frame != null; frame = reader.next(end)) {
                size += frame.length;
                add(frame, format, rows, records);
                if (rows.size() == BATCH || size > BATCH_BYTES) {
                    write(format, header, rows, records);
                    size = 0;
                }
            }
            write(format, header, rows, records);
            unreadable += reader.damaged();
        }
        again.rest();
        Files.delete(file);
    }

    private void add(byte[] frame, StoredRows format, List<StoredRow> rows, List<byte[]> records) {
        Letters.Letter letter = Letters.Letter.of(frame);
        try {
            if (letter != null) {
                rows.add(format.row(letter.record(), 0));
                records.add(letter.record());
                return;
            }
        } catch (IllegalArgumentException e) {
            // Counted below.
            letter = null;
        }
        unreadable++;
    }

    private void write(StoredRows format, byte[] header, List<StoredRow> rows, List<byte[]> records)
            throws IOException {
        if (!rows.isEmpty()) {
            write(format, header, List.copyOf(rows), List.copyOf(records), 0, rows.size());
        }
        rows.clear();
        records.clear();
    }

    private void write(StoredRows format, byte[] header, List<StoredRow> rows, List<byte[]> records, int from, int to)
            throws IOException {
        try {
            database.write(rows.subList(from, to), format.tables(), true);
            stored += to - from;
        } catch (WriteFailure failure) {
            if (failure.kind() == WriteFailure.Kind.OUTAGE) {
                throw new IOException("dead letters stay where they are: " + failure.getMessage(), failure);
            }
            if (to - from == 1) {
                byte[] record = records.get(from);
                again.add(header, String.valueOf(failure.getMessage()), frames -> frames.put(record, 0, record.length));
                refused++;
                return;
            }
            int middle = (from + to) / 2;
            write(format, header, rows, records, from, middle);
            write(format, header, rows, records, middle, to);
        }
    }
}
