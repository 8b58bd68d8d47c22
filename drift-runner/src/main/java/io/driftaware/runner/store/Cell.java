package io.driftaware.runner.store;

/**
 * Where a profile belongs.
 *
 * @param owner the stream's label, or the baseline's id
 * @param space {@link EmbeddingSpace#key()}, empty where there is none
 * @param segment empty for the whole
 * @param bucket see {@link Bucket}
 */
record Cell(String owner, String space, String segment, long bucket) {
    /** The cell of the whole stream that this one is a part of. */
    Cell whole() {
        return segment.isEmpty() ? this : new Cell(owner, space, "", bucket);
    }

    /** The cell of a part of the stream that this one is the whole of. */
    Cell part(String ofSegment) {
        return new Cell(owner, space, ofSegment, bucket);
    }
}
