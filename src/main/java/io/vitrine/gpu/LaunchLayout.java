package io.vitrine.gpu;

import io.vitrine.gpu.BatchLayout.Addresses;
import io.vitrine.gpu.BatchLayout.Places;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/**
 * Where everything of a launch lies in one piece of device memory: the structures, in the order of {@code layout.h}, then stream,
 * blocks, samples, rows and outputs.
 */
final class LaunchLayout {
    /** Sections begin at multiples of this many bytes. */
    static final int ALIGNMENT = 256;

    /** Between two sections, of no use. Tests see there whether a kernel leaves its section. */
    static final int GAP = 256;

    /** More than all gaps and padding between the sections of a launch. */
    static final int SECTIONS_BYTES = 16 * (ALIGNMENT + GAP);

    private static final int ROWS_ALIGNMENT = 16;

    private final List<PreparedImage> images;
    private final OutputForm form;
    private final LaunchTables tables;
    private final int[] firstScan; // of each image: those of large images come last
    private int smallScans;
    private int scans;
    private int segments;
    private int quantisations;
    private long blocks;
    private long end; // of the sections so far

    private final long imageAt;
    private final long scanAt;
    private final long segmentAt;
    private final long huffmanAt;
    private final long quantisationAt;
    private final long coefficientAt;
    private final long statusAt;
    private final long structuresEnd;
    private final long streamAt;
    private final long blockAt;
    private final long sampleAt;
    private final long rowsAt;
    private final long outputAt;

    LaunchLayout(List<PreparedImage> images, OutputForm form) {
        this.images = images;
        this.form = form;
        tables = new LaunchTables(images);
        firstScan = new int[images.size()];
        long streamBytes = 0;
        long rowBytes = 0;
        for (PreparedImage image : images) {
            segments += image.jpeg().segments().length / 2;
            quantisations += image.jpeg().quantisations().size();
            blocks += image.jpeg().frame().blocks();
            streamBytes += image.streamBytes();
            rowBytes += aligned(ImageMemory.rowBytes(image.plan(), form), ROWS_ALIGNMENT);
        }
        numberScans(false);
        smallScans = scans;
        numberScans(true);
        imageAt = section((long) BatchLayout.IMAGE_BYTES * images.size());
        scanAt = section((long) BatchLayout.SCAN_BYTES * scans);
        segmentAt = section((long) BatchLayout.SEGMENT_BYTES * segments);
        huffmanAt = section((long) HuffmanTable.BYTES * tables.huffmans().size());
        quantisationAt = section((long) BatchLayout.QUANTISATION_BYTES * quantisations);
        coefficientAt = section((long) Integer.BYTES * tables.words());
        statusAt = section((long) Integer.BYTES * images.size());
        structuresEnd = end;
        streamAt = section(streamBytes);
        blockAt = section(ImageMemory.COEFFICIENT_BYTES * blocks);
        sampleAt = section(ImageMemory.SAMPLE_BYTES * blocks);
        rowsAt = section(rowBytes);
        outputAt = section((long) form.bytes() * images.size());
    }

    private void numberScans(boolean large) {
        for (int i = 0; i < images.size(); i++) {
            if (images.get(i).isLarge() == large) {
                firstScan[i] = scans;
                scans += images.get(i).jpeg().scans().size();
            }
        }
    }

    private long section(long bytes) {
        long at = end == 0 ? 0 : end + GAP;
        end = aligned(at + bytes, ALIGNMENT);
        return at;
    }

    private static long aligned(long bytes, int alignment) {
        return (bytes + alignment - 1) / alignment * alignment;
    }

    /** Bytes of all sections. */
    long bytes() {
        return end;
    }

    /** Bytes of the structures, which lie first. */
    int structureBytes() {
        return Math.toIntExact(structuresEnd);
    }

    long streamAt() {
        return streamAt;
    }

    long blockAt() {
        return blockAt;
    }

