package io.vitrine.gpu;

import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * What a JPEG of {@link JpegWriter} is like.
 *
 * @param samplings of each component: horizontal factor << 4 | vertical factor
 * @param interval MCUs between restart markers; 0: none
 */
record JpegSketch(
        int width,
        int height,
        List<Integer> samplings,
        Colours colours,
        Quantisation quantisation,
        Scans scans,
        int interval,
        int orientation,
        long seed) {
    /** What says which colours the components are. */
    record Colours(List<Integer> ids, boolean jfif, Optional<Integer> adobeTransform) {}

    /**
     * Steps of the quantisation.
     *
     * @param step large for low quality
     * @param wide whether steps have 16 bits, in an extended frame
     */
    record Quantisation(int step, boolean wide) {}

    /**
     * Scans.
     *
     * @param components of each
     * @param tables Huffman's
     */
    record Scans(List<List<Integer>> components, JpegCodes.Kind tables) {}

    /** A picture of one scan, baseline, with the tables of the standard, in JFIF if it has at most three components. */
    static JpegSketch of(int width, int height, List<Integer> samplings) {
        List<Integer> all = IntStream.range(0, samplings.size()).boxed().toList();
        List<Integer> ids = all.stream().map(i -> i + 1).toList();
        return new JpegSketch(
                width,
                height,
                samplings,
                new Colours(ids, samplings.size() < 4, Optional.empty()),
                new Quantisation(8, false),
                new Scans(List.of(all), JpegCodes.Kind.STANDARD),
                0,
                1,
                width * 1000L + height);
    }

    /** Number of the tables of a component: the first has its own. */
    static int table(int component) {
        return component == 0 || component == 3 ? 0 : 1;
    }

    JpegSketch stored(int orientation) {
        return with(colours, quantisation, scans, interval, orientation, seed);
    }

    JpegSketch quantised(int step, boolean wide) {
        return with(colours, new Quantisation(step, wide), scans, interval, orientation, seed);
    }

    JpegSketch restarting(int interval) {
        return with(colours, quantisation, scans, interval, orientation, seed);
    }

    JpegSketch scanned(List<List<Integer>> components, JpegCodes.Kind tables) {
        return with(colours, quantisation, new Scans(components, tables), interval, orientation, seed);
    }

    JpegSketch coloured(List<Integer> ids, boolean jfif, Optional<Integer> adobeTransform) {
        return with(new Colours(ids, jfif, adobeTransform), quantisation, scans, interval, orientation, seed);
    }

    JpegSketch seeded(long seed) {
        return with(colours, quantisation, scans, interval, orientation, seed);
    }

    /** The same picture in another form. */
    private JpegSketch with(
            Colours colours, Quantisation quantisation, Scans scans, int interval, int orientation, long seed) {
        return new JpegSketch(width, height, samplings, colours, quantisation, scans, interval, orientation, seed);
    }

    @Override
    public String toString() {
        return width + "x" + height + " "
                + samplings.stream().map(Integer::toHexString).toList() + " ids " + colours.ids
                + (colours.jfif ? " JFIF" : "")
                + colours.adobeTransform.map(t -> " Adobe " + t).orElse("") + " stored " + orientation
                + " step " + quantisation.step + (quantisation.wide ? " wide" : "") + " interval " + interval
                + " scans " + scans.components + " " + scans.tables + " seed " + seed;
    }
}
