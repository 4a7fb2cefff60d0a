package io.vitrine.gpu;

import static org.assertj.core.api.Assertions.assertThat;

import io.vitrine.Size;
import io.vitrine.gpu.GpuComparison.Named;
import io.vitrine.image.preprocess.ImageProcessor;
import io.vitrine.image.preprocess.Preprocessing;
import io.vitrine.image.preprocess.ResizeTarget;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Images larger than what a block of threads has in shared memory, takes at once, or decodes with one warp. */
@Tag("slow")
final class LargeImagesTest {
    private static final int LARGE_SCAN_BYTES = 1 << 18; // decodeLargeScans takes those of 2^21 bits or more

    /** Pieces of columns, in all orientations. */
    static List<Named> wideImages() {
        List<Named> files = new ArrayList<>();
        for (int orientation = 1; orientation <= 8; orientation++) {
            files.add(named(JpegSketch.of(1300, 19, List.of(0x22, 0x11, 0x11)).stored(orientation)));
            files.add(named(JpegSketch.of(21, 1100, List.of(0x21, 0x11, 0x11)).stored(orientation)));
        }
        return files;
    }

    private static Named named(JpegSketch sketch) {
        return new Named(sketch.toString(), JpegWriter.write(sketch));
    }

    @ParameterizedTest
    @EnumSource(
            value = ImageProcessor.class,
            names = {"VIT", "DINOV3_VIT"})
    void tilesMakeTheBytesOfTheCpu(ImageProcessor processor) {
        for (Size size : List.of(new Size(20, 24), new Size(9, 700), new Size(400, 5))) {
            assertEqual(processor, size, wideImages());
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = ImageProcessor.class,
            names = {"VIT", "DINOV3_VIT"})
    void blocksOfThreadsDecodeLargeScans(ImageProcessor processor) {
        JpegSketch sketch = JpegSketch.of(1700, 1500, List.of(0x22, 0x11, 0x11)).quantised(1, false);
        List<Named> files = List.of(named(sketch), named(sketch.restarting(70)), named(sketch.restarting(997)));
        assertThat(files).extracting(file -> file.bytes().length).allMatch(length -> length > LARGE_SCAN_BYTES);
        assertEqual(processor, new Size(30, 40), files);
    }

    private static void assertEqual(ImageProcessor processor, Size size, List<Named> files) {
        Preprocessing steps = Preprocessing.builder(processor)
                .resizeTo(new ResizeTarget.Exact(size))
                .rescaleFactor(1 / 255.0)
                .build();
        try (EmulatedDevice device = EmulatedDevice.shipped();
                GpuComparison comparison = new GpuComparison(device, steps)) {
            comparison.compare(files);
            assertThat(comparison.handedOver()).isEmpty();
            assertThat(comparison.equal()).isEqualTo(files.size());
        }
    }
}
