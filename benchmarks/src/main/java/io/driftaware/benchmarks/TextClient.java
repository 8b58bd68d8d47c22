package io.driftaware.benchmarks;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * What most clients do: fetch every embedding of both windows as text, parse it, hold it, and average. Timed twice in a JVM
 * of its own; the second time counts.
 */
final class TextClient {
    private TextClient() {}

    public static void main(String[] arguments) throws SQLException {
        var dataSource = new PGSimpleDataSource();
        dataSource.setUrl(arguments[0]);
        try (Connection connection = dataSource.getConnection()) {
            double cold = compare(connection, false);
            double warm = compare(connection, true);
            System.out.println("cold=" + cold);
            System.out.println("warm=" + warm);
            System.out.println("peak=" + Machine.peakMegabytes());
        }
    }

    private static double compare(Connection connection, boolean print) throws SQLException {
        long start = System.nanoTime();
        List<float[]> recent = fetch(connection, "timestamp >= now() - INTERVAL '7 days' AND timestamp < now()");
        List<float[]> baseline =
                fetch(connection, "timestamp >= now() - INTERVAL '37 days' AND timestamp < now() - INTERVAL '30 days'");
        double score = 1 - cosine(centroid(recent), centroid(baseline));
        double seconds = (System.nanoTime() - start) / 1e9;
        if (print) {
            System.out.println("rows=" + (recent.size() + baseline.size()));
            System.out.println("score=" + score);
        }
        return seconds;
    }

    private static List<float[]> fetch(Connection connection, String window) throws SQLException {
        List<float[]> vectors = new ArrayList<>();
        try (var statement = connection.createStatement();
                var rows = statement.executeQuery(
                        "SELECT embedding::text FROM embeddings_log WHERE type = 'query' AND " + window)) {
            while (rows.next()) {
                vectors.add(parse(rows.getString(1)));
            }
        }
        return vectors;
    }

    /** Reads {@code [1,2,3]} and {@code {1,2,3}}. */
    private static float[] parse(String text) {
        float[] vector = new float[Embeddings.DIMENSION];
        int start = 1;
        for (int i = 0; i < vector.length; i++) {
            int comma = text.indexOf(',', start);
            int end = comma < 0 ? text.length() - 1 : comma;
            vector[i] = Float.parseFloat(text.substring(start, end));
            start = end + 1;
        }
        return vector;
    }

    private static double[] centroid(List<float[]> vectors) {
        double[] mean = new double[Embeddings.DIMENSION];
        for (float[] vector : vectors) {
            for (int i = 0; i < mean.length; i++) {
                mean[i] += vector[i];
            }
        }
        for (int i = 0; i < mean.length; i++) {
            mean[i] /= vectors.size();
        }
        return mean;
    }

    private static double cosine(double[] a, double[] b) {
        double dot = 0;
        double lengthA = 0;
        double lengthB = 0;
        for (int i = 0; i < a.length; i++) {
            dot += a[i] * b[i];
            lengthA += a[i] * a[i];
            lengthB += b[i] * b[i];
        }
        return dot / Math.sqrt(lengthA * lengthB);
    }
}
