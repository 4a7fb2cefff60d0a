package io.vitrine.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import io.vitrine.spark.SparkLine;
import io.vitrine.testkit.DemoCheckpoint;
import io.vitrine.testkit.Launchers;
import io.vitrine.testkit.LocalSpark;
import io.vitrine.testkit.ShelfFileSystem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Listings of more images than the driver holds. */
final class LargeListingIT {
    private static final Map<String, String> SYNTHETIC =
            Map.of("fs.synthetic.impl", SyntheticFileSystem.class.getName());

    @TempDir
    private Path folder;

    @Test
    void tasksListFoldersInParallelAndEachImageOnce() throws IOException { // Spark 4 closes so
        try (SparkSession spark = LocalSpark.session(SYNTHETIC)) {
            Dataset<Row> images = DistributedImageLister.list(
                            spark,
                            List.of("synthetic://n25500/", "synthetic://n25500/shelf-3"),
                            new ListingRules("*.jpg", ListingRules.Archives.READ, List.of()),
                            2)
                    .images();
            assertThat(images.count()).isEqualTo(25_500);
            assertThat(images.select("path").distinct().count()).isEqualTo(25_500);
            ImageRef first = ImageRefSchema.fromRow(images.orderBy("path").first());
            assertThat(first)
                    .isEqualTo(new ImageRef(
                            "synthetic://n25500/shelf-0/photograph-of-something-0.jpg",
                            100_000,
                            1_700_000_000_000L,
                            null));
        }
    }

    @Test
    void aListingIsCutAtItsFolders() {
        Configuration configuration = new Configuration();
        SYNTHETIC.forEach(configuration::set);
        List<ImageLister.ListingSection> sections =
                new ImageLister(configuration, "*", new Omissions()).sections(List.of("synthetic://n10000/"), 8);
        assertThat(sections).hasSize(11); // ten shelves, and the files of their parent
        assertThat(sections.get(0).scope()).isEqualTo(ImageLister.Scope.FILES);
    }

    @ParameterizedTest
    @ValueSource(strings = {"100000", "1000000"})
    void aMillionImagesArePlannedInTheMemoryOfAHundredThousand(String count) throws IOException {
        int status = Launchers.extract()
                .with("--driver-memory", "512m", "--jars", jar().toString())
                .with("--conf", "spark.hadoop.fs.synthetic.impl=" + SyntheticFileSystem.class.getName())
                .with("--input", "synthetic://n" + count + "/", "--model", DemoCheckpoint.location())
                .with("--output", folder + "/out", "--dry-run")
                .run(folder.resolve("out.txt"), folder.resolve("err.txt"));
        assertThat(status).as(Files.readString(folder.resolve("err.txt"))).isZero();
        assertThat(Files.readString(folder.resolve("out.txt")).replace(",", "")).contains("images         " + count);
    }

    /** The store as a jar of its own, for a submission. */
    private Path jar() throws IOException {
        Path jar = folder.resolve("synthetic.jar");
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar))) {
            for (Class<?> type : List.of(ShelfFileSystem.class, SyntheticFileSystem.class)) {
                String name = type.getName().replace('.', '/') + ".class";
                out.putNextEntry(new JarEntry(name));
                Files.copy(
                        Path.of(SparkLine.ofThisBuild().folder(), "test-classes")
                                .resolve(name),
                        out);
            }
        }
        return jar;
    }
}
