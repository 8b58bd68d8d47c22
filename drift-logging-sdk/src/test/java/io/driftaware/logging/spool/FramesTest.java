package io.driftaware.logging.spool;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The form on disk, and what a reader makes of it when it is damaged. */
final class FramesTest {
    /** Checksums: a bitwise CRC-32C in Python (polynomial 0x82F63B78 reflected, start and end FFFFFFFF). */
    private static final String GOLDEN = "fffed101" + "00000006" + "dd4ef1e2" + "686561646572" + "fffed101" + "00000003"
            + "93ecf2c7" + "6f6e65" + "fffed101" + "00000000" + "48674bc7";

    @TempDir
    Path folder;

    private Path file(byte[] bytes) throws IOException {
        return Files.write(folder.resolve("file"), bytes);
    }

    private Path three() throws IOException {
        Path file = folder.resolve("three");
        Files.deleteIfExists(file);
        try (FrameFile frames = FrameFile.create(Disk.REAL, file, Bytes.HEADER)) {
            frames.append(Bytes.frames("one", "two", "three"));
        }
        return file;
    }

    @Test
    void the_bytes_are_those_of_every_version_before() throws IOException {
        Path file = folder.resolve("golden");
        try (FrameFile frames = FrameFile.create(Disk.REAL, file, Bytes.HEADER)) {
            frames.append(Bytes.frames("one", ""));
        }
        assertThat(HexFormat.of().formatHex(Files.readAllBytes(file))).isEqualTo(GOLDEN);
    }

    @Test
    void golden_bytes_are_read() throws IOException {
        assertThat(Bytes.read(file(HexFormat.of().parseHex(GOLDEN)))).containsExactly("one", "");
    }

    @Test
    void a_file_that_is_cut_anywhere_gives_the_records_before_the_cut() throws IOException {
        byte[] whole = Files.readAllBytes(three());
        int header = Frames.OVERHEAD + Bytes.HEADER.length;
        for (int length = header; length < whole.length; length++) {
            Path file = file(Arrays.copyOf(whole, length));
            try (FrameReader reader = FrameReader.open(file)) {
                assertThat(reader.header()).isNotNull();
                int left = length - header;
                int records = left < 15 ? 0 : left < 30 ? 1 : 2;
                assertThat(Bytes.rest(reader))
                        .isEqualTo(List.of("one", "two", "three").subList(0, records));
                assertThat(reader.damaged()).isEqualTo(left == 15 * records ? 0 : 1);
            }
        }
    }

    @Test
    void a_byte_that_is_wrong_anywhere_costs_the_record_it_stands_in_and_no_other() throws IOException {
        byte[] whole = Files.readAllBytes(three());
        int header = Frames.OVERHEAD + Bytes.HEADER.length;
        for (int at = header; at < whole.length; at++) {
            byte[] wrong = whole.clone();
            wrong[at] ^= 0x40;
            List<String> rest = new ArrayList<>(List.of("one", "two", "three"));
            rest.remove(Math.min(2, (at - header) / 15));
            try (FrameReader reader = FrameReader.open(file(wrong))) {
                reader.header();
                assertThat(Bytes.rest(reader)).as("wrong byte %s", at).isEqualTo(rest);
                assertThat(reader.damaged()).isEqualTo(1);
            }
        }
    }

    @Test
    void a_header_that_is_damaged_or_of_another_version_is_no_header() throws IOException {
        byte[] whole = Files.readAllBytes(three());
        for (int at = 0; at < Frames.OVERHEAD + Bytes.HEADER.length; at++) {
            byte[] wrong = whole.clone();
            wrong[at] ^= 0x02;
            try (FrameReader reader = FrameReader.open(file(wrong))) {
                assertThat(reader.header()).isNull();
            }
        }
    }

    @Test
    void records_larger_than_the_window_are_read_in_their_place() throws IOException {
        Path file = folder.resolve("large");
        String large = "x".repeat(300_000);
        try (FrameFile frames = FrameFile.create(Disk.REAL, file, Bytes.HEADER)) {
            frames.append(Bytes.frames("before", large, "y".repeat(65_536), "z".repeat(65_524), "after"));
        }
        assertThat(Bytes.read(file)).containsExactly("before", large, "y".repeat(65_536), "z".repeat(65_524), "after");
    }
}
