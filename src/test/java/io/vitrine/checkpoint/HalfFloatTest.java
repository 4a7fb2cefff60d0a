package io.vitrine.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class HalfFloatTest {
    @Test
    void everyHalfSurvivesTheRoundTrip() {
        for (int bits = 0; bits < 1 << 16; bits++) {
            float value = HalfFloat.toFloat((short) bits);
            if (Float.isNaN(value)) {
                assertThat(HalfFloat.toFloat(HalfFloat.fromFloat(value))).isNaN();
            } else {
                assertThat(HalfFloat.fromFloat(value)).isEqualTo((short) bits);
            }
        }
    }

    @Test
    void valuesMatchTheStandard() {
        assertThat(HalfFloat.toFloat((short) 0x3c00)).isEqualTo(1f);
        assertThat(HalfFloat.toFloat((short) 0xc000)).isEqualTo(-2f);
        assertThat(HalfFloat.toFloat((short) 0x7bff)).isEqualTo(65504f);
        assertThat(HalfFloat.toFloat((short) 0x0001)).isEqualTo(0x1p-24f);
        assertThat(HalfFloat.toFloat((short) 0x7c00)).isEqualTo(Float.POSITIVE_INFINITY);
    }

    @Test
    void floatsRoundToTheNearestHalfAndTiesToEven() {
        for (int bits = 0; bits < 0x7bff; bits++) {
            float low = HalfFloat.toFloat((short) bits);
            float high = HalfFloat.toFloat((short) (bits + 1));
            float middle = (low + high) / 2;
            assertThat(HalfFloat.fromFloat(middle)).isEqualTo((short) (bits % 2 == 0 ? bits : bits + 1));
            assertThat(HalfFloat.fromFloat(Math.nextDown(middle))).isEqualTo((short) bits);
            assertThat(HalfFloat.fromFloat(-Math.nextUp(middle))).isEqualTo((short) (bits + 1 | 0x8000));
        }
        assertThat(HalfFloat.fromFloat(65519.996f)).isEqualTo((short) 0x7bff);
        assertThat(HalfFloat.fromFloat(65520f)).isEqualTo((short) 0x7c00);
    }
}
