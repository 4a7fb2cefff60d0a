package io.vitrine.ml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.ml.param.Param;
import org.junit.jupiter.api.Test;

/** The Python class over the transformer. */
final class PySparkIT {
    private static final Path MODULE = Path.of("src/main/python/vitrine_ml.py");

    @Test
    void itHasTheParametersOfTheTransformer() throws IOException {
        Matcher names = Pattern.compile("(?m)^    \"(\\w+)\": \\(").matcher(Files.readString(MODULE));
        Set<String> python = new TreeSet<>();
        while (names.find()) {
            python.add(names.group(1));
        }
        Set<String> java = new TreeSet<>();
        Arrays.stream(new VitFeatureExtractor().params()).map(Param::name).forEach(java::add);
        assertThat(python).isEqualTo(java);
    }

    @Test
    void itCompiles() throws Exception {
        assumeTrue(python("import sys") == 0, "there is no python3 on this machine");
        assertThat(python("compile(open('" + MODULE + "').read(), 'vitrine_ml.py', 'exec')"))
                .isZero();
    }

    @Test
    void itRunsInPySpark() throws Exception {
        assumeTrue(python("import pyspark") == 0, "there is no python3 with pyspark on this machine");
        assertThat(python(String.join(
                        "\n",
                        "import sys; sys.path.insert(0, 'src/main/python')",
                        "from pyspark.sql import SparkSession",
                        "from vitrine_ml import VitFeatureExtractor",
                        "spark = SparkSession.builder.master('local[1]')"
                                + ".config('spark.driver.extraClassPath', '"
                                + System.getProperty("java.class.path")
                                        .replace(File.pathSeparator + File.pathSeparator, File.pathSeparator)
                                + "').getOrCreate()",
                        "photos = spark.read.format('binaryFile').load('demo/pictures')",
                        "rows = VitFeatureExtractor(model='demo/checkpoint').transform(photos)",
                        "assert rows.where(\"status = 'ok'\").count() == photos.count()")))
                .isZero();
    }

    private static int python(String code) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder("python3", "-c", code).redirectErrorStream(true);
        builder.environment().put("PYTHONDONTWRITEBYTECODE", "1");
        Process process;
        try {
            process = builder.start();
        } catch (IOException e) {
            return -1; // there is no python3
        }
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(5, TimeUnit.MINUTES)).as(output).isTrue();
        return process.exitValue();
    }
}
