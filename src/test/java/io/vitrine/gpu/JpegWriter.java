package io.vitrine.gpu;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Writes sequential JPEGs of every kind that ITU T.81 allows, with made-up coefficients. */
final class JpegWriter {
    private static final int BLOCK = 8;

    private final JpegSketch sketch;
    private final JpegCoefficients coefficients;
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    private JpegWriter(JpegSketch sketch) {
        this.sketch = sketch;
        this.coefficients = new JpegCoefficients(sketch);
    }

    static byte[] write(JpegSketch sketch) {
        JpegWriter writer = new JpegWriter(sketch);
        writer.writeFile();
        return writer.out.toByteArray();
    }

    private void writeFile() {
        bytes(0xff, 0xd8);
        if (sketch.colours().jfif()) {
            segment(0xe0, body -> body.writeBytes("JFIF\0\1\1\0\0\1\0\1\0\0".getBytes(StandardCharsets.ISO_8859_1)));
        }
        sketch.colours()
                .adobeTransform()
                .ifPresent(transform -> segment(0xee, body -> {
                    body.writeBytes("Adobe\0d\0\0\0\0".getBytes(StandardCharsets.ISO_8859_1));
                    body.write(transform);
                }));
        if (sketch.orientation() != 1) {
            segment(0xe1, body -> {
                body.writeBytes("Exif\0\0MM\0*\0\0\0\b\0\1\1\22\0\3\0\0\0\1\0".getBytes(StandardCharsets.ISO_8859_1));
                body.write(sketch.orientation());
                body.writeBytes(new byte[6]);
            });
        }
        writeQuantisation();
        segment(sketch.quantisation().wide() ? 0xc1 : 0xc0, this::writeFrame);
        if (sketch.interval() > 0) {
            segment(0xdd, body -> u16(body, sketch.interval()));
        }
        List<List<Integer>> scans = sketch.scans().components();
        for (int i = 0; i < scans.size(); i++) {
            List<JpegCodes> tables = JpegCodes.of(sketch.scans().tables(), sketch.seed() + i);
            writeHuffman(tables);
            writeScan(scans.get(i), tables);
        }
        bytes(0xff, 0xd9);
    }

    private void writeQuantisation() {
        for (int table = 0; table < 2; table++) {
            int number = table;
            segment(0xdb, body -> {
                body.write((sketch.quantisation().wide() ? 0x10 : 0) | number);
                for (int step : coefficients.steps(number)) {
                    if (sketch.quantisation().wide()) {
                        body.write(step >> 8);
                    }
                    body.write(step);
                }
            });
        }
    }

    private void writeFrame(ByteArrayOutputStream body) {
        body.write(8);
        u16(body, sketch.height());
        u16(body, sketch.width());
        body.write(sketch.samplings().size());
        for (int i = 0; i < sketch.samplings().size(); i++) {
            body.write(sketch.colours().ids().get(i));
            body.write(sketch.samplings().get(i));
            body.write(JpegSketch.table(i));
        }
    }

    private void writeHuffman(List<JpegCodes> tables) {
        for (int i = 0; i < tables.size(); i++) {
            int number = i % 2 | (i < 2 ? 0 : 0x10);
            JpegCodes codes = tables.get(i);
            segment(0xc4, body -> {
                body.write(number);
                codes.write(body);
            });
        }
    }

    private void writeScan(List<Integer> components, List<JpegCodes> tables) {
        segment(0xda, body -> {
            body.write(components.size());
            for (int component : components) {
                body.write(sketch.colours().ids().get(component));
                body.write(0x11 * JpegSketch.table(component));
            }
            body.write(0);
            body.write(63);
            body.write(0);
        });
        boolean interleaved = components.size() > 1;
        JpegPlan first = coefficients.plan(components.get(0));
        int wide = interleaved ? first.mcusWide() : ceilDiv(first.width(), BLOCK);
        int high = interleaved ? first.mcusHigh() : ceilDiv(first.height(), BLOCK);
        BitWriter bits = new BitWriter(out, BitWriter.Stuffing.ZERO);
        int[] levels = new int[sketch.samplings().size()];
        for (int mcu = 0; mcu < wide * high; mcu++) {
            if (sketch.interval() > 0 && mcu > 0 && mcu % sketch.interval() == 0) {
                bits.flush();
                bytes(0xff, 0xd0 + (mcu / sketch.interval() - 1) % 8);
                levels = new int[levels.length];
            }
            for (int component : components) {
                JpegPlan plan = coefficients.plan(component);
                int h = interleaved ? plan.horizontal() : 1;
                int v = interleaved ? plan.vertical() : 1;
                for (int i = 0; i < h * v; i++) {
                    int[] block = coefficients.block(component, mcu % wide * h + i % h, mcu / wide * v + i / h);
                    int table = JpegSketch.table(component);
                    writeBlock(bits, block, block[0] - levels[component], tables.get(table), tables.get(2 + table));
                    levels[component] = block[0];
                }
            }
        }
        bits.flush();
    }

    private static void writeBlock(BitWriter bits, int[] block, int difference, JpegCodes dc, JpegCodes ac) {
        int size = bitsOf(difference);
        dc.put(bits, size);
        bits.putSigned(difference, size);
        int zeros = 0;
        for (int k = 1; k < 64; k++) {
            if (block[k] == 0) {
                zeros++;
                continue;
            }
            for (; zeros > 15; zeros -= 16) {
                ac.put(bits, 0xf0);
            }
            int length = bitsOf(block[k]);
            ac.put(bits, zeros << 4 | length);
            bits.putSigned(block[k], length);
            zeros = 0;
        }
        if (zeros > 0) {
            ac.put(bits, 0);
        }
    }

    private static int bitsOf(int value) {
        return 32 - Integer.numberOfLeadingZeros(Math.abs(value));
    }

    private interface Body {
        void write(ByteArrayOutputStream body);
    }

    private void segment(int marker, Body writer) {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        writer.write(body);
        bytes(0xff, marker);
        u16(out, body.size() + 2);
        out.writeBytes(body.toByteArray());
    }

    private static void u16(ByteArrayOutputStream to, int value) {
        to.write(value >> 8);
        to.write(value);
    }

    private void bytes(int... values) {
        for (int value : values) {
            out.write(value);
        }
    }

    static int ceilDiv(int dividend, int divisor) {
        return (dividend + divisor - 1) / divisor;
    }
}
