package io.vitrine.graph;

import static org.assertj.core.api.Assertions.assertThat;

import io.vitrine.Size;
import org.junit.jupiter.api.Test;

/** Bits of torch 2.13.0 on the CPU: {@code interpolate(..., mode="bicubic", antialias=True)}. */
final class AntialiasedCubicTest {
    @Test
    void anEnlargedTableHasTorchsBits() {
        assertThat(bits(AntialiasedCubic.resample(table(3 * 3), new Size(3, 3), new Size(4, 5), 1)))
                .containsExactly(
                        0xbf554265,
                        0xbf1cce54,
                        0xbe585bb4,
                        0x3e4281ed,
                        0x3ed22918,
                        0xbf3ce7f0,
                        0xbf0473df,
                        0xbdede3bd,
                        0x3e91f5e0,
                        0x3f016f00,
                        0xbf196f01,
                        0xbec1f5df,
                        0x3cb78ef8,
                        0x3ed8e7bf,
                        0x3f24e7ef,
                        0xbf01148b,
                        0xbe9140f4,
                        0x3df0b767,
                        0x3f04ce55,
                        0x3f3d4265);
    }

    @Test
    void aShrunkTableHasTorchsBits() {
        assertThat(bits(AntialiasedCubic.resample(table(7 * 9), new Size(7, 9), new Size(3, 2), 1)))
                .containsExactly(0xbe0b49e1, 0x3c941cbe, 0x3dfc94a0, 0xbdb47942, 0x3da75e7d, 0x3c8121cf);
    }

    @Test
    void eachComponentIsResampledAlone() {
        float[] one = table(9);
        float[] two = new float[2 * one.length];
        for (int i = 0; i < one.length; i++) {
            two[2 * i + 1] = one[i];
        }
        float[] resampled = AntialiasedCubic.resample(two, new Size(3, 3), new Size(4, 5), 2);
        float[] alone = AntialiasedCubic.resample(one, new Size(3, 3), new Size(4, 5), 1);
        for (int i = 0; i < alone.length; i++) {
            assertThat(resampled[2 * i]).isZero();
            assertThat(resampled[2 * i + 1]).isEqualTo(alone[i]);
        }
    }

    private static float[] table(int cells) {
        float[] table = new float[cells];
        for (int i = 0; i < cells; i++) {
            table[i] = (i * 37 % 101 - 50) / 64f;
        }
        return table;
    }

    private static int[] bits(float[] values) {
        int[] bits = new int[values.length];
        for (int i = 0; i < values.length; i++) {
            bits[i] = Float.floatToRawIntBits(values[i]);
        }
        return bits;
    }
}
