package io.vitrine.image.decode;

import static org.assertj.core.api.Assertions.assertThat;

import io.vitrine.FileBytes;
import io.vitrine.ImageRejectedException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;

/** What values of tags are. */
final class TiffTagsTest {
    private static final int TAG = TiffTags.YCBCR_COEFFICIENTS;

    @Test
    void fractionsAreReadInAllTypes() throws ImageRejectedException {
        assertThat(fraction(5, 3L << 32 | 0xffffffffL)).isEqualTo(0xffffffffL / 3f);
        assertThat(fraction(10, 4L << 32 | 0xffffffffL)).isEqualTo(-0.25f);
        assertThat(fraction(10, 7)).isZero(); // by 0
        assertThat(fraction(11, Float.floatToIntBits(0.299f))).isEqualTo(0.299f);
        assertThat(fraction(12, Double.doubleToLongBits(0.299))).isEqualTo(0.299f);
        assertThat(fraction(3, 7)).isEqualTo(7);
    }

    /** Of a TIFF with a single tag. */
    private static float fraction(int type, long value) throws ImageRejectedException {
        ByteBuffer file = ByteBuffer.allocate(34).order(ByteOrder.LITTLE_ENDIAN);
        file.put((byte) 'I').put((byte) 'I').putShort((short) 42).putInt(8).putShort((short) 1);
        file.putShort((short) TAG).putShort((short) type).putInt(1);
        boolean apart = type == 5 || type == 10 || type == 12;
        file.putInt(apart ? 26 : (int) value).putInt(0).putLong(value);
        return TiffTags.read(FileBytes.of(file.array())).asInLibtiff().fraction(TAG, 0);
    }
}
