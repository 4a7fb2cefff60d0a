package io.vitrine.gpu;

/** The size of a component: samples that count, and MCUs of a scan of all components. */
record JpegPlan(int horizontal, int vertical, int width, int height, int mcusWide, int mcusHigh) {
    static JpegPlan of(JpegSketch sketch, int component) {
        int largestH = 1;
        int largestV = 1;
        for (int sampling : sketch.samplings()) {
            largestH = Math.max(largestH, sampling >> 4);
            largestV = Math.max(largestV, sampling & 15);
        }
        int h = sketch.samplings().get(component) >> 4;
        int v = sketch.samplings().get(component) & 15;
        return new JpegPlan(
                h,
                v,
                JpegWriter.ceilDiv(sketch.width() * h, largestH),
                JpegWriter.ceilDiv(sketch.height() * v, largestV),
                JpegWriter.ceilDiv(sketch.width(), 8 * largestH),
                JpegWriter.ceilDiv(sketch.height(), 8 * largestV));
    }
}
