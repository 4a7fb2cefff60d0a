package io.vitrine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.amazonaws.services.emrcontainers.model.SparkSubmitJobDriver;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The requests in deploy/emr have the fields of AWS' own types. Its SDK comes with the S3 client of Spark 3.5. */
final class EmrRequestsTest {
    private static final ObjectMapper STRICT = new ObjectMapper();

    private static JsonNode json(String name) throws IOException {
        return STRICT.readTree(Path.of("deploy/emr", name).toFile());
    }

    @Test
    void theRequestToEmrServerlessIsOne() throws IOException {
        JsonNode request = json("serverless.json");
        com.amazonaws.services.emrserverless.model.StartJobRunRequest typed =
                STRICT.convertValue(request, com.amazonaws.services.emrserverless.model.StartJobRunRequest.class);
        requireSubmission(
                typed.getJobDriver().getSparkSubmit().getEntryPointArguments(),
                typed.getJobDriver().getSparkSubmit().getSparkSubmitParameters());
        ((ObjectNode) request).put("applicationid", "x");
        assertThatThrownBy(() -> STRICT.convertValue(
                        request, com.amazonaws.services.emrserverless.model.StartJobRunRequest.class))
                .hasMessageContaining("applicationid");
    }

    @Test
    void theRequestToEmrOnEksIsOne() throws IOException {
        SparkSubmitJobDriver driver = STRICT.convertValue(
                        json("eks.json"), com.amazonaws.services.emrcontainers.model.StartJobRunRequest.class)
                .getJobDriver()
                .getSparkSubmitJobDriver();
        requireSubmission(driver.getEntryPointArguments(), driver.getSparkSubmitParameters());
    }

    private static void requireSubmission(List<String> arguments, String parameters) {
        DeployTest.assertParses(arguments);
        assertThat(parameters).startsWith("--class " + Vitrine.class.getName() + " ");
    }
}
