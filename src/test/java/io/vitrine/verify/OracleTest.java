package io.vitrine.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vitrine.graph.Precision;
import io.vitrine.inference.ComputePlan;
import io.vitrine.inference.InferenceEngine;
import io.vitrine.inference.Placement;
import io.vitrine.testkit.Folders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** The reference vectors of the published Python packages, through the code of the job. */
final class OracleTest {
    private static final Path ORACLE = Path.of("src/test/resources/oracle");
    private static final Path SECOND = Path.of("src/test/resources/oracle2");
    private static final Path THIRD = Path.of("src/test/resources/oracle3");

    @TestFactory
    Stream<DynamicTest> everyCaseAgreesWithTheReference() {
        return cases(ORACLE, ComputePlan.EXACT);
    }

    @TestFactory
    Stream<DynamicTest> everyCaseOfTheSecondSetAgreesWithTheReference() {
        return cases(SECOND, ComputePlan.EXACT);
    }

    @TestFactory
    Stream<DynamicTest> everyCaseOfTheThirdSetAgreesWithTheReference() {
        return cases(THIRD, ComputePlan.EXACT);
    }

    /** The models on the other engine, and in approximate numbers, whose errors are printed. */
    @TestFactory
    Stream<DynamicTest> everyModelAgreesOnBothEnginesAndInEveryPrecision() {
        assumeTrue(
                InferenceEngine.pytorch.isAvailable(),
                "PyTorch's libraries are on the class path for Linux on x86-64 only");
        return Stream.of(
                        ComputePlan.of(InferenceEngine.pytorch, Precision.fp32),
                        ComputePlan.of(InferenceEngine.pytorch, Precision.bf16),
                        ComputePlan.of(InferenceEngine.onnxruntime, Precision.fp16),
                        ComputePlan.of(InferenceEngine.onnxruntime, Precision.int8))
                .flatMap(compute -> Stream.of(ORACLE, SECOND, THIRD)
                        .flatMap(set -> cases(set, compute))
                        .filter(test -> test.getDisplayName().contains("model/")));
    }

    private static Stream<DynamicTest> cases(Path oracle, ComputePlan compute) {
        return new Oracle(oracle, compute, Placement.CPU)
                .cases().stream()
                        .map(oracleCase -> DynamicTest.dynamicTest(compute.describe() + " " + oracleCase.id(), () -> {
                            CaseResult result = oracleCase.run();
                            if (!result.measured().isEmpty()) {
                                System.out.println(
                                        compute.describe() + " " + oracleCase.id() + ": " + result.measured());
                            }
                            assertThat(result.fault()).isEmpty();
                        }));
    }

    @Test
    void noCaseIsLost() {
        List<OracleCase> cases = new Oracle(ORACLE, ComputePlan.EXACT, Placement.CPU).cases();
        assertThat(cases.stream().filter(c -> c.id().startsWith("image/"))).hasSize(60);
        assertThat(cases.stream().filter(c -> c.id().startsWith("preprocess/"))).hasSize(195);
        assertThat(cases.stream().filter(c -> c.id().startsWith("model/"))).hasSize(21);
        assertThat(cases).hasSize(60 + 195 + 21);
    }

    @Test
    void noCaseOfTheSecondSetIsLost() {
        List<OracleCase> cases = new Oracle(SECOND, ComputePlan.EXACT, Placement.CPU).cases();
        assertThat(cases.stream().filter(c -> c.id().startsWith("image/"))).hasSize(16);
        assertThat(cases.stream().filter(c -> c.id().startsWith("preprocess/"))).hasSize(201);
        assertThat(cases.stream().filter(c -> c.id().startsWith("model/"))).hasSize(50);
        assertThat(cases.stream().filter(c -> c.id().startsWith("text/"))).hasSize(5);
        assertThat(cases.stream().filter(c -> c.id().startsWith("zero_shot/"))).hasSize(5);
        assertThat(cases.stream().filter(c -> c.id().startsWith("label_scores/")))
                .hasSize(5);
        assertThat(cases).hasSize(16 + 201 + 50 + 5 + 5 + 5);
    }

