package io.driftaware.logging.spool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SpoolTest {
    private static final long SMALL = 1 << 20;

    @TempDir
    Path folder;

    private Spool open() throws IOException {
        return Spool.open(
                FolderLock.take(folder), Bytes.HEADER, h -> Bytes.text(h).equals("header"), SMALL, Disk.REAL);
    }

    private static void append(Spool spool, String... records) throws IOException {
        spool.append(Bytes.frames(records));
        spool.publish();
    }

    private static List<String> records(@Nullable SpoolBatch batch) {
        return batch == null
                ? List.of()
                : batch.records().stream().map(Bytes::text).toList();
    }

    private static List<String> readAll(Spool spool) throws IOException {
        List<String> all = new ArrayList<>();
        for (SpoolBatch batch = spool.read(10, 1_000_000); batch != null; batch = spool.read(10, 1_000_000)) {
            all.addAll(records(batch));
            spool.settled(batch.records().size());
        }
        return all;
    }

    private List<Path> segments() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(f -> f.toString().endsWith(".spool")).sorted().toList();
        }
    }

    @Test
    void records_are_read_in_the_order_in_which_they_were_appended() throws IOException {
        try (Spool spool = open()) {
            append(spool, "a", "b");
            append(spool, "c");
            assertThat(spool.hasUnread()).isTrue();
            assertThat(records(spool.read(2, 1_000))).containsExactly("a", "b");
            append(spool, "d");
            assertThat(records(spool.read(9, 1_000))).containsExactly("c", "d");
            assertThat(spool.read(9, 1_000)).isNull();
            assertThat(spool.isEmpty()).isFalse();
            spool.settled(4);
            assertThat(spool.isEmpty()).isTrue();
        }
    }

    @Test
    void what_is_not_published_is_not_read() throws IOException {
        try (Spool spool = open()) {
            spool.append(Bytes.frames("a"));
            assertThat(spool.isEmpty()).as("empty, and its reader may go").isFalse();
            assertThat(spool.read(9, 1_000)).isNull();
            spool.publish();
            assertThat(records(spool.read(9, 1_000))).containsExactly("a");
        }
    }

    @Test
    void a_batch_is_bounded_in_bytes_by_one_record_more() throws IOException {
        try (Spool spool = open()) {
            append(spool, "x".repeat(100), "y".repeat(100), "z");
            assertThat(records(spool.read(9, 101))).hasSize(2);
            assertThat(records(spool.read(9, 101))).containsExactly("z");
        }
    }

    @Test
    void segments_go_when_their_last_record_is_settled() throws IOException {
        try (Spool spool = open()) {
            for (int i = 0; i < 10; i++) {
                append(spool, i + "x".repeat(30_000));
            }
            assertThat(segments()).hasSize(5);
            long before = spool.bytes();
            assertThat(records(spool.read(3, SMALL)).size()
                            + records(spool.read(3, SMALL)).size())
                    .isEqualTo(4);
            assertThat(segments()).hasSize(5);
            spool.settled(1);
            assertThat(segments()).hasSize(5);
            spool.settled(3);
            assertThat(segments()).hasSize(3);
            assertThat(spool.bytes()).isLessThan(before);
        }
    }

    @Test
    void the_bytes_are_those_of_the_files() throws IOException {
        try (Spool spool = open()) {
            for (int i = 0; i < 5; i++) {
                append(spool, "x".repeat(30_000));
            }
            long size = 0;
            for (Path segment : segments()) {
                size += Files.size(segment);
            }
            assertThat(spool.bytes()).isEqualTo(size);
            long room = SMALL - size - Frames.OVERHEAD - Bytes.HEADER.length;
            assertThat(spool.hasRoom(room, 0)).isTrue();
            assertThat(spool.hasRoom(room + 1, 0)).isFalse();
            assertThat(spool.hasRoom(room - SMALL / 100 * 10, 10)).isTrue();
            assertThat(spool.hasRoom(room - SMALL / 100 * 10 + 1, 10)).isFalse();
            readAll(spool);
            spool.trim();
            assertThat(spool.bytes()).isZero();
            assertThat(segments()).isEmpty();
        }
    }

    @Test
    void what_was_not_settled_is_there_for_the_next_one() throws IOException {
        try (Spool spool = open()) {
            append(spool, "a", "b");
            spool.read(1, 1_000);
            spool.settled(1);
        }
        try (Spool spool = open()) {
            assertThat(spool.recovered()).isEqualTo(2);
            assertThat(spool.damaged()).isZero();
            append(spool, "new");
            SpoolBatch batch = spool.read(9, 1_000);
            assertThat(records(batch)).containsExactly("a", "b");
            assertThat(batch).extracting(SpoolBatch::recovered).isEqualTo(true);
            SpoolBatch fresh = spool.read(9, 1_000);
            assertThat(records(fresh)).containsExactly("new");
            assertThat(fresh).extracting(SpoolBatch::recovered).isEqualTo(false);
            spool.settled(3);
        }
        assertThat(segments()).isEmpty();
    }

    @Test
    void a_segment_with_a_torn_end_gives_the_rest_and_is_counted() throws IOException {
        try (Spool spool = open()) {
            append(spool, "a", "b");
        }
        Path segment = segments().get(0);
        byte[] bytes = Files.readAllBytes(segment);
        Files.write(segment, Arrays.copyOf(bytes, bytes.length - 1));
        try (Spool spool = open()) {
            assertThat(spool.recovered()).isEqualTo(1);
            assertThat(spool.damaged()).isEqualTo(1);
            assertThat(readAll(spool)).containsExactly("a");
        }
        assertThat(segments()).isEmpty();
    }

    @Test
    void records_that_are_damaged_after_they_were_counted_are_said_to_be_lost() throws IOException {
        try (Spool spool = open()) {
            append(spool, "first", "second", "third");
            Path segment = segments().get(0);
            byte[] bytes = Files.readAllBytes(segment);
            bytes[bytes.length - "third".length() - Frames.OVERHEAD - 1] ^= 1;
            Files.write(segment, bytes);
            SpoolBatch batch = spool.read(9, 1_000);
            assertThat(records(batch)).containsExactly("first", "third");
            assertThat(batch).extracting(SpoolBatch::lost).isEqualTo(1L);
            spool.settled(3);
            assertThat(spool.isEmpty()).isTrue();
        }
    }

    @Test
    void a_segment_that_another_version_wrote_is_left_as_it_is() throws IOException {
        Path foreign = folder.resolve("events-0000000000000007.spool");
        try (FrameFile file = FrameFile.create(Disk.REAL, foreign, Bytes.of("header of another version"))) {
            file.append(Bytes.frames("theirs"));
        }
        try (Spool spool = open()) {
            assertThat(spool.recovered()).isZero();
            append(spool, "ours");
            assertThat(readAll(spool)).containsExactly("ours");
        }
        assertThat(segments()).containsExactly(foreign);
        assertThat(Bytes.read(foreign)).containsExactly("theirs");
    }

    @Test
    void a_segment_that_was_never_begun_is_removed() throws IOException {
        Files.write(folder.resolve("events-0000000000000007.spool"), new byte[5]);
        try (Spool spool = open()) {
            assertThat(spool.recovered() + spool.damaged()).isZero();
            assertThat(segments()).isEmpty();
        }
    }

    @Test
    void a_folder_has_one_owner_in_a_process_and_is_free_when_that_one_closes() throws IOException {
        try (Spool spool = open()) {
            assertThatThrownBy(this::open)
                    .isInstanceOf(FolderInUseException.class)
                    .hasMessageContaining(folder.toString())
                    .hasMessageContaining("a folder of its own");
            append(spool, "still works");
        }
        open().close();
    }

    @Test
    void files_are_for_their_owner_only() throws IOException {
        Path inner = folder.resolve("made").resolve("here");
        try (Spool spool = Spool.open(FolderLock.take(inner), Bytes.HEADER, h -> true, SMALL, Disk.REAL)) {
            append(spool, "a");
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(inner)))
                    .isEqualTo("rwx------");
            try (Stream<Path> files = Files.list(inner)) {
                assertThat(files).hasSize(2).allSatisfy(file -> assertThat(
                                PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                        .isEqualTo("rw-------"));
            }
        }
    }

    private void finishedSegments() throws IOException {
        try (Spool spool = open()) {
            for (int i = 0; i < 6; i++) {
                append(spool, i + "x".repeat(30_000));
            }
        }
        assertThat(segments()).hasSize(3);
    }

    private static void flip(Path file, int at) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        bytes[at] ^= 1;
        Files.write(file, bytes);
    }

    /** So that a logger starts as fast with a full spool as with an empty one. */
    @Test
    void segments_that_were_finished_are_counted_without_being_read() throws IOException {
        finishedSegments();
        flip(segments().get(0), 1_000);
        try (Spool spool = open()) {
            assertThat(spool.recovered()).isEqualTo(6);
            assertThat(spool.damaged()).as("nobody has read it yet").isZero();
            SpoolBatch first = spool.read(9, SMALL);
            assertThat(records(first)).singleElement().asString().startsWith("1x");
            assertThat(first).extracting(SpoolBatch::lost).isEqualTo(1L);
            spool.settled(2);
            assertThat(readAll(spool)).hasSize(4);
            assertThat(spool.isEmpty()).isTrue();
        }
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).as("the counts go with their segments").hasSize(1);
        }
    }

    @Test
    void a_count_that_is_damaged_or_of_a_segment_that_changed_is_not_believed() throws IOException {
        finishedSegments();
        flip(folder.resolve(segments().get(0).getFileName() + ".count"), 20);
        Files.write(folder.resolve(segments().get(1).getFileName() + ".count"), new byte[0]);
        byte[] third = Files.readAllBytes(segments().get(2));
        Files.write(segments().get(2), Arrays.copyOf(third, third.length - 1));
        try (Spool spool = open()) {
            assertThat(spool.recovered()).isEqualTo(5);
            assertThat(spool.damaged()).isEqualTo(1);
            assertThat(readAll(spool)).hasSize(5);
        }
        assertThat(segments()).isEmpty();
    }

    @Test
    void a_count_that_is_left_of_a_segment_that_is_gone_is_removed() throws IOException {
        finishedSegments();
        Files.delete(segments().get(1));
        try (Spool spool = open()) {
            assertThat(spool.recovered()).isEqualTo(4);
            try (Stream<Path> files = Files.list(folder)) {
                assertThat(files.filter(f -> f.toString().endsWith(".count"))).hasSize(2);
            }
        }
    }

    /** Checksum as in {@link FramesTest}. */
    @Test
    void the_bytes_of_a_count_are_those_of_every_version_before() throws IOException {
        Path segment = folder.resolve("events-0000000000000007.spool");
        SegmentCount.write(Disk.REAL, segment, 0x1234, 0x56);
        Path file = folder.resolve("events-0000000000000007.spool.count");
        assertThat(HexFormat.of().formatHex(Files.readAllBytes(file)))
                .isEqualTo("fffed101" + "00000010" + "78772235" + "0000000000001234" + "0000000000000056");
        assertThat(SegmentCount.read(segment, 0x1234)).hasValue(0x56);
        assertThat(SegmentCount.read(segment, 0x1235)).isEmpty();
    }

    @Test
    void a_segment_that_somebody_removed_is_lost_and_the_others_are_read() throws IOException {
        try (Spool spool = open()) {
            for (int i = 0; i < 6; i++) {
                append(spool, i + "x".repeat(30_000));
            }
            Files.delete(segments().get(0));
            SpoolBatch gone = spool.read(9, SMALL);
            assertThat(records(gone)).isEmpty();
            assertThat(gone).extracting(SpoolBatch::lost).isEqualTo(2L);
            spool.settled(2);
            assertThat(readAll(spool)).hasSize(4);
            assertThat(spool.isEmpty()).isTrue();
        }
    }

    /** The appending thread removes what is settled as well. */
    @Test
    void a_segment_that_two_threads_remove_at_once_is_counted_once() throws IOException {
        AtomicReference<Spool> opened = new AtomicReference<>();
        AtomicInteger meetings = new AtomicInteger();
        Disk disk = new Disk() {
            @Override
            public Output create(Path file) throws IOException {
                return Disk.REAL.create(file);
            }

            @Override
            public void delete(Path file) throws IOException {
                Disk.REAL.delete(file);
                Spool spool = opened.get();
                if (file.toString().endsWith(".spool") && spool != null && meetings.getAndIncrement() == 0) {
                    // As the other thread would, just now.
                    spool.settled(0);
                }
            }

            @Override
            public void replace(Path old, Path file) throws IOException {
                Disk.REAL.replace(old, file);
            }
        };
        try (Spool spool = Spool.open(FolderLock.take(folder), Bytes.HEADER, h -> true, SMALL, disk)) {
            opened.set(spool);
            for (int i = 0; i < 3; i++) {
                append(spool, i + "x".repeat(30_000));
            }
            spool.settled(records(spool.read(2, SMALL)).size());
            assertThat(meetings).hasPositiveValue();
            assertThat(spool.bytes()).isEqualTo(Files.size(segments().get(0)));
        }
    }

    /** Two applications of one server may each bring the SDK. */
    @Test
    void another_copy_of_the_class_in_this_process_is_refused_and_does_not_break_the_lock() throws Exception {
        URL[] classes = {FolderLock.class.getProtectionDomain().getCodeSource().getLocation()};
        try (FolderLock mine = FolderLock.take(folder);
                URLClassLoader loader = new URLClassLoader(classes, ClassLoader.getPlatformClassLoader()) {}) {
            Method take = loader.loadClass(FolderLock.class.getName()).getMethod("take", Path.class);
            assertThatThrownBy(() -> take.invoke(null, folder)).cause().hasMessageContaining("in use by a logger");
            // What the operating system knows of locks, another process sees.
            assertThat(heldByThisProcess(mine.folder().resolve("owner.lock"))).isTrue();
        }
        assertThat(heldByThisProcess(folder.resolve("owner.lock"))).isFalse();
    }

    private static boolean heldByThisProcess(Path file) throws IOException {
        String inode = ":" + Files.getAttribute(file, "unix:ino") + " ";
        return Files.readAllLines(Path.of("/proc/locks")).stream()
                .anyMatch(line -> line.contains(" " + ProcessHandle.current().pid() + " ") && line.contains(inode));
    }
}
