package io.vitrine.job.plan;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.junit.jupiter.api.Test;

final class SparkImageTest {
    private static Row image(Integer height, Integer width, Integer mode, byte[] data) {
        return RowFactory.create("file:/x.jpg", height, width, 3, mode, data);
    }

    @Test
    void pixelsBecomeABitmapFromTheBottomUp() {
        byte[] bitmap = SparkImage.bitmap(image(2, 1, 16, new byte[] {1, 2, 3, 4, 5, 6}));
        assertThat(bitmap).hasSize(54 + 2 * 4).startsWith('B', 'M').endsWith(4, 5, 6, 0, 1, 2, 3, 0);
    }

    @Test
    void anImageWithoutItsSizeHasNoBytes() {
        byte[] data = new byte[3];
        assertThat(SparkImage.bitmap(image(1, 1, 16, data))).isNotEmpty();
        assertThat(SparkImage.bitmap(image(null, 1, 16, data))).isEmpty();
        assertThat(SparkImage.bitmap(image(1, null, 16, data))).isEmpty();
        assertThat(SparkImage.bitmap(image(1, 1, null, data))).isEmpty();
        assertThat(SparkImage.bitmap(image(1, 1, 16, null))).isEmpty();
        assertThat(SparkImage.bitmap(null)).isNull();
    }

    /** Each row of one pixel is filled up to four bytes: 600 MB become more than an array holds. */
    @Test
    void aBitmapThatNoArrayHoldsHasNoBytes() {
        assertThat(SparkImage.bitmap(image(600_000_000, 1, 0, new byte[600_000_000])))
                .isEmpty();
    }
}
