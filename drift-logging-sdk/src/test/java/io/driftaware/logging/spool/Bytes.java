package io.driftaware.logging.spool;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Records of text. */
final class Bytes {
    static final byte[] HEADER = of("header");

    private Bytes() {}

    static byte[] of(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static Frames frames(String... records) {
        Frames frames = new Frames();
        for (String record : records) {
            byte[] bytes = of(record);
            frames.begin();
            frames.put(bytes, 0, bytes.length);
            frames.end();
        }
        return frames;
    }

    static List<String> read(Path file) throws IOException {
        try (FrameReader reader = FrameReader.open(file)) {
            reader.header();
            return rest(reader);
        }
    }

    static List<String> rest(FrameReader reader) throws IOException {
        List<String> records = new ArrayList<>();
        long end = reader.length();
        for (byte[] record = reader.next(end); record != null; record = reader.next(end)) {
            records.add(text(record));
        }
        return records;
    }

    static String text(byte[] record) {
        return new String(record, StandardCharsets.UTF_8);
    }
}
