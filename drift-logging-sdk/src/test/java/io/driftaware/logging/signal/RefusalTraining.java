package io.driftaware.logging.signal;

import io.driftaware.logging.signal.LabelledReplies.Reply;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Trains the model of {@link RefusalDetector} on the families of {@code training/replies/train}: multinomial logistic
 * regression with an L2 penalty, by gradient descent over all replies with steps per weight (Duchi, Hazan and Singer,
 * "Adaptive subgradient methods", JMLR 2011). Nothing is drawn at random, sums are made in one order and exponentials are
 * StrictMath's, so the same replies give the same bytes everywhere.
 *
 * <p>Refusals and answers weigh the same in sum, so that the score does not lean towards what happens to be more frequent here.
 *
 * <p>A hashed sequence takes part only if at least {@value #LEAST_REPLIES} replies of {@value #LEAST_FAMILIES} families have it:
 * what one voice alone says is no sign of a refusal.
 */
final class RefusalTraining {
    private static final int LEAST_REPLIES = 3;
    private static final int LEAST_FAMILIES = 2;
    private static final int ROUNDS = 300;
    private static final double STEP = 0.3;
    private static final double PENALTY = 0.003;

    private RefusalTraining() {}

    /** Writes the model: {@code FILE}; or prints how families fare that are left out: {@code --cross-validate}. */
    public static void main(String[] arguments) throws IOException {
        List<Reply> replies = LabelledReplies.of("train");
        if (arguments[0].equals("--cross-validate")) {
            FamilyValidation.print(replies);
            return;
        }
        byte[] bytes = train(replies).toBytes();
        Files.write(Path.of(arguments[0]), bytes);
        System.out.printf("%d replies, %,d bytes in %s%n", replies.size(), bytes.length, arguments[0]);
    }

    static RefusalModel train(List<Reply> replies) {
        List<FeatureSet> sets =
                replies.stream().map(reply -> ReplyReader.read(reply.text())).toList();
        boolean[] used = usedFeatures(replies, sets);
        double[][] weights = new double[RefusalModel.CLASSES][FeatureCollector.DIMENSION];
        double[][] squares = new double[RefusalModel.CLASSES][FeatureCollector.DIMENSION];
        double[] bias = new double[RefusalModel.CLASSES];
        double[] biasSquares = new double[RefusalModel.CLASSES];
        double refusals = replies.stream().filter(reply -> reply.label() > 0).count();
        double ofRefusal = sets.size() / (2 * refusals);
        double ofAnswer = sets.size() / (2 * (sets.size() - refusals));
        for (int round = 0; round < ROUNDS; round++) {
            double[][] gradient = new double[RefusalModel.CLASSES][FeatureCollector.DIMENSION];
            double[] biasGradient = new double[RefusalModel.CLASSES];
            for (int i = 0; i < sets.size(); i++) {
                int label = replies.get(i).label();
                double share = label > 0 ? ofRefusal : ofAnswer;
                addGradient(sets.get(i), label, share, used, weights, bias, gradient, biasGradient);
            }
            for (int k = 0; k < RefusalModel.CLASSES; k++) {
                for (int f = 0; f < FeatureCollector.DIMENSION; f++) {
                    if (used[f]) {
                        double g = gradient[k][f] / sets.size() + PENALTY * weights[k][f];
                        squares[k][f] += g * g;
                        weights[k][f] -= STEP * g / (Math.sqrt(squares[k][f]) + 1e-8);
                    }
                }
                double g = biasGradient[k] / sets.size();
                biasSquares[k] += g * g;
                bias[k] -= STEP * g / (Math.sqrt(biasSquares[k]) + 1e-8);
            }
        }
        return RefusalModel.of(bias, weights);
    }

    private static void addGradient(
            FeatureSet set,
            int label,
            double share,
            boolean[] used,
            double[][] weights,
            double[] bias,
            double[][] gradient,
            double[] biasGradient) {
        double sequence = RefusalModel.sequenceValue(set.hashed());
        double[] scores = bias.clone();
        for (int k = 0; k < scores.length; k++) {
            for (int f : set.features()) {
                scores[k] += weights[k][f] * (f >= FeatureCollector.HASHED ? sequence : 1);
            }
        }
        double[] probabilities = RefusalModel.softmax(scores);
        for (int k = 0; k < probabilities.length; k++) {
            double error = share * (probabilities[k] - (k == label ? 1 : 0));
            biasGradient[k] += error;
            for (int f : set.features()) {
                if (used[f]) {
                    gradient[k][f] += error * (f >= FeatureCollector.HASHED ? sequence : 1);
                }
            }
        }
    }

    private static boolean[] usedFeatures(List<Reply> replies, List<FeatureSet> sets) {
        int[] counts = new int[FeatureCollector.DIMENSION];
        Map<Integer, Set<String>> families = new HashMap<>();
        for (int i = 0; i < sets.size(); i++) {
            for (int f : sets.get(i).features()) {
                counts[f]++;
                families.computeIfAbsent(f, key -> new HashSet<>())
                        .add(replies.get(i).family());
            }
        }
        boolean[] used = new boolean[FeatureCollector.DIMENSION];
        families.forEach((f, in) -> used[f] = counts[f] >= LEAST_REPLIES && in.size() >= LEAST_FAMILIES);
        return used;
    }
}
