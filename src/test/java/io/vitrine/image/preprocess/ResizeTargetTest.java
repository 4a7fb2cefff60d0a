package io.vitrine.image.preprocess;

import static org.assertj.core.api.Assertions.assertThat;

import io.vitrine.Size;
import io.vitrine.image.preprocess.ResizeTarget.BoundedEdges;
import io.vitrine.image.preprocess.ResizeTarget.OneRatio;
import io.vitrine.image.preprocess.ResizeTarget.OneRatio.Fit;
import io.vitrine.image.preprocess.ResizeTarget.WithinBox;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The expected sizes are those of transformers 5.18 and timm 1.0.29. */
final class ResizeTargetTest {
    @ParameterizedTest
    @CsvSource({
        "427,640,20,30",
        "640,427,30,20",
        "100,100,24,24",
        "24,90,8,30",
        "10,12,24,28",
        "8,400,1,30",
        "1,90,0,30"
    })
    void edgesAreBounded(int height, int width, int resizedHeight, int resizedWidth) {
        assertThat(new BoundedEdges(24, 30).of(new Size(height, width)))
                .isEqualTo(new Size(resizedHeight, resizedWidth));
    }

    @Test
    void anImageWhoseShorterEdgeIsRightStays() {
        assertThat(new BoundedEdges(16, 48).of(new Size(1, 90))).isEqualTo(new Size(1, 90)); // rounds to 1
    }

    @ParameterizedTest
    @CsvSource({"427,640,14,22", "640,427,30,20", "3,2,30,20", "1,900,0,22", "49,49,22,22"})
    void imagesFitIntoTheBox(int height, int width, int resizedHeight, int resizedWidth) {
        assertThat(new WithinBox(new Size(30, 22)).of(new Size(height, width)))
                .isEqualTo(new Size(resizedHeight, resizedWidth));
    }

    @ParameterizedTest
    @CsvSource({"427,640,27,40,26,39", "100,100,40,40,26,26", "1,900,26,23400,0,40"})
    void bothEdgesAreDividedByOneRatio(
            int height, int width, int coverHeight, int coverWidth, int fitHeight, int fitWidth) {
        Size box = new Size(26, 40);
        assertThat(new OneRatio(box, Fit.COVER).of(new Size(height, width)))
                .isEqualTo(new Size(coverHeight, coverWidth));
        assertThat(new OneRatio(box, Fit.CONTAIN).of(new Size(height, width))).isEqualTo(new Size(fitHeight, fitWidth));
    }
}
