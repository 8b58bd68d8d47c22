package io.driftaware.logging.signal;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;

/**
 * Multinomial logistic regression over the features of a reply: an answer, or one of three kinds of refusal. A feature that is
 * there counts 1; a hashed sequence counts {@link #SEQUENCE_SCALE} over the root of their number, so that together they weigh
 * the same in a long opening and in a short one.
 *
 * <p>Stored form, big-endian: version byte 1; the number of classes (1 byte) and of features (4); for each class its bias and
 * the scale of its weights (4 bytes each, IEEE single), and one signed byte for each feature.
 */
final class RefusalModel {
    static final int CLASSES = 4;
    static final double SEQUENCE_SCALE = 4.0;
    private static final byte VERSION = 1;
    private static final int MOST_POSITIVE = 127;

    private final float[] bias;
    private final float[] scale;
    private final byte[][] weights;

    private RefusalModel(float[] bias, float[] scale, byte[][] weights) {
        this.bias = bias;
        this.scale = scale;
        this.weights = weights;
    }

    /** Rounds trained weights to bytes. */
    static RefusalModel of(double[] bias, double[][] trained) {
        float[] biases = new float[CLASSES];
        float[] scales = new float[CLASSES];
        byte[][] rounded = new byte[CLASSES][FeatureCollector.DIMENSION];
        for (int k = 0; k < CLASSES; k++) {
            double largest = 1e-6;
            for (double weight : trained[k]) {
                largest = Math.max(largest, Math.abs(weight));
            }
            biases[k] = (float) bias[k];
            scales[k] = (float) (largest / MOST_POSITIVE);
            for (int f = 0; f < FeatureCollector.DIMENSION; f++) {
                rounded[k][f] = (byte) Math.rint(trained[k][f] / scales[k]);
            }
        }
        return new RefusalModel(biases, scales, rounded);
    }

    /** {@return the probability of an answer, and of each {@link RefusalDetector.Kind} in its order} */
    double[] probabilities(FeatureSet set) {
        double[] scores = new double[CLASSES];
        int[] features = set.features();
        int dense = features.length - set.hashed();
        double share = sequenceValue(set.hashed());
        for (int k = 0; k < CLASSES; k++) {
            byte[] of = weights[k];
            int whole = 0;
            int sequences = 0;
            for (int i = 0; i < dense; i++) {
                whole += of[features[i]];
            }
            for (int i = dense; i < features.length; i++) {
                sequences += of[features[i]];
            }
            scores[k] = bias[k] + scale[k] * (whole + share * sequences);
        }
        return softmax(scores);
    }

    static double sequenceValue(int sequences) {
        return SEQUENCE_SCALE / Math.sqrt(Math.max(1, sequences));
    }

    /** In place. StrictMath: the same on every machine. */
    static double[] softmax(double[] scores) {
        double largest = Double.NEGATIVE_INFINITY;
        for (double score : scores) {
            largest = Math.max(largest, score);
        }
        double sum = 0;
        for (int k = 0; k < scores.length; k++) {
            scores[k] = StrictMath.exp(scores[k] - largest);
            sum += scores[k];
        }
        for (int k = 0; k < scores.length; k++) {
            scores[k] /= sum;
        }
        return scores;
    }

    byte[] toBytes() {
        var bytes = new ByteArrayOutputStream();
        try (var out = new DataOutputStream(bytes)) {
            out.writeByte(VERSION);
            out.writeByte(CLASSES);
            out.writeInt(FeatureCollector.DIMENSION);
            for (int k = 0; k < CLASSES; k++) {
                out.writeFloat(bias[k]);
                out.writeFloat(scale[k]);
                out.write(weights[k]);
            }
        } catch (IOException e) {
            throw new IllegalStateException("an array in memory can't fail", e);
        }
        return bytes.toByteArray();
    }

    /** @throws IOException if the bytes are no model of this version, or end too early */
    static RefusalModel read(InputStream stream) throws IOException {
        var in = new DataInputStream(stream);
        int version = in.readByte();
        if (version != VERSION) {
            throw new IOException("the model has version " + version + ", this SDK reads " + VERSION);
        }
        int classes = in.readUnsignedByte();
        int dimension = in.readInt();
        if (classes != CLASSES || dimension != FeatureCollector.DIMENSION) {
            throw new IOException("the model has %d classes of %d weights, not %d of %d"
                    .formatted(classes, dimension, CLASSES, FeatureCollector.DIMENSION));
        }
        float[] bias = new float[CLASSES];
        float[] scale = new float[CLASSES];
        byte[][] weights = new byte[CLASSES][dimension];
        for (int k = 0; k < CLASSES; k++) {
            bias[k] = in.readFloat();
            scale[k] = in.readFloat();
            in.readFully(weights[k]);
        }
        return new RefusalModel(bias, scale, weights);
    }
}
