package io.vitrine.vectors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vitrine.ConfigurationException;
import io.vitrine.OutputConflictException;
import io.vitrine.testkit.Folders;
import io.vitrine.testkit.LocalSpark;
import io.vitrine.testkit.SyntheticOutput;
import io.vitrine.testkit.SyntheticOutput.Image;
import io.vitrine.vectors.ResultFolder.Existing;
import io.vitrine.vectors.VectorsRequest.ElementType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files of 25 vectors of three numbers, about 10 a file, one image deleted. */
final class VectorsExportIT {
    @TempDir
    private static Path folder;

    private static SparkSession spark;
    private static String features;

    @BeforeAll
    static void start() {
        spark = LocalSpark.session();
        List<Image> images = new ArrayList<>();
        for (int i = 0; i < 26; i++) {
            images.add(Image.ok("file:/p/" + (char) ('a' + i), i, -i, 0.5f));
        }
        features = new SyntheticOutput(spark, folder.resolve("features").toString(), "f1", 3)
                .run(images)
                .run(List.of(Image.deleted("file:/p/c")))
                .folder();
    }

    @AfterAll
    static void stop() {
        spark.stop();
    }

    private static VectorsExport.Exported export(VectorFormat format, ElementType element, Path to, Existing existing) {
        return new VectorsExport(
                        spark,
                        new VectorsRequest(
                                features, SyntheticOutput.COLUMN, format, element, 10, to.toString(), existing))
                .run(plan -> {});
    }

    private static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> !file.getFileName().toString().startsWith("."))
                    .sorted(Comparator.comparing(Path::toString))
                    .toList();
        }
    }

    private static List<String> paths(Path to) {
        return spark.read().parquet(to.toString()).collectAsList().stream()
                .map(row -> row.getString(0))
                .toList();
    }

    @Test
    void npyFilesHoldTheRowsOfTheirPathFiles() throws IOException {
        Path to = folder.resolve("npy");
        VectorsExport.Exported exported = export(VectorFormat.NPY, ElementType.FLOAT32, to, Existing.REFUSE);
        assertThat(exported.vectors()).isEqualTo(25);
        assertThat(exported.source().fingerprint()).isEqualTo("f1");
        assertThat(Files.readString(to.resolve("vectors.json")))
                .contains("\"newest_run\" : \"20260101T000002Z-000000000000\"", "\"dimension\" : 3");
        List<String> all = new ArrayList<>();
        List<Path> files = files(to.resolve("vectors"));
        assertThat(files).hasSizeBetween(2, 3);
        for (Path file : files) {
            ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
            String name = file.getFileName().toString().replace(".npy", ".parquet");
            List<String> paths = paths(to.resolve("paths").resolve(name));
            assertThat(new String(bytes.array(), 10, 118, StandardCharsets.US_ASCII))
                    .startsWith("{'descr': '<f4', 'fortran_order': False, 'shape': (" + paths.size() + ", 3), }")
                    .endsWith("\n");
            assertThat(bytes.capacity()).isEqualTo(128 + paths.size() * 12);
            for (int row = 0; row < paths.size(); row++) {
                float number = paths.get(row).charAt(8) - 'a';
                assertThat(bytes.getFloat(128 + row * 12)).isEqualTo(number);
                assertThat(bytes.getFloat(132 + row * 12)).isEqualTo(-number);
            }
            all.addAll(paths);
        }
        assertThat(all).hasSize(25).isSorted().doesNotContain("file:/p/c");
    }

    @Test
    void halfFloatsAreNpyOnly() throws IOException {
        Path to = folder.resolve("half");
        export(VectorFormat.NPY, ElementType.FLOAT16, to, Existing.REFUSE);
        byte[] first = Folders.read(files(to.resolve("vectors")).get(0));
        assertThat(new String(first, 10, 20, StandardCharsets.US_ASCII)).contains("'<f2'");
        assertThat(ByteBuffer.wrap(first).order(ByteOrder.LITTLE_ENDIAN).getShort(132))
                .isEqualTo((short) 0x3800); // 0.5
        assertThatThrownBy(() -> export(VectorFormat.FVECS, ElementType.FLOAT16, to, Existing.REFUSE))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("--dtype float16 is for --to npy only");
    }

    @Test
    void fvecsBeginEachVectorWithItsDimension() throws IOException {
        Path to = folder.resolve("fvecs");
        export(VectorFormat.FVECS, ElementType.FLOAT32, to, Existing.REFUSE);
        ByteBuffer bytes = ByteBuffer.wrap(
                        Folders.read(files(to.resolve("vectors")).get(0)))
                .order(ByteOrder.LITTLE_ENDIAN);
        assertThat(bytes.getInt(16)).isEqualTo(3);
        assertThat(bytes.getFloat(20)).isEqualTo(1);
    }

    @Test
    void parquetHasVectorsAndTheSizeForLance() {
        Path to = folder.resolve("lance");
        export(VectorFormat.LANCE_READY, ElementType.FLOAT32, to, Existing.REFUSE);
        var rows = spark.read().parquet(to.resolve("vectors").toString());
        assertThat(rows.schema().apply("vector").metadata().getLong("arrow.fixed-size-list.size"))
                .isEqualTo(3);
        Row row = rows.where("path = 'file:/p/z'").first();
        assertThat(row.<Float>getList(1)).containsExactly(25f, -25f, 0.5f);
    }

    @Test
    void anExistingFolderIsReplacedOnlyIfItIsAnExport() throws IOException {
        Path to = folder.resolve("again");
        export(VectorFormat.NPY, ElementType.FLOAT32, to, Existing.REFUSE);
        assertThatThrownBy(() -> export(VectorFormat.FVECS, ElementType.FLOAT32, to, Existing.REFUSE))
                .isInstanceOf(OutputConflictException.class)
                .hasMessageContaining("exists. Choose another --output, or replace it with --overwrite.");
        export(VectorFormat.PARQUET_FIXED, ElementType.FLOAT32, to, Existing.OVERWRITE);
        assertThat(files(to))
                .extracting(file -> file.getFileName().toString())
                .containsExactly("vectors", "vectors.json");
        Files.writeString(to.resolve("mine.txt"), "x");
        assertThatThrownBy(() -> export(VectorFormat.NPY, ElementType.FLOAT32, to, Existing.OVERWRITE))
                .isInstanceOf(OutputConflictException.class)
                .hasMessageContaining("holds mine.txt, which is no part of an export of vectors");
        assertThat(files(folder)).noneMatch(file -> file.toString().contains("unfinished"));
    }
}
