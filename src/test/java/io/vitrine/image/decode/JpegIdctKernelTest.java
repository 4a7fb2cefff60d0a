package io.vitrine.image.decode;

import static org.assertj.core.api.Assertions.assertThat;

import io.vitrine.cuda.Device.Grid;
import io.vitrine.gpu.KernelRun;
import io.vitrine.gpu.Structure;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The kernel's inverse DCT against the job's own, which is libjpeg-turbo's to the bit. */
final class JpegIdctKernelTest {
    private static final int WIDE = 40; // blocks
    private static final int HIGH = 50;
    private static final int COEFFICIENTS = 64;

    private final Random random = new Random(8);

    @Test
    void samplesAreThoseOfTheJob() {
        int[] steps = random.ints(COEFFICIENTS, 1, 256).toArray();
        steps[9] = 0xffff; // of a table of 16 bits
        short[] coefficients = new short[COEFFICIENTS * WIDE * HIGH];
        for (int i = 0; i < coefficients.length; i++) {
            coefficients[i] = coefficient(i / COEFFICIENTS, i % COEFFICIENTS);
        }
        assertThat(kernel(coefficients, steps)).isEqualTo(job(coefficients, steps));
    }

    /** Blocks like those of photos, with large values, with any values, and of a first row only. */
    private short coefficient(int block, int index) {
        return (short)
                switch (block % 4) {
                    case 0 -> random.nextInt(4) == 0 ? random.nextInt(41) - 20 : 0;
                    case 1 -> random.nextInt(2047) - 1023;
                    case 2 -> random.nextInt(4) == 0 ? random.nextInt() : 0;
                    default -> index < 8 ? random.nextInt() : 0;
                };
    }

    private static byte[] kernel(short[] coefficients, int[] steps) {
        ByteBuffer blocks = ByteBuffer.allocate(2 * coefficients.length).order(ByteOrder.LITTLE_ENDIAN);
        blocks.asShortBuffer().put(coefficients);
        try (KernelRun run = KernelRun.shipped()) {
            Structure image = run.structures("Image", 1).put("components", 1).put("blocks", WIDE * HIGH);
            image.field("component", "Component").put("blocksWide", WIDE);
            Structure quantisation = run.structures("Quantisation", 1);
            for (int i = 0; i < COEFFICIENTS; i++) {
                quantisation.putShort("steps", i, steps[i]);
            }
            run.upload("image", image).upload("quantisation", quantisation).upload("block", blocks);
            run.allocate("status", Integer.BYTES).allocate("sample", coefficients.length);
            run.launch("transformBlocks", new Grid(7, 1, 128, 0));
            ByteBuffer samples = run.download("sample");
            byte[] result = new byte[coefficients.length];
            samples.get(result);
            return result;
        }
    }

    private static byte[] job(short[] coefficients, int[] steps) {
        JpegIdct idct = new JpegIdct();
        byte[] out = new byte[coefficients.length];
        int[] block = new int[COEFFICIENTS];
        for (int i = 0; i < WIDE * HIGH; i++) {
            for (int k = 0; k < COEFFICIENTS; k++) {
                block[k] = (short) (coefficients[COEFFICIENTS * i + k] * steps[k]);
            }
            idct.transform(block, out, (i / WIDE * 8 * WIDE + i % WIDE) * 8, 8 * WIDE);
        }
        return out;
    }
}
