package io.vitrine.soak;

import static org.assertj.core.api.Assertions.assertThat;

import io.vitrine.image.Pictures;
import io.vitrine.image.decode.DecodeOptions;
import io.vitrine.image.decode.ExifOrientation;
import io.vitrine.image.decode.HeicDecoding;
import io.vitrine.image.decode.ImageLimits;
import io.vitrine.image.decode.JpegScaling;
import io.vitrine.image.preprocess.ImagePreprocessor;
import io.vitrine.image.preprocess.ImageProcessor;
import io.vitrine.image.preprocess.Preprocessing;
import io.vitrine.job.Extract;
import io.vitrine.testkit.CurrentRows;
import io.vitrine.testkit.ExtractRequests;
import io.vitrine.testkit.LocalSpark;
import io.vitrine.testkit.Soak;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Small files that ask for much: each costs no more memory and time than {@code docs/reference/input.md} says. The bounded part
 * lowers the limit on pixels, and the bombs with it.
 */
final class BombsIT {
    private static final int SIDE = Soak.isFull() ? 13_360 : 1600;
    private static final ImageLimits LIMITS =
            Soak.isFull() ? ImageLimits.DEFAULT : new ImageLimits(ImageLimits.DEFAULT_MAX_BYTES, 1600 * 1600);
    private static final DecodeOptions DECODING =
            new DecodeOptions(ExifOrientation.APPLY, JpegScaling.EXACT, HeicDecoding.DECODE);
    private static final Map<String, byte[]> BOMBS = Bombs.of(SIDE);

    // As docs/reference/input.md has it.
    private static final long HEAP_BYTES_PER_PIXEL = 48;
    private static final long NATIVE_BYTES_PER_PIXEL = 12;
    private static final long BYTES_PER_BYTE = 16;
    private static final long NANOS_PER_PIXEL = 300;
    private static final long JPEG_2000_NANOS_PER_PIXEL = 700;
    private static final long NANOS_PER_BYTE = 100;

    private static final long SLACK_BYTES = 64 << 20; // classes, the collector, other threads
    private static final long SLACK_NANOS = 2_000_000_000;

    static Iterable<String> bombs() {
        return BOMBS.keySet();
    }

    @ParameterizedTest
    @MethodSource("bombs")
    void aBombCostsWhatItsBytesAndTheLimitsAllow(String name) {
        byte[] file = BOMBS.get(name);
        DecodingCost cost;
        try (ImagePreprocessor preprocessor = preprocessor()) {
            cost = DecodingCost.of(preprocessor, file);
        }
        long pixels = LIMITS.maxPixels();
        long heapBytes = HEAP_BYTES_PER_PIXEL * pixels + BYTES_PER_BYTE * file.length;
        assertThat(cost.heapBytes()).as("%s on the heap: %s", name, cost).isLessThan(heapBytes + SLACK_BYTES);
        assertThat(cost.residentBytes())
                .as("%s in all: %s", name, cost)
                .isLessThan(heapBytes + NATIVE_BYTES_PER_PIXEL * pixels + SLACK_BYTES);
        long nanosPerPixel = name.matches(".*\\.j(2k|p2)") ? JPEG_2000_NANOS_PER_PIXEL : NANOS_PER_PIXEL;
        assertThat(cost.nanos())
                .as("%s in CPU time: %s", name, cost)
                .isLessThan(nanosPerPixel * pixels + NANOS_PER_BYTE * file.length + SLACK_NANOS);
    }

    @Test
    void picturesWithBombsInTheirMetadataAreRead() {
        for (String name : BOMBS.keySet()) {
            boolean harmless = name.matches("(tags|tags-often|cut-exif-often|comments|profiles|fill|xmp)\\.jpg")
                    || name.matches("(tags|zTXt|iCCP|texts|frames|more-data-than-pixels).*\\.png")
                    || name.matches("(comments|frames|long-strings)\\.gif")
                    || name.matches("(tags|frames)\\.webp")
                    || name.matches("directory-loop-.*");
            if (harmless) {
                try (ImagePreprocessor preprocessor = preprocessor()) {
                    assertThat(DecodingCost.of(preprocessor, BOMBS.get(name)).status())
                            .as(name)
                            .isEqualTo("ok");
                }
            }
        }
    }

