package io.vitrine.gpu;

import io.vitrine.cuda.Device.Grid;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/** Decodes scans of an image with a kernel. */
final class EntropyRun {
    private static final int PADDING = 16; // zeros behind each segment

    /** A scan: its components, and its data. */
    record ScanBytes(SerialScan scan, List<Integer> components, List<byte[]> segments) {}

    private EntropyRun() {}

    /** The status, and the coefficients of all blocks. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Decoded(int status, short[][] blocks) {}

    static Decoded decode(Emulator emulator, RandomImage image, List<ScanBytes> scans, String kernel) {
        boolean large = kernel.equals("decodeLargeScans");
        try (KernelRun run = KernelRun.with(emulator)) {
            run.batch().put("images", 1).put("scans", scans.size());
            uploadImage(run, image);
            uploadScans(run, image, scans);
            uploadSegments(run, scans);
            run.allocate("block", 2L * RandomImage.COEFFICIENTS * image.blocks.length);
            run.allocate("status", Integer.BYTES);
            run.launch(kernel, large ? new Grid(scans.size(), 1, 1024, 0) : new Grid(1, 1, 256, 0));
            ByteBuffer blocks = run.download("block");
            short[][] decoded = new short[image.blocks.length][RandomImage.COEFFICIENTS];
            for (int i = 0; i < decoded.length; i++) {
                blocks.position(2 * RandomImage.COEFFICIENTS * i);
                blocks.slice().order(ByteOrder.LITTLE_ENDIAN).asShortBuffer().get(decoded[i]);
            }
            return new Decoded(run.download("status").getInt(0), decoded);
        }
    }

    private static void uploadImage(KernelRun run, RandomImage image) {
        Structure out = run.structures("Image", 1).put("components", image.components.size());
        for (int i = 0; i < image.components.size(); i++) {
            RandomImage.Component component = image.components.get(i);
            out.field("component", "Component")
                    .at(i)
                    .put("horizontal", component.horizontal())
                    .put("vertical", component.vertical())
                    .put("blocksWide", component.blocksWide())
                    .put("blocksHigh", component.blocksHigh())
                    .put("firstBlock", component.firstBlock());
        }
        Structure tables = run.structures("Huffman", image.codes.size());
        for (int i = 0; i < image.codes.size(); i++) {
            image.codes.get(i).write(tables.at(i));
        }
        run.upload("image", out).upload("huffman", tables);
    }

    private static void uploadScans(KernelRun run, RandomImage image, List<ScanBytes> scans) {
        Structure out = run.structures("Scan", scans.size());
        int firstSegment = 0;
        for (int i = 0; i < scans.size(); i++) {
            List<Integer> components = scans.get(i).components();
            Structure scan = out.at(i);
            boolean alone = components.size() == 1;
            int wide = alone ? image.components.get(components.get(0)).blocksWide() : image.mcusWide;
            scan.put("components", components.size())
                    .put("blocks", image.blocksPerMcu(components))
                    .put("mcusWide", wide)
                    .put("mcusHigh", image.mcus(components) / wide);
            int part = 0;
            for (int index : components) {
                RandomImage.Component component = image.components.get(index);
                scan.put("dcTable", index, component.dc()).put("acTable", index, component.ac());
                for (int k = 0; k < (alone ? 1 : component.horizontal() * component.vertical()); k++, part++) {
                    scan.putByte("component", part, index)
                            .putByte("column", part, k % component.horizontal())
                            .putByte("row", part, k / component.horizontal());
                }
            }
            scan.put("firstSegment", firstSegment)
                    .put("segments", scans.get(i).segments().size());
            firstSegment += scans.get(i).segments().size();
        }
        run.upload("scan", out);
    }

    private static void uploadSegments(KernelRun run, List<ScanBytes> scans) {
        List<byte[]> all =
                scans.stream().flatMap(scan -> scan.segments().stream()).toList();
        Structure out = run.structures("Segment", all.size());
        ByteBuffer stream = ByteBuffer.allocate(all.stream()
                .mapToInt(bytes -> words(bytes) * Integer.BYTES + PADDING)
                .sum());
        int index = 0;
        for (ScanBytes scan : scans) {
            for (int i = 0; i < scan.segments().size(); i++, index++) {
                byte[] bytes = scan.segments().get(i);
                out.at(index)
                        .put("word", stream.position() / Integer.BYTES)
                        .put("bits", 8 * bytes.length)
                        .put("firstMcu", scan.scan().firstMcu(i))
                        .put("mcus", scan.scan().mcus(i));
                stream.put(bytes).position(stream.position() + words(bytes) * Integer.BYTES - bytes.length + PADDING);
            }
        }
        run.upload("segment", out).upload("stream", stream.rewind());
    }

    private static int words(byte[] bytes) {
        return (bytes.length + Integer.BYTES - 1) / Integer.BYTES;
    }
}
