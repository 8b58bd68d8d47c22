package io.driftaware.logging.spool;

import java.util.List;

/**
 * Records that were read together.
 *
 * @param header of the segment they come from
 * @param records in the order in which they were appended
 * @param recovered whether an earlier process appended them
 * @param lost how many records before them could be read once and can't any more
 */
public record SpoolBatch(byte[] header, List<byte[]> records, boolean recovered, long lost) {}