    @Test
    void scansAndTagsThatNoEncoderWritesAreRefused() {
        assertStatus("scans-20000.jpg", "unsupported");
        assertStatus("scans-of-a-large-image.jpg", "too_large");
        assertStatus("scans-within-the-limits.jpg", "ok");
        assertStatus("cmyk-scans-within-the-limits.jpg", "ok");
        assertStatus("cmyk-jpeg-scans.tif", "unsupported");
        assertStatus("cmyk-jpeg-larger-than-its-strip.tif", "corrupt");
        assertStatus("tags-of-a-picture-16.tif", "corrupt");
        assertStatus("tall-tiles-16.tif", "too_large");
        assertStatus("tile-32768-16.tif", "too_large");
        assertStatus("shared-idle-strips-8.tif", "too_large");
        assertStatus("tiles-of-a-pixel-34925.tif", "too_large"); // xz
        assertStatus("tiles-of-a-pixel-jpeg.tif", "too_large");
        assertStatus("shared-xz-strips.tif", "ok");
        assertStatus("tiles-of-16-jpeg.tif", "ok");
        assertStatus("old-jpeg.tif", "ok");
        assertStatus("old-jpeg-of-255-components.tif", "corrupt");
        assertStatus("old-jpeg-grey.tif", "ok");
        assertStatus("old-jpeg-grey-2x2.tif", "corrupt");
        assertStatus("words.ppm", "ok");
        assertStatus("flat-frames-4.avif", "ok");
        assertStatus("flat-frames-30.avif", "unsupported");
        assertStatus("frames-2000.avif", "unsupported");
        assertStatus("flat.heic", "ok");
        assertStatus("pictures-2.heic", "unsupported");
        assertStatus("parts-262144.heic", "unsupported");
        assertStatus("claims-small.heic", "corrupt");
    }

    @Test
    void jpeg2000ThatAsksForMuchIsRefused() {
        assertStatus("empty-packets.j2k", "ok");
        assertStatus("tiles.j2k", "unsupported");
        assertStatus("precincts-1x1.j2k", "unsupported");
        assertStatus("components.j2k", "unsupported");
        assertStatus("layers.j2k", "ok");
        assertStatus("idle-layers.j2k", "ok");
        assertStatus("idle-quarters.j2k", "unsupported");
        assertStatus("progressions-of-layers.j2k", "ok");
        assertStatus("segments.j2k", "unsupported");
        assertStatus("deep-blocks-of-four.j2k", "ok");
        assertStatus("deepest-blocks-of-four.j2k", "too_large");
        assertStatus("comments.j2k", "ok");
        assertStatus("boxes.jp2", "ok");
    }

    private static void assertStatus(String name, String status) {
        try (ImagePreprocessor preprocessor = preprocessor()) {
            assertThat(DecodingCost.of(preprocessor, BOMBS.get(name)).status())
                    .as(name)
                    .isEqualTo(status);
        }
    }

    private static ImagePreprocessor preprocessor() {
        Preprocessing preprocessing = Preprocessing.builder(ImageProcessor.VIT).build();
        return new ImagePreprocessor(preprocessing, LIMITS, DECODING);
    }

    @Test
    void aRunOverBombsAndPicturesHasOneRowForEach(@TempDir Path folder) throws IOException {
        Path photos = Files.createDirectories(folder.resolve("photos"));
        Map<String, byte[]> files = new HashMap<>(BOMBS);
        for (int i = 0; i < 100; i++) {
            files.put("good-" + i + ".jpg", Pictures.drawn("jpg", 60 + i, 50, i));
        }
        for (Map.Entry<String, byte[]> file : files.entrySet()) {
            Files.write(photos.resolve(file.getKey()), file.getValue());
        }
        try (SparkSession spark = LocalSpark.session()) {
            Path output = folder.resolve("features");
            Extract.run(
                    spark,
                    ExtractRequests.builder(folder)
                            .input(photos.toString())
                            .output(output.toString())
                            .build());
            Dataset<Row> rows = spark.read().parquet(output.toString());
            assertThat(rows.count()).isEqualTo(files.size());
            Map<String, String> statuses = CurrentRows.statusByName(rows);
            assertThat(statuses).containsOnlyKeys(files.keySet());
            assertThat(statuses.entrySet().stream().filter(row -> row.getKey().startsWith("good-")))
                    .allMatch(row -> row.getValue().equals("ok"));
            assertThat(statuses).containsEntry("tags.jpg", "ok").containsEntry("tags.tif", "corrupt");
        }
    }
}
