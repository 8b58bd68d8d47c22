package io.driftaware.core.baseline;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * The bins that novelty scores are counted in. Their edges are quantiles of the held-out scores, closer together in the
 * upper tail; equal quantiles make one edge. A score on an edge belongs below it, so what lies above an edge is strictly
 * greater.
 */
final class NoveltyScale {

    private static final double[] LEVELS = levels();

    static final double NOVEL_LEVEL = 0.95;

    private final float[] edges;
    private final int novelEdge;

    private NoveltyScale(float[] edges, int novelEdge) {
        this.edges = edges;
        this.novelEdge = novelEdge;
    }

    private static double[] levels() {
        double[] levels = new double[34];
        int n = 0;
        for (int percent = 5; percent < 80; percent += 5) {
            levels[n++] = percent / 100.0;
        }
        for (int percent = 80; percent < 90; percent += 2) {
            levels[n++] = percent / 100.0;
        }
        for (int percent = 90; percent < 100; percent++) {
            levels[n++] = percent / 100.0;
        }
        levels[n++] = 0.995;
        levels[n++] = 0.998;
        levels[n++] = 0.999;
        return Arrays.copyOf(levels, n);
    }

    /** @param scores at least one, changed in their order */
    static NoveltyScale of(float[] scores) {
        Arrays.sort(scores);
        float[] edges = new float[LEVELS.length];
        int n = 0;
        int novelEdge = 0;
        for (double level : LEVELS) {
            float edge = scores[(int) Math.ceil(level * scores.length) - 1];
            if (n == 0 || edge > edges[n - 1]) {
                edges[n++] = edge;
            }
            if (level == NOVEL_LEVEL) {
                novelEdge = n - 1;
            }
        }
        return new NoveltyScale(Arrays.copyOf(edges, n), novelEdge);
    }

    static NoveltyScale read(ByteBuffer in, int size, int novelEdge) {
        float[] edges = new float[size];
        for (int i = 0; i < size; i++) {
            edges[i] = in.getFloat();
        }
        return new NoveltyScale(edges, novelEdge);
    }

    void write(ByteBuffer out) {
        for (float edge : edges) {
            out.putFloat(edge);
        }
    }

    int edges() {
        return edges.length;
    }

    float edge(int index) {
        return edges[index];
    }

    int bins() {
        return edges.length + 1;
    }

    /** The edge at the 95 % quantile: rows above it are called novel. */
    int novelEdge() {
        return novelEdge;
    }

    /** How many edges lie below the score. */
    int bin(float score) {
        int low = 0;
        int high = edges.length;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (score > edges[middle]) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }
}
