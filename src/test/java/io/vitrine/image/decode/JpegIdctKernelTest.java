package io.vitrine.image.decode;

import static org.assertj.core.api.Assertions.assertThat;

import io.vitrine.cuda.Device.Grid;
import io.vitrine.gpu.KernelRun;
import io.vitrine.gpu.Structure;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.IntBuffer;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The kernel's inverse DCT against the job's own, which is libjpeg-turbo's to the bit. */
final class JpegIdctKernelTest {
    private static final int BLOCKS = 4000;
    private static final int COEFFICIENTS = 64;
    private static final int KINDS = 4;

    private final Random random = new Random(8);

    /** Blocks of photos are transformed. Those with numbers that no encoder makes may be handed over. */
    @Test
    void samplesAreThoseOfTheJob() {
        int[] steps = random.ints(COEFFICIENTS, 1, 256).toArray();
        steps[9] = 0xffff; // of a table of 16 bits
        short[] coefficients = new short[COEFFICIENTS * BLOCKS];
        for (int i = 0; i < coefficients.length; i++) {
            coefficients[i] = coefficient(i / COEFFICIENTS, i % COEFFICIENTS);
        }
        int[] decoded = new int[KINDS];
        try (KernelRun run = transform(coefficients, steps)) {
            ByteBuffer samples = run.download("sample");
            IntBuffer statuses =
                    run.download("status").order(ByteOrder.LITTLE_ENDIAN).asIntBuffer();
            for (int i = 0; i < BLOCKS; i++) {
                if (statuses.get(i) == 0) {
                    byte[] block = new byte[COEFFICIENTS];
                    samples.get(i * COEFFICIENTS, block);
                    assertThat(block).as("block %d", i).isEqualTo(job(coefficients, i * COEFFICIENTS, steps));
                    decoded[i % KINDS]++;
                }
            }
        }
        assertThat(decoded[0]).isEqualTo(BLOCKS / KINDS);
        assertThat(decoded[1]).isBetween(1, BLOCKS / KINDS - 1);
        assertThat(decoded[2]).isLessThan(BLOCKS / KINDS);
        assertThat(decoded[3]).isLessThan(BLOCKS / KINDS);
    }

    /** Blocks like those of photos, with large values, with any values, and of a first row only. */
    private short coefficient(int block, int index) {
        return (short)
                switch (block % KINDS) {
                    case 0 -> index != 9 && random.nextInt(8) == 0 ? random.nextInt(5) - 2 : 0;
                    case 1 -> index != 9 && random.nextInt(4) == 0 ? random.nextInt(41) - 20 : 0;
                    case 2 -> random.nextInt(4) == 0 ? random.nextInt() : 0;
                    default -> index < 8 ? random.nextInt() : 0;
                };
    }

    /** Each block is an image. */
    private static KernelRun transform(short[] coefficients, int[] steps) {
        ByteBuffer blocks = ByteBuffer.allocate(2 * coefficients.length).order(ByteOrder.LITTLE_ENDIAN);
        blocks.asShortBuffer().put(coefficients);
        KernelRun run = KernelRun.shipped();
        Structure images = run.structures("Image", BLOCKS);
        for (int i = 0; i < BLOCKS; i++) {
            Structure image = images.at(i).put("components", 1).put("blocks", 1);
            image.put("coefficients", (long) i).put("samples", (long) i * COEFFICIENTS);
            image.field("component", "Component").put("blocksWide", 1);
        }
        Structure quantisation = run.structures("Quantisation", 1);
        for (int i = 0; i < COEFFICIENTS; i++) {
            quantisation.putShort("steps", i, steps[i]);
        }
        run.upload("image", images).upload("quantisation", quantisation).upload("block", blocks);
        run.allocate("status", (long) Integer.BYTES * BLOCKS).allocate("sample", coefficients.length);
        run.launch("transformBlocks", new Grid(1, BLOCKS, 32, 0));
        return run;
    }

    private static byte[] job(short[] coefficients, int from, int[] steps) {
        byte[] out = new byte[COEFFICIENTS];
        int[] block = new int[COEFFICIENTS];
        for (int k = 0; k < COEFFICIENTS; k++) {
            block[k] = (short) (coefficients[from + k] * steps[k]);
        }
        new JpegIdct().transform(block, out, 0, 8);
        return out;
    }
}
