package io.vitrine.gpu;

import io.vitrine.Size;
import io.vitrine.image.resample.AxisWeights;
import java.nio.ByteBuffer;
import java.util.List;

/** Writes the structures of {@code layout.h}. Buffers are little-endian. */
final class BatchLayout {
    static final int IMAGE_BYTES = 272;
    static final int SCAN_BYTES = 92;
    static final int SEGMENT_BYTES = 16;
    static final int QUANTISATION_BYTES = 128;
    static final int BATCH_BYTES = 3224;

    private static final int MAX_COMPONENTS = 4;
    private static final int MAX_MCU_BLOCKS = 10;
    private static final int COMPONENT_BYTES = 32;
    private static final int AXIS_BYTES = 24;
    private static final int CHANNELS = 3;

    private BatchLayout() {}

    /**
     * Where the parts of an image lie.
     *
     * @param coefficients index of the first block
     * @param samples index of the first byte, as are {@code rows} and {@code output}
     */
    record Places(int firstScan, int firstQuantisation, long coefficients, long samples, long rows, long output) {}

    /** Addresses of the sections of a launch on the device. */
    record Addresses(
            long image,
            long scan,
            long segment,
            long huffman,
            long quantisation,
            long stream,
            long coefficient,
            long block,
            long sample,
            long rows,
            long output,
            long status) {}

    static void writeImage(ByteBuffer out, PreparedImage image, Places places, LaunchTables tables) {
        int end = out.position() + IMAGE_BYTES;
        Frame frame = image.jpeg().frame();
        out.putInt(frame.width()).putInt(frame.height());
        out.putInt(frame.components().size()).putInt(image.jpeg().colour().ordinal());
        out.putInt(frame.horizontal()).putInt(frame.vertical()).putInt(image.orientation());
        out.putInt(places.firstScan()).putInt(image.jpeg().scans().size());
        out.putInt((int) frame.blocks());
        out.putLong(places.coefficients()).putLong(places.samples()).putLong(places.rows());
        int block = 0;
        for (int i = 0; i < frame.components().size(); i++) {
            Frame.Component component = frame.components().get(i);
            out.putInt(component.horizontal()).putInt(component.vertical());
            out.putInt(places.firstQuantisation() + i);
            out.putInt(component.blocksWide()).putInt(component.blocksHigh());
            out.putInt(component.width()).putInt(component.height()).putInt(block);
            block += (int) component.blocks();
        }
        skip(out, COMPONENT_BYTES * (MAX_COMPONENTS - frame.components().size()));
        ResizePlan plan = image.plan();
        writeAxis(out, plan.horizontal(), tables);
        writeAxis(out, plan.vertical(), tables);
        out.putInt(plan.firstRow()).putInt(plan.lastRow());
        out.putInt(plan.order() == ResizePlan.Order.VERTICAL_FIRST ? 1 : 0);
        out.putInt(plan.cropLeft()).putInt(plan.cropTop()).putInt(0);
        out.putLong(places.output());
        require(out, end);
    }

    private static void writeAxis(ByteBuffer out, Axis axis, LaunchTables tables) {
        out.putInt(axis.in()).putInt(axis.out());
        if (axis.weights().isEmpty()) {
            skip(out, AXIS_BYTES - 8);
            return;
        }
        AxisWeights weights = axis.weights().get();
        int first = tables.firstWord(weights);
        out.putInt(weights.stride()).putInt(first).putInt(first + weights.out()).putInt(first + 2 * weights.out());
    }