    @Test
    void noCaseOfTheThirdSetIsLost() {
        List<OracleCase> cases = new Oracle(THIRD, ComputePlan.EXACT, Placement.CPU).cases();
        assertThat(cases.stream().filter(c -> c.id().startsWith("image/"))).hasSize(6);
        assertThat(cases.stream().filter(c -> c.id().startsWith("model/"))).hasSize(43);
        assertThat(cases).hasSize(6 + 43);
    }

    @Test
    void anotherActivationIsNoticed(@TempDir Path folder) throws IOException {
        Folders.copy(ORACLE, folder);
        replace(folder.resolve("checkpoints/vit-tiny-a/config.json"), "\"gelu\"", "\"gelu_new\"");
        assertThat(faults(folder, "model/vit-tiny-a"))
                .anyMatch(f -> f.contains("last_hidden_state") && f.contains("pooler_output alone"));
    }

    @Test
    void aSlightlyLargerResizeBeforeTheCropIsNoticed(@TempDir Path folder) throws IOException {
        Folders.copy(ORACLE, folder);
        replace(folder.resolve("preprocessors/deit-old/preprocessor_config.json"), "\"size\": 36", "\"size\": 38");
        assertThat(faults(folder, "preprocess/deit-old/"))
                .hasSize(6) // of 7: an image of one pixel is the same at any size
                .allMatch(f -> f.contains("pixel_values differs"));
    }

    @Test
    void anotherFileThatCountsIsNoticed(@TempDir Path folder) throws IOException {
        Folders.copy(SECOND, folder);
        replace(
                folder.resolve("preprocessors/both-nested-wins/processor_config.json"),
                "\"image_processor\"",
                "\"video_processor\"");
        assertThat(faults(folder, "preprocess/both-nested-wins/"))
                .hasSize(6)
                .allMatch(f -> f.contains("preprocessor_config.json, expected ") && f.startsWith("takes the"));
    }

    @Test
    void aSlightlyLargerCropOfTimmIsNoticed(@TempDir Path folder) throws IOException {
        Folders.copy(SECOND, folder);
        replace(folder.resolve("preprocessors/timm-bicubic-center/config.json"), "0.9,", "0.93,");
        assertThat(faults(folder, "preprocess/timm-bicubic-center/"))
                .hasSize(7) // of 8: an image of one pixel is the same at any size
                .allMatch(f -> f.contains("pixel_values differs"));
    }

    @Test
    void anotherUnitOfRotationIsNoticed(@TempDir Path folder) throws IOException {
        Folders.copy(THIRD, folder);
        replace(folder.resolve("checkpoints/pe-spatial/config.json"), "\"ref_feat_shape\"", "\"attn_pool_num_heads\"");
        assertThat(faults(folder, "model/pe-spatial"))
                .anyMatch(f -> f.contains("last_hidden_state") && f.contains("pooler_output alone"));
    }

    @Test
    void anUnknownKindIsAFault(@TempDir Path folder) throws IOException {
        Files.writeString(folder.resolve("manifest.json"), "{\"cases\": [{\"id\": \"a\", \"kind\": \"video\"}]}");
        assertThat(faults(folder, "a")).containsExactly("kind 'video' is not supported");
    }

    private static List<String> faults(Path folder, String prefix) {
        return new Oracle(folder, ComputePlan.EXACT, Placement.CPU)
                .cases().stream()
                        .filter(c -> c.id().startsWith(prefix))
                        .flatMap(c -> c.run().fault().stream())
                        .toList();
    }

    private static void replace(Path file, String from, String to) throws IOException {
        String text = Files.readString(file);
        assertThat(text).contains(from);
        Files.writeString(file, text.replace(from, to));
    }
}
