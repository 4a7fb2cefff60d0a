package io.vitrine.inference;

import static org.assertj.core.api.Assertions.assertThat;

import io.vitrine.checkpoint.HalfFloat;
import io.vitrine.graph.OutputType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The scan for NaN and infinity, compared with a loop over the values. */
final class NonFiniteScanTest {
    private static final int LONGEST = 21;
    private static final int MARGIN = 12;

    /** Space for {@code bytes} in the midst of an array that is full of NaN. */
    private static ByteBuffer space(int bytes) {
        byte[] array = new byte[bytes + 2 * MARGIN];
        Arrays.fill(array, (byte) 0xff);
        return ByteBuffer.wrap(array).slice(MARGIN, bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static ByteBuffer floats(float[] values) {
        ByteBuffer bytes = space(Float.BYTES * values.length);
        bytes.asFloatBuffer().put(values);
        return bytes;
    }

    private static ByteBuffer halves(short[] values) {
        ByteBuffer bytes = space(Short.BYTES * values.length);
        bytes.asShortBuffer().put(values);
        return bytes;
    }

    @Test
    void every16BitPatternIsJudgedByItsValue() {
        for (int bits = 0; bits <= 0xffff; bits++) {
            boolean finite = Float.isFinite(HalfFloat.toFloat((short) bits));
            for (int at = 0; at < 5; at++) { // in each lane, and in the rest
                short[] values = new short[5];
                values[at] = (short) bits;
                assertThat(NonFiniteScan.indexOf(halves(values), OutputType.FLOAT16))
                        .isEqualTo(finite ? NonFiniteScan.NONE : at);
            }
        }
    }

    @Test
    void random32BitPatternsAreJudgedByTheirValues() {
        Random random = new Random(3);
        for (int round = 0; round < 20_000; round++) {
            float[] values = new float[random.nextInt(LONGEST)];
            int first = NonFiniteScan.NONE;
            for (int i = values.length - 1; i >= 0; i--) {
                int bits = random.nextInt();
                boolean special = random.nextInt(8) == 0;
                values[i] = Float.intBitsToFloat(special ? bits | 0x7f800000 : bits);
                first = Float.isFinite(values[i]) ? first : i;
            }
            assertThat(NonFiniteScan.indexOf(floats(values), OutputType.FLOAT32))
                    .isEqualTo(first);
        }
    }

    @ParameterizedTest
    @ValueSource(floats = {Float.MAX_VALUE, -Float.MAX_VALUE, Float.MIN_VALUE, -0f})
    void extremeFiniteValuesAreFinite(float value) {
        ByteBuffer values = floats(new float[] {value, value, value});
        assertThat(NonFiniteScan.indexOf(values, OutputType.FLOAT32)).isEqualTo(NonFiniteScan.NONE);
    }

    @ParameterizedTest
    @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
    void theLastOfAnOddNumberOfValuesIsSeen(float value) {
        assertThat(NonFiniteScan.indexOf(floats(new float[] {1, 2, value}), OutputType.FLOAT32))
                .isEqualTo(2);
    }
}
