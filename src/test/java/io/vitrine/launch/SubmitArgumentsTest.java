package io.vitrine.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vitrine.LocationSecrets;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class SubmitArgumentsTest {
    @TempDir
    private Path folder;

    private static SubmitArguments parse(String... arguments) {
        return SubmitArguments.parse(List.of(arguments));
    }

    @Test
    void optionsOfSparkAreSortedOutOfTheCommands() {
        SubmitArguments parsed = parse(
                "--input", "a", "--master", "yarn", "--supervise", "--force", "-c", "spark.x=1", "--conf=spark.y=a=b");
        assertThat(parsed.spark())
                .containsExactly("--master", "yarn", "--supervise", "-c", "spark.x=1", "--conf", "spark.y=a=b");
        assertThat(parsed.command()).containsExactly("--input", "a", "--force");
        assertThat(parsed.settings()).containsEntry("spark.x", "1").containsEntry("spark.y", "a=b");
    }

    @Test
    void argumentsOfTheCommandStayAsTheyAre() {
        String[] arguments = {"--input=a=b", "", "ünï 雪", "--include", "*.{jpg,png}"};
        assertThat(parse(arguments).command()).containsExactly(arguments);
    }

    @ParameterizedTest
    @ValueSource(strings = {"--master", "--conf", "-c", "--driver-memory", "--packages"})
    void anOptionOfSparkNeedsItsValue(String option) {
        assertThatThrownBy(() -> parse("--input", "a", option))
                .isInstanceOf(LaunchException.class)
                .hasMessage(option + " needs a value.");
    }

    @ParameterizedTest
    @CsvSource({
        "--driver-memory 2g, 2g",
        "--driver-memory=2g, 2g",
        "--conf spark.driver.memory=3g, 3g",
        "-c spark.driver.memory=3g, 3g",
        "--conf spark.driver.memory=3g --conf spark.driver.memory=4g, 4g",
        "--driver-memory 2g --conf spark.driver.memory=3g, 2g"
    })
    void theDriversMemoryIsAFlagOrASetting(String options, String memory) {
        assertThat(parse(options.split(" ")).driverMemory()).contains(memory);
    }

    @ParameterizedTest
    @CsvSource({
        "--master spark://h:7077 --deploy-mode cluster, true",
        "--master=spark://h:7077 --conf spark.submit.deployMode=cluster, true",
        "--conf spark.master=spark://h:7077 --deploy-mode=cluster, true",
        "--master spark://h:7077, false",
        "--master yarn --deploy-mode cluster, false",
        "--master spark://h:7077 --deploy-mode client, false",
        "--deploy-mode cluster, false"
    })
    void aStandaloneClusterIsToldByMasterAndMode(String options, boolean standalone) {
        assertThat(parse(options.split(" ")).isStandaloneCluster()).isEqualTo(standalone);
    }

    @Test
    void aPropertiesFileCountsAfterTheCommandLine() throws IOException {
        Path file = folder.resolve("spark.conf");
        Files.writeString(
                file, "spark.driver.memory 5g\nspark.master=spark://h:7077\nspark.submit.deployMode  cluster\n");
        SubmitArguments parsed = parse("--properties-file", file.toString());
        assertThat(parsed.driverMemory()).contains("5g");
        assertThat(parsed.isStandaloneCluster()).isTrue();
        assertThat(parse("--properties-file", file.toString(), "--conf", "spark.driver.memory=1g")
                        .driverMemory())
                .contains("1g");
    }

    @Test
    void aMissingPropertiesFileIsLeftToSparkSubmit() {
        assertThat(parse("--properties-file", folder + "/none").driverMemory()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"--max-pixels 5", "--max-pixels=5", "--max-pixels 4 --max-pixels 5"})
    void anOptionOfTheCommandIsFoundInBothForms(String options) {
        assertThat(parse(options.split(" ")).option("--max-pixels")).contains("5");
    }

    @ParameterizedTest
    @ValueSource(strings = {"--max-pixels", "--force"})
    void anOptionWithoutValueIsNotFound(String options) {
        assertThat(parse(options).option("--max-pixels")).isEmpty();
    }

    /** What the command masks: Spark's scripts print arguments before it can. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "s3a://KEY:SECRET@bucket/photos",
                "s3://KEY@bucket",
                "https://hf_SECRET@host/list.csv",
                "hdfs://user:SECRET@name:8020/p",
                "wasbs://c@a.blob.core.windows.net/p?sv=1&sig=SECRET",
                "https://host/p?signature=SECRET",
                "https://host/p?a=b&token=SECRET",
                "https://host/p?access_token=SECRET",
                "https://b.s3.amazonaws.com/p?X-Amz-Signature=SECRET",
                "https://b.s3.amazonaws.com/p?X-Amz-Security-Token=SECRET",
                "https://storage.googleapis.com/p?X-Goog-Signature=SECRET"
            })
    void credentialsInALocationAreRefused(String location) {
        assertThat(LocationSecrets.masked(location)).isNotEqualTo(location);
        for (SubmitArguments arguments : List.of(parse("--input", location), parse("--input=" + location))) {
            assertThatThrownBy(arguments::requireNoCredentials)
                    .isInstanceOf(LaunchException.class)
                    .hasMessageContaining("holds credentials")
                    .hasMessageNotContainingAny("SECRET", "KEY");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "s3a://bucket/a:b@c.jpg",
                "abfss://container@account.dfs.core.windows.net/p",
                "hdfs://user@name:8020/p",
                "http://host:8080/a@b",
                "acme/vit-small@main"
            })
    void otherLocationsPass(String location) {
        assertThatCode(parse("--input", location)::requireNoCredentials).doesNotThrowAnyException();
    }
}
