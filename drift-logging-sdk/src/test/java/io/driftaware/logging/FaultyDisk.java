package io.driftaware.logging;

import io.driftaware.logging.spool.Disk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** The real disk, with something that happens at named points of the code. Counts how often each point was hit. */
final class FaultyDisk implements Disk {
    /** Where it happens. */
    enum Point {
        CREATE,
        BEFORE_WRITE,
        /** Half of the bytes are in the file. */
        WITHIN_WRITE,
        BEFORE_FORCE,
        /** What is on the device is not counted yet. */
        AFTER_FORCE,
        /** The rows are committed, and their segment is still there. */
        BEFORE_DELETE,
        AFTER_DELETE,
        /** The copy without the rows that go is whole. */
        BEFORE_REPLACE,
        AFTER_REPLACE;

        /** Those that a logger passes; the others are an erasure's. */
        static Set<Point> ofLoggers() {
            return EnumSet.range(CREATE, AFTER_DELETE);
        }
    }

    /** What happens there. */
    @FunctionalInterface
    interface Fault {
        void at(Point point) throws IOException;
    }

    private final Map<Point, Fault> faults = new ConcurrentHashMap<>();
    private final Map<Point, AtomicLong> hits = new EnumMap<>(Point.class);

    FaultyDisk() {
        for (Point point : Point.values()) {
            hits.put(point, new AtomicLong());
        }
    }

    /** From now on until {@link #mend()}. */
    void fault(Point point, Fault fault) {
        Faults.armed(point);
        faults.put(point, fault);
    }

    /** As {@link #mend()}, also where the point was not passed. */
    void mend(Point point) {
        Faults.disarmed(point);
        faults.remove(point);
    }

    /** As a full device says it. */
    static Fault full() {
        return point -> {
            throw new IOException("No space left on device");
        };
    }

    void mend() {
        faults.clear();
    }

    /** How often the point was passed with its fault set. */
    long hits(Point point) {
        AtomicLong count = hits.get(point);
        return count == null ? 0 : count.get();
    }

    /** At all points. */
    long hits() {
        return hits.values().stream().mapToLong(AtomicLong::get).sum();
    }

    private void pass(Point point) throws IOException {
        Fault fault = faults.get(point);
        AtomicLong count = hits.get(point);
        if (fault != null && count != null) {
            count.incrementAndGet();
            Faults.hit(point);
            fault.at(point);
        }
    }

    @Override
    public Output create(Path file) throws IOException {
        pass(Point.CREATE);
        return new FaultyOutput(Disk.REAL.create(file));
    }

    @Override
    public void delete(Path file) throws IOException {
        pass(Point.BEFORE_DELETE);
        Disk.REAL.delete(file);
        pass(Point.AFTER_DELETE);
    }

    @Override
    public void replace(Path old, Path file) throws IOException {
        pass(Point.BEFORE_REPLACE);
        Disk.REAL.replace(old, file);
        pass(Point.AFTER_REPLACE);
    }

    private final class FaultyOutput implements Output {
        private final Output output;

        FaultyOutput(Output output) {
            this.output = output;
        }

        @Override
        public void write(ByteBuffer bytes) throws IOException {
            pass(Point.BEFORE_WRITE);
            if (faults.containsKey(Point.WITHIN_WRITE)) {
                int half = bytes.remaining() / 2;
                output.write(bytes.slice(bytes.position(), half));
                bytes.position(bytes.position() + half);
                pass(Point.WITHIN_WRITE);
            }
            output.write(bytes);
        }

        @Override
        public void force() throws IOException {
            pass(Point.BEFORE_FORCE);
            output.force();
            pass(Point.AFTER_FORCE);
        }

        @Override
        public void truncate(long size) throws IOException {
            output.truncate(size);
        }

        @Override
        public void close() throws IOException {
            output.close();
        }
    }
}
