package io.driftaware.core.detect;

/**
 * Compares recent traffic with a baseline. Detectors are immutable and hold settings only.
 *
 * @param <P> the profile that it reads
 */
public interface Detector<P> {

    /** The name that its findings carry, in lower case with underscores. */
    String name();

    /**
     * Compares two windows.
     *
     * @param recent what is judged
     * @param baseline what it is compared with
     * @return {@link Finding.Compared}, or {@link Finding.Insufficient} where there is too little to tell: never a
     *     comparison of too little data
     */
    Finding compare(P recent, P baseline);
}
