package io.vitrine.gpu;

import java.util.List;

/**
 * A JPEG that the kernels decode, but for its data.
 *
 * @param quantisations steps of each component, row by row
 * @param segments first word and number of bits of each segment of all scans, one after the other
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record ParsedJpeg(Frame frame, Colour colour, List<short[]> quantisations, List<Scan> scans, int[] segments) {
    /**
     * A scan.
     *
     * @param components indices of the frame's components, ascending
     * @param dc table of each of them
     * @param interval MCUs between two restart markers; those of the scan if there are none
     * @param firstSegment of the file's segments
     */
    record Scan(
            List<Integer> components,
            List<HuffmanTable> dc,
            List<HuffmanTable> ac,
            int mcusWide,
            int mcusHigh,
            int interval,
            int firstSegment,
            int segments) {}
}
