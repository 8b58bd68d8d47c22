package io.driftaware.core.detect;

import io.driftaware.core.profile.EmbeddingProfile;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.mult.VectorVectorMult_DDRM;

/**
 * How two centroids lie to each other, and how much of that is noise.
 *
 * @param cosineDistance 1 - cos of the centroids, 0 to 2; NaN where one has no length
 * @param recentSignal share of the recent centroid's squared length that is not noise; may be negative
 * @param baselineSignal the same of the baseline
 */
record CentroidGeometry(double cosineDistance, double recentSignal, double baselineSignal) {

    static CentroidGeometry of(EmbeddingProfile recent, EmbeddingProfile baseline) {
        DMatrixRMaj x = recent.centroidMatrix();
        DMatrixRMaj y = baseline.centroidMatrix();
        return new CentroidGeometry(cosineDistance(x, y), signal(x, recent), signal(y, baseline));
    }

    static double cosineDistance(DMatrixRMaj x, DMatrixRMaj y) {
        double lengths = StrictMath.sqrt(squaredLength(x)) * StrictMath.sqrt(squaredLength(y));
        double cosine = VectorVectorMult_DDRM.innerProd(x, y) / lengths;
        return 1 - Math.max(-1, Math.min(1, cosine));
    }

    /** How far 1 - cos is from zero when the directions behind both samples are the same. */
    double noiseFloor() {
        return 1 - StrictMath.sqrt(recentSignal * baselineSignal);
    }

    /** 1 - cos of the directions behind the samples; about 0 without drift, and below 0 as often as above. */
    double debiased() {
        return 1 - (1 - cosineDistance) / (1 - noiseFloor());
    }

    private static double signal(DMatrixRMaj centroid, EmbeddingProfile profile) {
        return 1 - profile.covarianceTrace() / profile.count() / squaredLength(centroid);
    }

    private static double squaredLength(DMatrixRMaj vector) {
        return VectorVectorMult_DDRM.innerProd(vector, vector);
    }
}
