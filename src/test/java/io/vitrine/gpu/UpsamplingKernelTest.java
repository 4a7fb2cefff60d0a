package io.vitrine.gpu;

import static org.assertj.core.api.Assertions.assertThat;

import io.vitrine.cuda.Device.Grid;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** From planes of samples to RGB: the kernels against plain code. */
final class UpsamplingKernelTest {
    private static final List<String> COLOURS =
            List.of("GREY", "YCBCR", "RGB", "CMYK", "YCCK"); // in the order of layout.h
    private final Random random = new Random(4);

    /** Each sampling, in sizes around what is special: one sample, two, the edges. */
    @ParameterizedTest
    @CsvSource({
        "11 11 11",
        "21 11 11",
        "12 11 11",
        "22 11 11",
        "41 11 11",
        "14 11 11",
        "42 11 11",
        "31 11 11",
        "42 21 21",
        "22 21 12",
        "11",
        "22 11 11 22"
    })
    void pixelsAreThoseOfLibjpeg(String sampling) {
        List<Integer> factors =
                List.of(sampling.split(" ", -1)).stream().map(Integer::valueOf).toList();
        for (int i = 0; i < 40; i++) {
            RandomPlanes image = new RandomPlanes(factors, 1 + random.nextInt(20), 1 + random.nextInt(20), random);
            int count = factors.size();
            String colour = count == 1 ? "GREY" : COLOURS.get((count == 3 ? 1 : 3) + random.nextInt(2));
            assertThat(kernel(KernelCompiler.SOURCES, image, colour))
                    .as("%s, %d x %d, %s", sampling, image.width, image.height, colour)
                    .isEqualTo(reference(image, colour));
        }
    }

    /** An image whose size stays is only upsampled and coloured. */
    private static byte[] kernel(Path sources, RandomPlanes image, String colour) {
        try (KernelRun run = KernelRun.with(KernelCompiler.compile(sources))) {
            Structure out =
                    image.structure(run).put("colour", COLOURS.indexOf(colour)).put("orientation", 1);
            out.field("horizontal", "Axis").put("in", image.width).put("out", image.width);
            out.field("vertical", "Axis").put("in", image.height).put("out", image.height);
            out.put("lastRow", image.height);
            run.upload("image", out).allocate("status", Integer.BYTES);
            run.batch().put("images", 1).put("outputWidth", image.width).put("outputHeight", image.height);
            long bytes = 3L * image.width * image.height;
            run.allocate("rows", bytes).allocate("output", bytes);
            run.launch("resizeRows", new Grid(2, 1, 256, 0)).launch("resizeColumns", new Grid(3, 1, 256, 0));
            byte[] pixels = new byte[(int) bytes];
            run.download("output").get(pixels);
            return pixels;
        }
    }

    private static byte[] reference(RandomPlanes image, String colour) {
        List<int[][]> components = new ArrayList<>();
        image.planes.forEach(plane -> components.add(PlanesReference.upsampled(plane, image.width, image.height)));
        return PlanesReference.rgb(colour, components, image.width, image.height);
    }
}
