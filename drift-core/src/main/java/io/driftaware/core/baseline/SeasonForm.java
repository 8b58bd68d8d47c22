package io.driftaware.core.baseline;

import io.driftaware.core.profile.StoredForm;
import io.driftaware.core.sequential.WeekPart;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;

/** The stored form of the parts of the week, see {@link BaselineForm}. */
final class SeasonForm {

    private static final String WHAT = "embedding baseline";

    private SeasonForm() {}

    /** One for each part, in the order of {@link WeekPart#values()}; none where there are no parts. */
    static byte[][] write(Map<WeekPart, HeldOut> season) {
        EnumMap<WeekPart, HeldOut> ordered = new EnumMap<>(WeekPart.class);
        ordered.putAll(season);
        return ordered.values().stream().map(SeasonForm::write).toArray(byte[][]::new);
    }

    private static byte[] write(HeldOut part) {
        byte[] profile = part.profile().toBytes();
        long[] reference = part.growth().reference();
        ByteBuffer out = ByteBuffer.allocate(FeatureTraces.STORED_BYTES
                        + GrowthScan.STORED_BYTES
                        + (reference.length + 1) * Integer.BYTES
                        + profile.length)
                .order(ByteOrder.LITTLE_ENDIAN);
        part.traces().write(out);
        part.growth().write(out);
        for (long count : reference) {
            out.putInt(Math.toIntExact(count));
        }
        return out.putInt(profile.length).put(profile).array();
    }

    /** @param in up to its end */
    static Map<WeekPart, HeldOut> read(ByteBuffer in, Reference reference, NoveltyScale scale, HeldOut whole) {
        Map<WeekPart, HeldOut> season = new EnumMap<>(WeekPart.class);
        for (WeekPart part : WeekPart.values()) {
            season.put(part, readPart(in, reference, scale, whole));
        }
        StoredForm.check(!in.hasRemaining(), WHAT + ": " + in.remaining() + " bytes follow its parts of the week");
        requireParts(season, whole);
        return season;
    }

    private static HeldOut readPart(ByteBuffer in, Reference reference, NoveltyScale scale, HeldOut whole) {
        int sketchSize = reference.sketchSize();
        int fixed = FeatureTraces.STORED_BYTES + GrowthScan.STORED_BYTES + (sketchSize + 1) * Integer.BYTES;
        StoredForm.check(
                in.remaining() >= fixed, WHAT + ": " + in.remaining() + " bytes are too few for a part of the week");
        FeatureTraces traces = FeatureTraces.read(in, WHAT);
        ByteBuffer growth = in.slice().order(ByteOrder.LITTLE_ENDIAN);
        in.position(in.position() + GrowthScan.STORED_BYTES);
        long[] counts = new long[sketchSize];
        for (int i = 0; i < sketchSize; i++) {
            counts[i] = in.getInt();
        }
        int length = in.getInt();
        StoredForm.check(
                length >= 0 && length <= in.remaining(), WHAT + ": a part of the week has no " + length + " bytes");
        byte[] stored = new byte[length];
        in.get(stored);
        ScoredProfile profile = ScoredProfile.fromBytes(stored);
        StoredForm.check(
                profile.baseline() == whole.profile().baseline()
                        && profile.isFor(scale.bins(), sketchSize)
                        && profile.count() > 0,
                WHAT + ": a part of the week is empty, or was scored against something else");
        return new HeldOut(profile, traces, whole.growth().readOther(growth, reference, counts, WHAT));
    }

    /** Every row is in one part. */
    private static void requireParts(Map<WeekPart, HeldOut> season, HeldOut whole) {
        long rows = 0;
        long[] counts = new long[whole.growth().reference().length];
        for (HeldOut part : season.values()) {
            rows += part.profile().count();
            long[] heldOut = part.profile().nearestCounts();
            long[] both = part.growth().reference();
            for (int i = 0; i < counts.length; i++) {
                StoredForm.check(
                        both[i] >= heldOut[i],
                        WHAT + ": " + both[i] + " rows near sketch vector " + i + " are fewer than the " + heldOut[i]
                                + " held out in a part of the week");
                counts[i] += both[i];
            }
        }
        StoredForm.check(
                rows == whole.profile().count()
                        && Arrays.equals(counts, whole.growth().reference()),
                WHAT + ": the parts of the week do not add up to its rows");
    }
}
