package io.vitrine.gpu;

import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * What a JPEG of {@link JpegWriter} is like.
 *
 * @param samplings of each component: horizontal factor << 4 | vertical factor
 * @param step of quantisation; large for low quality
 * @param wide whether steps have 16 bits, in an extended frame
 * @param interval MCUs between restart markers; 0: none
 * @param scans the components of each
 * @param tables Huffman's
 */
record JpegSketch(
        int width,
        int height,
        List<Integer> samplings,
        List<Integer> ids,
        boolean jfif,
        Optional<Integer> adobeTransform,
        int orientation,
        int step,
        boolean wide,
        int interval,
        List<List<Integer>> scans,
        JpegCodes.Kind tables,
        long seed) {
    /** A picture of one scan, baseline, with the tables of the standard, in JFIF if it has at most three components. */
    static JpegSketch of(int width, int height, List<Integer> samplings) {
        int count = samplings.size();
        List<Integer> all = IntStream.range(0, count).boxed().toList();
        List<Integer> ids = all.stream().map(i -> i + 1).toList();
        return new JpegSketch(
                width,
                height,
                samplings,
                ids,
                count < 4,
                Optional.empty(),
                1,
                8,
                false,
                0,
                List.of(all),
                JpegCodes.Kind.STANDARD,
                width * 1000L + height);
    }

    /** Number of the tables of a component: the first has its own. */
    static int table(int component) {
        return component == 0 || component == 3 ? 0 : 1;
    }

    JpegSketch stored(int orientation) {
        return new JpegSketch(
                width, height, samplings, ids, jfif, adobeTransform, orientation, step, wide, interval, scans, tables, seed);
    }

    JpegSketch quantised(int step, boolean wide) {
        return new JpegSketch(
                width, height, samplings, ids, jfif, adobeTransform, orientation, step, wide, interval, scans, tables, seed);
    }

    JpegSketch restarting(int interval) {
        return new JpegSketch(
                width, height, samplings, ids, jfif, adobeTransform, orientation, step, wide, interval, scans, tables, seed);
    }

    JpegSketch scanned(List<List<Integer>> scans, JpegCodes.Kind tables) {
        return new JpegSketch(
                width, height, samplings, ids, jfif, adobeTransform, orientation, step, wide, interval, scans, tables, seed);
    }

    JpegSketch coloured(List<Integer> ids, boolean jfif, Optional<Integer> adobeTransform) {
        return new JpegSketch(
                width, height, samplings, ids, jfif, adobeTransform, orientation, step, wide, interval, scans, tables, seed);
    }

    JpegSketch seeded(long seed) {
        return new JpegSketch(
                width, height, samplings, ids, jfif, adobeTransform, orientation, step, wide, interval, scans, tables, seed);
    }

    @Override
    public String toString() {
        return width + "x" + height + " " + samplings.stream().map(Integer::toHexString).toList() + " ids " + ids
                + (jfif ? " JFIF" : "") + adobeTransform.map(t -> " Adobe " + t).orElse("") + " stored " + orientation
                + " step " + step + (wide ? " wide" : "") + " interval " + interval + " scans " + scans + " " + tables
                + " seed " + seed;
    }
}
