package io.driftaware.logging.spool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
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
}