    long blockBytes() {
        return ImageMemory.COEFFICIENT_BYTES * blocks;
    }

    long statusAt() {
        return statusAt;
    }

    /** Offset of the output of an image. */
    long outputAt(int image) {
        return outputAt + (long) form.bytes() * image;
    }

    /** Scans that a warp decodes. */
    int smallScans() {
        return smallScans;
    }

    /** Scans that take a block of threads. */
    int largeScans() {
        return scans - smallScans;
    }

    /** Writes the structures to the start of {@code out}. */
    void write(ByteBuffer out) {
        out.order(ByteOrder.LITTLE_ENDIAN);
        int quantisation = 0;
        long block = 0;
        long row = 0;
        out.position((int) imageAt);
        for (int i = 0; i < images.size(); i++) {
            PreparedImage image = images.get(i);
            Places places = new Places(
                    firstScan[i], quantisation, block, ImageMemory.SAMPLE_BYTES * block, row, (long) form.bytes() * i);
            BatchLayout.writeImage(out, image, places, tables);
            quantisation += image.jpeg().quantisations().size();
            block += image.jpeg().frame().blocks();
            row += aligned(ImageMemory.rowBytes(image.plan(), form), ROWS_ALIGNMENT);
        }
        writeScans(out);
        writeTables(out);
        for (int i = 0; i < images.size(); i++) {
            out.putInt((int) statusAt + Integer.BYTES * i, 0);
        }
        out.position(0).limit((int) structuresEnd);
    }

    private void writeScans(ByteBuffer out) {
        int segment = 0;
        for (int i = 0; i < images.size(); i++) {
            ParsedJpeg jpeg = images.get(i).jpeg();
            out.position((int) scanAt + BatchLayout.SCAN_BYTES * firstScan[i]);
            for (ParsedJpeg.Scan scan : jpeg.scans()) {
                BatchLayout.writeScan(out, i, jpeg.frame(), scan, segment, tables);
                segment += scan.segments();
            }
        }
        long word = 0;
        out.position((int) segmentAt);
        for (PreparedImage image : images) {
            for (ParsedJpeg.Scan scan : image.jpeg().scans()) {
                BatchLayout.writeSegments(out, scan, image.jpeg().segments(), word);
            }
            word += image.streamBytes() / Integer.BYTES;
        }
    }

    private void writeTables(ByteBuffer out) {
        out.position((int) huffmanAt);
        tables.huffmans().forEach(table -> table.write(out));
        out.position((int) quantisationAt);
        for (PreparedImage image : images) {
            image.jpeg().quantisations().forEach(steps -> BatchLayout.writeQuantisation(out, steps));
        }
        out.position((int) coefficientAt);
        tables.axes().forEach(weights -> BatchLayout.writeWeights(out, weights));
    }

    /**
     * Writes the argument of the kernels for images.
     *
     * @param base address of the memory
     */
    void writeArgument(ByteBuffer out, long base) {
        writeArgument(out, base, 0, scans);
    }

    /** Writes the argument of the kernel for small scans. */
    void writeSmallScans(ByteBuffer out, long base) {
        writeArgument(out, base, 0, smallScans);
    }

    /** Writes the argument of the kernel for large scans. */
    void writeLargeScans(ByteBuffer out, long base) {
        writeArgument(out, base, smallScans, largeScans());
    }

    private void writeArgument(ByteBuffer out, long base, int from, int count) {
        Addresses addresses = new Addresses(
                base + imageAt,
                base + scanAt + (long) BatchLayout.SCAN_BYTES * from,
                base + segmentAt,
                base + huffmanAt,
                base + quantisationAt,
                base + streamAt,
                base + coefficientAt,
                base + blockAt,
                base + sampleAt,
                base + rowsAt,
                base + outputAt,
                base + statusAt);
        out.clear().order(ByteOrder.LITTLE_ENDIAN);
        BatchLayout.writeBatch(out, images.size(), count, segments, addresses, form);
        out.flip();
    }
}