    /** @param image index of the image */
    static void writeScan(
            ByteBuffer out, int image, Frame frame, ParsedJpeg.Scan scan, int firstSegment, LaunchTables tables) {
        int end = out.position() + SCAN_BYTES;
        List<Integer> components = scan.components();
        boolean interleaved = components.size() > 1;
        out.putInt(image).putInt(components.size());
        int start = out.position();
        skip(out, 3 * Integer.BYTES + 3 * MAX_MCU_BLOCKS + 2);
        int block = 0;
        for (int component : components) {
            int wide = interleaved ? frame.components().get(component).horizontal() : 1;
            int high = interleaved ? frame.components().get(component).vertical() : 1;
            for (int i = 0; i < wide * high; i++, block++) {
                int at = start + 3 * Integer.BYTES + block;
                out.put(at, (byte) component);
                out.put(at + MAX_MCU_BLOCKS, (byte) (i % wide));
                out.put(at + 2 * MAX_MCU_BLOCKS, (byte) (i / wide));
            }
        }
        out.putInt(start, block).putInt(start + 4, scan.mcusWide()).putInt(start + 8, scan.mcusHigh());
        writeNumbers(out, components, scan.dc(), tables);
        writeNumbers(out, components, scan.ac(), tables);
        out.putInt(firstSegment).putInt(scan.segments());
        require(out, end);
    }

    private static void writeNumbers(
            ByteBuffer out, List<Integer> components, List<HuffmanTable> used, LaunchTables tables) {
        int start = out.position();
        skip(out, MAX_COMPONENTS * Integer.BYTES);
        for (int i = 0; i < components.size(); i++) {
            out.putInt(start + Integer.BYTES * components.get(i), tables.index(used.get(i)));
        }
    }

    /**
     * Writes the segments of a scan.
     *
     * @param segments first word and bits of each segment of the image
     * @param firstWord of the image in the stream
     */
    static void writeSegments(ByteBuffer out, ParsedJpeg.Scan scan, int[] segments, long firstWord) {
        int mcus = scan.mcusWide() * scan.mcusHigh();
        for (int i = 0; i < scan.segments(); i++) {
            int at = 2 * (scan.firstSegment() + i);
            int firstMcu = i * scan.interval();
            out.putInt((int) (firstWord + segments[at])).putInt(segments[at + 1]);
            out.putInt(firstMcu).putInt(Math.min(scan.interval(), mcus - firstMcu));
        }
    }

    static void writeQuantisation(ByteBuffer out, short[] steps) {
        for (short step : steps) {
            out.putShort(step);
        }
    }

    /** Writes firsts, counts and weights of an axis. */
    static void writeWeights(ByteBuffer out, AxisWeights weights) {
        for (int i = 0; i < weights.out(); i++) {
            out.putInt(weights.first(i));
        }
        for (int i = 0; i < weights.out(); i++) {
            out.putInt(weights.count(i));
        }
        for (int i = 0; i < weights.out() * weights.stride(); i++) {
            out.putInt(weights.weight(i));
        }
    }

    static void writeBatch(
            ByteBuffer out,
            int images,
            int scans,
            int segments,
            Addresses at,
            OutputForm form) {
        int end = out.position() + BATCH_BYTES;
        out.putInt(images).putInt(scans).putInt(segments).putInt(0);
        out.putLong(at.image).putLong(at.scan).putLong(at.segment);
        out.putLong(at.huffman).putLong(at.quantisation).putLong(at.stream);
        out.putLong(at.coefficient).putLong(at.block).putLong(at.sample);
        out.putLong(at.rows).putLong(at.output).putLong(at.status);
        out.putInt(form.size().width()).putInt(form.size().height());
        out.putInt(form.fill()).putInt(form.kind().ordinal());
        for (int channel = 0; channel < CHANNELS; channel++) {
            for (float value : form.level()) {
                out.putFloat(value);
            }
        }
        form.padding().forEach(out::putFloat);
        out.putInt(form.crop().map(Size::width).orElse(0));
        out.putInt(form.crop().map(Size::height).orElse(0));
        out.putInt(0);
        require(out, end);
    }

    private static void skip(ByteBuffer out, int bytes) {
        for (int i = 0; i < bytes; i++) {
            out.put((byte) 0);
        }
    }

    private static void require(ByteBuffer out, int end) {
        if (out.position() != end) {
            throw new IllegalStateException("structure ends at " + out.position() + ", not at " + end);
        }
    }
}
