package io.driftaware.benchmarks.acceptance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Labelled queries with their embeddings, as NAME.tsv (a header, then label and text) and NAME.f32 (little-endian floats, row
 * by row) hold them. The label {@code oos} marks queries that belong to no topic.
 */
final class LabelledQueries {

    private static final String OUT_OF_SCOPE = "oos";

    private final String name;
    private final int dimension;
    private final List<String> labels;
    private final float[] vectors;

    private LabelledQueries(String name, int dimension, List<String> labels, float[] vectors) {
        this.name = name;
        this.dimension = dimension;
        this.labels = labels;
        this.vectors = vectors;
    }

    /** Every data set of a folder, by name. */
    static List<LabelledQueries> in(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(file -> file.endsWith(".f32"))
                    .sorted()
                    .map(file -> read(folder, file.substring(0, file.length() - ".f32".length())))
                    .toList();
        }
    }

    private static LabelledQueries read(Path folder, String name) {
        try (FileChannel channel = FileChannel.open(folder.resolve(name + ".f32"))) {
            List<String> labels = new ArrayList<>();
            List<String> lines = Files.readAllLines(folder.resolve(name + ".tsv"));
            for (String line : lines.subList(1, lines.size())) {
                labels.add(line.substring(0, line.indexOf('\t')));
            }
            ByteBuffer bytes = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size());
            FloatBuffer floats = bytes.order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
            float[] vectors = new float[floats.remaining()];
            floats.get(vectors);
            if (labels.isEmpty() || vectors.length % labels.size() != 0) {
                throw new IllegalArgumentException(name + ": " + vectors.length + " floats do not divide into the "
                        + labels.size() + " rows of its .tsv");
            }
            return new LabelledQueries(name, vectors.length / labels.size(), labels, vectors);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The same queries with each vector several times over, as if of a larger model. */
    LabelledQueries repeated(int times) {
        float[] wide = new float[times * vectors.length];
        for (int row = 0; row < labels.size(); row++) {
            for (int i = 0; i < times; i++) {
                System.arraycopy(vectors, row * dimension, wide, (row * times + i) * dimension, dimension);
            }
        }
        return new LabelledQueries(name, times * dimension, labels, wide);
    }

    String name() {
        return name;
    }

    int dimension() {
        return dimension;
    }

    /** All vectors, one after the other. */
    float[] vectors() {
        return vectors;
    }

    /** Rows that belong to a topic. */
    int[] inScope() {
        return rows(label -> !label.equals(OUT_OF_SCOPE));
    }

    /** Rows that belong to none. */
    int[] outOfScope() {
        return rows(OUT_OF_SCOPE::equals);
    }

    /** Topics in the order of their names. */
    List<String> topics() {
        TreeSet<String> topics = new TreeSet<>(labels);
        topics.remove(OUT_OF_SCOPE);
        return List.copyOf(topics);
    }

    String label(int row) {
        return labels.get(row);
    }

    int[] rows(java.util.function.Predicate<String> label) {
        return IntStream.range(0, labels.size())
                .filter(row -> label.test(labels.get(row)))
                .toArray();
    }

    /** The numbers in random order. */
    static int[] shuffled(int[] rows, RandomGenerator random) {
        int[] order = rows.clone();
        for (int i = order.length - 1; i > 0; i--) {
            int j = random.nextInt(i + 1);
            int swapped = order[i];
            order[i] = order[j];
            order[j] = swapped;
        }
        return order;
    }
}
