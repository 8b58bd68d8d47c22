package io.driftaware.core.baseline;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * The vectors of a sketch, joined two groups at a time, always those two whose union adds least to the squared distances from
 * the groups' means (Ward, "Hierarchical grouping to optimize an objective function", JASA 58, 1963), by chains of nearest
 * neighbours (Murtagh, "A survey of recent advances in hierarchical clustering algorithms", Computer Journal 26, 1983). Its
 * nodes follow the topics of real queries, whatever their size, better than neighbourhoods of fixed sizes do; a cut through
 * it makes clusters. Costs the square of the sketch in time and, while it is made, in memory.
 */
final class TopicTree {

    /** The vectors, those of a node next to each other. */
    private final int[] order;
    /** Where a node starts and ends in the order, by rising height; the last is the root. */
    private final int[] from;

    private final int[] to;
    private final int[][] children;

    private TopicTree(int[] order, int[] from, int[] to, int[][] children) {
        this.order = order;
        this.from = from;
        this.to = to;
        this.children = children;
    }

    static TopicTree of(UnitVectors sketch, DotProducts products) {
        return new Joining(sketch, products).tree();
    }

    /** Nodes of two vectors and more. */
    int nodes() {
        return from.length;
    }

    int from(int node) {
        return from[node];
    }

    int to(int node) {
        return to[node];
    }

    int vectorAt(int place) {
        return order[place];
    }

    int[] vectors(int node) {
        return Arrays.copyOfRange(order, from[node], to[node]);
    }

    /** Cuts the highest joins: the cluster of each vector, numbered in the tree's order. */
    int[] cut(int clusters) {
        boolean[] starts = new boolean[order.length + 1];
        for (int node = from.length - Math.min(clusters - 1, from.length); node < from.length; node++) {
            // Its second part starts where the first one ends.
            starts[children[node][1]] = true;
        }
        int[] cluster = new int[order.length];
        int number = 0;
        for (int place = 0; place < order.length; place++) {
            number += starts[place] ? 1 : 0;
            cluster[order[place]] = number;
        }
        return cluster;
    }

    /** The tree being made. */
    private static final class Joining {
        private final int count;
        private final float[][] distance;
        private final int[] size;
        /** Two groups, by a vector in each, and the height of their join. */
        private final int[][] joined;

        private final double[] height;
        private int joins;

        Joining(UnitVectors sketch, DotProducts products) {
            this.count = sketch.count();
            this.distance = products.allDistances(sketch);
            this.size = new int[count];
            Arrays.fill(size, 1);
            this.joined = new int[count - 1][];
            this.height = new double[count - 1];
            int[] chain = new int[count];
            int length = 0;
            while (joins < count - 1) {
                if (length == 0) {
                    chain[length++] = IntStream.range(0, count)
                            .filter(group -> size[group] > 0)
                            .findFirst()
                            .orElseThrow();
                }
                int last = chain[length - 1];
                int before = length > 1 ? chain[length - 2] : -1;
                int nearest = nearest(last, before);
                if (nearest == before) {
                    join(Math.min(last, before), Math.max(last, before));
                    length -= 2;
                } else {
                    chain[length++] = nearest;
                }
            }
        }

        /** The nearest other group, the one before in the chain if it is as near as any. */
        private int nearest(int group, int before) {
            int nearest = before;
            float least = before < 0 ? Float.POSITIVE_INFINITY : distance[group][before];
            for (int other = 0; other < count; other++) {
                if (size[other] > 0 && other != group && distance[group][other] < least) {
                    least = distance[group][other];
                    nearest = other;
                }
            }
            return nearest;
        }

        /** The first takes in the second (the update of Lance and Williams for squared distances). */
        private void join(int one, int other) {
            double between = distance[one][other];
            joined[joins] = new int[] {one, other};
            height[joins++] = between;
            for (int group = 0; group < count; group++) {
                if (size[group] > 0 && group != one && group != other) {
                    double sum = (double) (size[one] + size[group]) * distance[one][group]
                            + (double) (size[other] + size[group]) * distance[other][group]
                            - size[group] * between;
                    float updated = (float) (sum / (size[one] + size[other] + size[group]));
                    distance[one][group] = updated;
                    distance[group][one] = updated;
                }
            }
            size[one] += size[other];
            size[other] = 0;
        }

        /** Lays the groups out by rising height; one that is joined becomes a run of places. */
        TopicTree tree() {
            Integer[] rising = IntStream.range(0, joins).boxed().toArray(Integer[]::new);
            Arrays.sort(rising, Comparator.comparingDouble((Integer join) -> height[join]));
            int[] node = IntStream.range(0, count).toArray();
            int[] root = IntStream.range(0, count).toArray();
            int[] vectors = new int[2 * count - 1];
            Arrays.fill(vectors, 0, count, 1);
            int[][] parts = new int[joins][];
            for (int i = 0; i < joins; i++) {
                int one = find(root, joined[rising[i]][0]);
                int other = find(root, joined[rising[i]][1]);
                parts[i] = new int[] {node[one], node[other]};
                vectors[count + i] = vectors[node[one]] + vectors[node[other]];
                root[other] = one;
                node[one] = count + i;
            }
            int[] start = new int[2 * count - 1];
            int[] order = new int[count];
            int[] from = new int[joins];
            int[] to = new int[joins];
            int[][] children = new int[joins][];
            for (int i = joins - 1; i >= 0; i--) {
                int second = start[count + i] + vectors[parts[i][0]];
                start[parts[i][0]] = start[count + i];
                start[parts[i][1]] = second;
                from[i] = start[count + i];
                to[i] = start[count + i] + vectors[count + i];
                children[i] = new int[] {from[i], second};
            }
            for (int vector = 0; vector < count; vector++) {
                order[start[vector]] = vector;
            }
            return new TopicTree(order, from, to, children);
        }

        private static int find(int[] root, int vector) {
            int at = vector;
            while (root[at] != at) {
                root[at] = root[root[at]];
                at = root[at];
            }
            return at;
        }
    }
}
