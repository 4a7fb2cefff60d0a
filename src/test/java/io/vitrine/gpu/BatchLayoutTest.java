package io.vitrine.gpu;

import static org.assertj.core.api.Assertions.assertThat;

import io.vitrine.FileBytes;
import io.vitrine.Size;
import io.vitrine.image.decode.DecodeOptions;
import io.vitrine.image.decode.ImageHeader;
import io.vitrine.image.decode.ImageLimits;
import io.vitrine.image.preprocess.ImageProcessor;
import io.vitrine.image.preprocess.Preprocessing;
import io.vitrine.image.preprocess.ResizeTarget;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What the host writes lies where the compiled header has it. */
final class BatchLayoutTest {
    private static final Preprocessing STEPS = Preprocessing.builder(ImageProcessor.VIT)
            .resizeTo(new ResizeTarget.Exact(new Size(24, 20)))
            .centerCrop(new Size(14, 12))
            .build();
    private static final JpegSketch SKETCH = JpegSketch.of(50, 35, List.of(0x22, 0x11, 0x21))
            .stored(6)
            .restarting(5)
            .scanned(List.of(List.of(0), List.of(1, 2)), JpegCodes.Kind.OWN);

    private final Emulator header = EmulatedDevice.shipped().emulator();
    private final ByteBuffer out = ByteBuffer.allocate(1 << 20).order(ByteOrder.LITTLE_ENDIAN);

    private static PreparedImage prepared(JpegSketch sketch) throws Exception {
        FileBytes file = FileBytes.of(JpegWriter.write(sketch));
        ImageHeader read = ImageHeader.read(file, ImageLimits.DEFAULT);
        OutputForm form = OutputForm.of(STEPS);
        ResizePlans plans = new ResizePlans(STEPS, ImageLimits.DEFAULT);
        return new ImagePreparation(STEPS, DecodeOptions.STANDARD, plans, form, 1 << 30, 1 << 20)
                .prepare(file, read, new BatchStream(new HostChunks(EmulatedDevice.shipped(), 1 << 20)));
    }

    private int at(String field) {
        return Math.toIntExact(header.layout_of(field));
    }

    @Test
    void structuresHaveTheSizesOfTheHeader() {
        assertThat(BatchLayout.IMAGE_BYTES).isEqualTo(at("Image"));
        assertThat(BatchLayout.SCAN_BYTES).isEqualTo(at("Scan"));
        assertThat(BatchLayout.SEGMENT_BYTES).isEqualTo(at("Segment"));
        assertThat(BatchLayout.QUANTISATION_BYTES).isEqualTo(at("Quantisation"));
        assertThat(HuffmanTable.BYTES).isEqualTo(at("Huffman"));
        assertThat(HuffmanTable.LAST_CODE).isEqualTo(at("Huffman.lastCode"));
        assertThat(HuffmanTable.OFFSET).isEqualTo(at("Huffman.offset"));
        assertThat(HuffmanTable.SYMBOLS).isEqualTo(at("Huffman.symbols"));
        assertThat(BatchLayout.BATCH_BYTES).isEqualTo(at("Batch"));
    }

    @Test
    void imagesAreWrittenAsTheHeaderSays() throws Exception {
        PreparedImage image = prepared(SKETCH);
        LaunchTables tables = new LaunchTables(List.of(image));
        BatchLayout.writeImage(out, image, new BatchLayout.Places(7, 9, 1L << 33, 1L << 34, 1L << 35, 1L << 36), tables);
        assertThat(ints("Image", "width", "height", "components", "colour", "largestHorizontal", "largestVertical"))
                .containsExactly(50, 35, 3, Colour.YCBCR.ordinal(), 2, 2);
        assertThat(ints("Image", "orientation", "firstScan", "scans", "blocks")).containsExactly(6, 7, 2, 84);
        assertThat(out.getLong(at("Image.coefficients"))).isEqualTo(1L << 33);
        assertThat(out.getLong(at("Image.samples"))).isEqualTo(1L << 34);
        assertThat(out.getLong(at("Image.rows"))).isEqualTo(1L << 35);
        assertThat(out.getLong(at("Image.output"))).isEqualTo(1L << 36);
        // upright, the image has 35 columns and 50 rows
        assertThat(ints("Image", "firstRow", "lastRow", "verticalFirst", "cropLeft", "cropTop"))
                .containsExactly(image.plan().firstRow(), image.plan().lastRow(), 0, 4, 5);
        int component = at("Image.component") + 2 * at("Component");
        assertThat(IntStream.of(at("Component.horizontal"), at("Component.vertical"), at("Component.quantisation"))
                        .map(offset -> out.getInt(component + offset)))
                .containsExactly(2, 1, 11);
        assertThat(IntStream.of(at("Component.blocksWide"), at("Component.blocksHigh"), at("Component.firstBlock"))
                        .map(offset -> out.getInt(component + offset)))
                .containsExactly(8, 3, 8 * 6 + 4 * 3);
        assertThat(IntStream.of(at("Component.width"), at("Component.height"))
                        .map(offset -> out.getInt(component + offset)))
                .containsExactly(50, 18);
        int vertical = at("Image.vertical");
        int first = tables.firstWord(image.plan().vertical().weights().orElseThrow());
        assertThat(IntStream.of(at("Axis.in"), at("Axis.out"), at("Axis.firsts"), at("Axis.counts"), at("Axis.weights"))
                        .map(offset -> out.getInt(vertical + offset)))
                .containsExactly(50, 24, first, first + 24, first + 48);
        assertThat(out.getInt(vertical + at("Axis.stride"))).isEqualTo(8);
    }

