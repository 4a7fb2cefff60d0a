package io.vitrine;

import static org.assertj.core.api.Assertions.assertThat;

import io.vitrine.spark.SparkLine;
import io.vitrine.testkit.DemoCheckpoint;
import io.vitrine.testkit.LaunchedJob;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The jar on a new host: Spark's jars, {@code vitrine.jar}, an empty home folder, and nothing else. */
final class ShippedDecodersIT {
    private static final Path PICTURES = Path.of("src/test/resources/image-cases");
    private static final List<String> ONE_OF_EACH =
            List.of("avif.avif", "heic_420.heic", "bmp_rle4.bmp", "cmyk_440.jpg", "apng_default_image.png");

    private static final List<String> FIRST_OF =
            List.of("gif", "webp", "tif", "ico", "cur", "dib", "psd", "ppm", "tga");

    @TempDir
    private Path folder;

    @Test
    void everyFormatIsReadWithTheJarAlone() throws IOException, InterruptedException {
        Path pictures = Files.createDirectories(folder.resolve("pictures"));
        for (String name : ONE_OF_EACH) {
            Files.copy(PICTURES.resolve(name), pictures.resolve(name));
        }
        for (String extension : FIRST_OF) {
            Path first = firstThatPillowReads(extension);
            Files.copy(first, pictures.resolve(first.getFileName()));
        }
        Files.copy(Path.of("src/test/resources/jpeg2000/lossy.jp2"), pictures.resolve("lossy.jp2"));
        Path jar = Files.createSymbolicLink(
                folder.resolve("vitrine.jar"),
                SparkLine.ofThisBuild().jar(Path.of("")).toAbsolutePath());
        Path home = Files.createDirectories(folder.resolve("home"));
        String said = LaunchedJob.run(
                folder.resolve("log"),
                0,
                Map.of(
                        "VITRINE_JAR",
                        jar.toString(),
                        "HOME",
                        home.toString(),
                        "JAVA_TOOL_OPTIONS",
                        "-Duser.home=" + home + " -Djava.io.tmpdir=" + home),
                List.of(
                        "jobs/extract",
                        "--input",
                        pictures.toString(),
                        "--model",
                        DemoCheckpoint.location(),
                        "--output",
                        folder.resolve("out").toString(),
                        "--master",
                        "local[1]",
                        "--heic",
                        "decode"));
        assertThat(said).contains("15 images: 15 ok").doesNotContainIgnoringCase("openblas", "symbol", "libva", "WARN");
    }

    private static Path firstThatPillowReads(String extension) throws IOException {
        return Files.readAllLines(PICTURES.resolve("pillow.txt")).stream()
                .skip(1)
                .filter(line -> line.split(" ")[0].endsWith("." + extension) && !line.endsWith("refused"))
                .filter(line -> Files.exists(PICTURES.resolve(line.split(" ")[0])))
                .map(line -> PICTURES.resolve(line.split(" ")[0]))
                .findFirst()
                .orElseThrow();
    }
}
