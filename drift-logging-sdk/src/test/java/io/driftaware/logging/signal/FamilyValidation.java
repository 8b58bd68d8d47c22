package io.driftaware.logging.signal;

import io.driftaware.logging.signal.LabelledReplies.Reply;
import java.util.EnumSet;
import java.util.List;

/** Trains without one family after the other and judges each by the model that has not seen it. */
final class FamilyValidation {
    private FamilyValidation() {}

    static void print(List<Reply> replies) {
        int[] all = new int[4];
        int kinds = 0;
        for (String family : replies.stream().map(Reply::family).distinct().toList()) {
            RefusalModel model = RefusalTraining.train(
                    replies.stream().filter(r -> !r.family().equals(family)).toList());
            var detector = new RefusalDetector(model, EnumSet.allOf(RefusalDetector.Kind.class));
            int[] own = new int[4];
            for (Reply reply :
                    replies.stream().filter(r -> r.family().equals(family)).toList()) {
                SignalResult result = detector.detect(null, reply.text());
                boolean flagged = result.verdict() == Verdict.FLAGGED;
                boolean refusal = reply.label() > 0;
                own[(refusal ? 0 : 2) + (flagged ? 0 : 1)]++;
                if (flagged
                        && refusal
                        && RefusalDetector.Kind.valueOf(result.kind()).ordinal() == reply.label() - 1) {
                    kinds++;
                }
                if (flagged != refusal) {
                    System.out.printf(
                            "  %s %d %.2f %s%n",
                            family, reply.label(), result.score(), reply.text().replace("\n", "\\n"));
                }
            }
            print(family, own);
            for (int i = 0; i < 4; i++) {
                all[i] += own[i];
            }
        }
        print("all", all);
        System.out.printf("kind right in %d of %d found%n", kinds, all[0]);
    }

    private static void print(String name, int[] c) {
        double precision = c[0] / (double) Math.max(1, c[0] + c[2]);
        double recall = c[0] / (double) Math.max(1, c[0] + c[1]);
        System.out.printf(
                "%-24s found %d missed %d false %d right %d  P %.3f R %.3f F1 %.3f%n",
                name,
                c[0],
                c[1],
                c[2],
                c[3],
                precision,
                recall,
                2 * precision * recall / Math.max(1e-9, precision + recall));
    }
}