    @Test
    void scansAndSegmentsAreWrittenAsTheHeaderSays() throws Exception {
        PreparedImage image = prepared(SKETCH);
        LaunchTables tables = new LaunchTables(List.of(image));
        ParsedJpeg.Scan scan = image.jpeg().scans().get(1);
        BatchLayout.writeScan(out, 3, image.jpeg().frame(), scan, 17, tables);
        assertThat(ints("Scan", "image", "components", "blocks", "mcusWide", "mcusHigh")).containsExactly(3, 2, 3, 4, 3);
        assertThat(ints("Scan", "firstSegment", "segments")).containsExactly(17, 3);
        assertThat(bytes("Scan.component", 3)).containsExactly(1, 2, 2);
        assertThat(bytes("Scan.column", 3)).containsExactly(0, 0, 1);
        assertThat(bytes("Scan.row", 3)).containsExactly(0, 0, 0);
        assertThat(out.getInt(at("Scan.dcTable") + 8)).isEqualTo(tables.index(scan.dc().get(1)));
        assertThat(out.getInt(at("Scan.acTable") + 4)).isEqualTo(tables.index(scan.ac().get(0)));
        out.position(0);
        BatchLayout.writeSegments(out, scan, image.jpeg().segments(), 1000);
        int last = 2 * at("Segment");
        assertThat(out.getInt(last + at("Segment.firstMcu"))).isEqualTo(10);
        assertThat(out.getInt(last + at("Segment.mcus"))).isEqualTo(2);
        int[] segments = image.jpeg().segments();
        assertThat(out.getInt(last + at("Segment.word"))).isEqualTo(1000 + segments[segments.length - 2]);
        assertThat(out.getInt(last + at("Segment.bits"))).isEqualTo(segments[segments.length - 1]);
    }

    @Test
    void theArgumentIsWrittenAsTheHeaderSays() {
        BatchLayout.Addresses addresses = new BatchLayout.Addresses(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12);
        float[] level = new float[256];
        level[255] = 0.5f;
        OutputForm form = new OutputForm(
                OutputForm.Kind.PADDED_FLOATS, new Size(3, 5), Optional.of(new Size(1, 2)), 0x030201, level, List.of(1f, 2f, 3f));
        BatchLayout.writeBatch(out, 21, 22, 23, addresses, form);
        assertThat(ints("Batch", "images", "scans", "segments")).containsExactly(21, 22, 23);
        List<Long> written = new ArrayList<>();
        for (String field : List.of(
                "image", "scan", "segment", "huffman", "quantisation", "stream", "coefficient", "block", "sample",
                "rows", "output", "status")) {
            written.add(out.getLong(at("Batch." + field)));
        }
        assertThat(written).containsExactly(1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L, 9L, 10L, 11L, 12L);
        assertThat(ints("Batch", "outputWidth", "outputHeight", "fill", "floats", "innerWidth", "innerHeight"))
                .containsExactly(5, 3, 0x030201, 2, 2, 1);
        assertThat(out.getFloat(at("Batch.level") + 4 * (2 * 256 + 255))).isEqualTo(0.5f);
        assertThat(out.getFloat(at("Batch.padding") + 8)).isEqualTo(3f);
    }

    @Test
    void launchesTakeNoMoreMemoryThanTheFormulaSays() throws Exception {
        OutputForm form = OutputForm.of(STEPS);
        List<PreparedImage> images = new ArrayList<>();
        long stated = LaunchLayout.SECTIONS_BYTES;
        for (int i = 0; i < 20; i++) {
            PreparedImage image = prepared(SKETCH.seeded(i));
            images.add(image);
            stated += ImageMemory.bytes(image, form);
            assertThat(new LaunchLayout(images, form).bytes()).isBetween(stated * 3 / 5, stated);
        }
    }

    private int[] ints(String structure, String... fields) {
        return List.of(fields).stream()
                .mapToInt(field -> out.getInt(at(structure + "." + field)))
                .toArray();
    }

    private byte[] bytes(String field, int count) {
        byte[] bytes = new byte[count];
        out.get(at(field), bytes);
        return bytes;
    }
}
