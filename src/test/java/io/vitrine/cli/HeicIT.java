package io.vitrine.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.vitrine.image.Pictures;
import io.vitrine.image.RgbImage;
import io.vitrine.image.decode.ExifOrientation;
import io.vitrine.image.decode.HeicDecoding;
import io.vitrine.image.decode.ImageDecoder;
import io.vitrine.image.decode.ImageHeader;
import io.vitrine.image.decode.ImageLimits;
import io.vitrine.testkit.CurrentRows;
import io.vitrine.testkit.DemoCheckpoint;
import io.vitrine.testkit.LocalSpark;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code extract} on a HEIC, and on a PNG of the same pixels. */
final class HeicIT {
    @TempDir
    private Path folder;

    private final StringWriter out = new StringWriter();

    @BeforeEach
    void writePictures() throws Exception {
        byte[] heic = Pictures.oracle("../../image-cases/heic_phone.heic");
        Path photos = Files.createDirectory(folder.resolve("photos"));
        Files.write(photos.resolve("photo.heic"), heic);
        try (ImageDecoder decoder = new ImageDecoder()) {
            ImageHeader header = ImageHeader.read(Pictures.file(heic), ImageLimits.DEFAULT, HeicDecoding.DECODE);
            RgbImage image = decoder.decode(Pictures.file(heic), header, ExifOrientation.APPLY, 1);
            BufferedImage copy = new BufferedImage(image.width(), image.height(), BufferedImage.TYPE_INT_RGB);
            for (int i = 0; i < image.width() * image.height(); i++) {
                int rgb = 0;
                for (int c = 0; c < 3; c++) {
                    rgb = rgb << 8 | image.pixels()[3 * i + c] & 0xff;
                }
                copy.setRGB(i % image.width(), i / image.width(), rgb);
            }
            ImageIO.write(copy, "png", photos.resolve("photo.png").toFile());
        }
    }

    private int extract(String... more) {
        List<String> arguments = new ArrayList<>(List.of(
                "extract",
                "--input",
                folder.resolve("photos").toString(),
                "--model",
                DemoCheckpoint.location(),
                "--columns",
                "pooler_output",
                "--output",
                folder + "/features"));
        arguments.addAll(List.of(more));
        out.getBuffer().setLength(0);
        return Cli.commandLine().setOut(new PrintWriter(out)).execute(arguments.toArray(String[]::new));
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "process"})
    void aHeicHasTheFeaturesOfItsPixels(String isolation) throws IOException {
        assertThat(extract("--heic", "decode", "--decode-isolation", isolation)).isZero();
        try (SparkSession spark = LocalSpark.session()) {
            List<Row> rows =
                    spark.read().parquet(folder + "/features").orderBy("path").collectAsList();
            assertThat(rows).extracting(row -> row.<String>getAs("status")).containsExactly("ok", "ok");
            List<Float> heic = rows.get(0).getList(rows.get(0).fieldIndex("pooler_output"));
            assertThat(heic)
                    .isNotEmpty()
                    .isEqualTo(rows.get(1).getList(rows.get(1).fieldIndex("pooler_output")));
        }
    }

    @Test
    void aHeicThatWasSkippedIsDoneOnceItIsDecoded() throws IOException {
        assertThat(extract()).isZero();
        assertThat(out.toString()).contains("2 images: 1 ok, 1 failed (1 unsupported)");
        assertThat(extract("--heic", "decode")).isZero();
        assertThat(out.toString()).contains("1 image: 1 ok, 0 failed; 1 done before");
        assertThat(extract("--heic", "decode")).isZero();
        try (SparkSession spark = LocalSpark.session()) {
            assertThat(CurrentRows.statusByName(spark.read().parquet(folder + "/features")))
                    .isEqualTo(Map.of("photo.heic", "ok", "photo.png", "ok"));
            assertThat(spark.read().parquet(folder + "/features").count()).isEqualTo(3);
        }
    }
}
