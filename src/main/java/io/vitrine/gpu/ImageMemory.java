package io.vitrine.gpu;

import io.vitrine.gpu.OutputForm.Kind;
import io.vitrine.gpu.ResizePlan.Order;

/**
 * Memory of the device that an image takes while it is decoded, in bytes:
 *
 * <ul>
 *   <li>its data, without byte stuffing,
 *   <li>128 of coefficients and 64 of samples for each 8 x 8 block of each component,
 *   <li>for each pixel between the two passes of the resize 3, of floats 12,
 *   <li>its output,
 *   <li>its structures: 272, about 100 per scan, 16 per segment, 2,444 per Huffman table, and the weights of its axes.
 * </ul>
 *
 * <p>A 640 x 480 photo of 69 KB with quarter chroma, to 224 x 224: 7,200 blocks, so 1.38 MB, and 0.07 + 0.32 + 0.15 + 0.05 MB: 2 MB. Of
 * 12 megapixels: 281,250 blocks, 60 MB.
 */
final class ImageMemory {
    static final int COEFFICIENT_BYTES = 128; // of a block
    static final int SAMPLE_BYTES = 64;
    private static final int TABLES = 2; // DC and AC

    private ImageMemory() {}

    static long bytes(PreparedImage image, OutputForm form) {
        long blocks = image.jpeg().frame().blocks();
        return image.streamBytes()
                + blocks * (COEFFICIENT_BYTES + SAMPLE_BYTES)
                + rowBytes(image.plan(), form)
                + form.bytes()
                + structureBytes(image)
                + LaunchLayout.ALIGNMENT;
    }

    /** Between the two passes of the resize. */
    static long rowBytes(ResizePlan plan, OutputForm form) {
        long pixels = plan.order() == Order.VERTICAL_FIRST
                ? (long) plan.horizontal().in() * plan.vertical().out()
                : (long) plan.horizontal().out() * (plan.lastRow() - plan.firstRow());
        return pixels * 3 * (form.kind() == Kind.RESIZED_FLOATS ? Float.BYTES : 1);
    }

    private static long structureBytes(PreparedImage image) {
        ParsedJpeg jpeg = image.jpeg();
        long bytes = BatchLayout.IMAGE_BYTES
                + Integer.BYTES // status
                + (long) BatchLayout.QUANTISATION_BYTES * jpeg.quantisations().size()
                + (long) BatchLayout.SEGMENT_BYTES * jpeg.segments().length / 2
                + (long) Integer.BYTES
                        * (image.plan().horizontal().words()
                                + image.plan().vertical().words());
        for (ParsedJpeg.Scan scan : jpeg.scans()) {
            bytes += BatchLayout.SCAN_BYTES
                    + (long) TABLES * HuffmanTable.BYTES * scan.components().size();
        }
        return bytes;
    }
}
