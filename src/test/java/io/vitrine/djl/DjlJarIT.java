package io.vitrine.djl;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.engine.Engine;
import ai.djl.onnxruntime.engine.OrtEngine;
import ai.onnxruntime.OrtEnvironment;
import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.gson.Gson;
import com.sun.jna.Native;
import io.vitrine.export.Export;
import io.vitrine.graph.HeadMask;
import io.vitrine.graph.OnnxModel;
import io.vitrine.graph.PixelInput;
import io.vitrine.image.Pictures;
import io.vitrine.model.ModelPlan;
import io.vitrine.spark.SparkLine;
import io.vitrine.testkit.DemoCheckpoint;
import java.io.File;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.jar.JarFile;
import org.apache.commons.compress.archivers.ArchiveEntry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;

/** The jar for programs that bring DJL, before DJL's own jars on the class path. */
final class DjlJarIT {
    private static final Path JAR = SparkLine.ofThisBuild().jar(Path.of("")).resolveSibling("vitrine-djl.jar");

    @TempDir
    private Path folder;

    @Test
    void itHasNothingThatSuchAProgramHas() throws Exception {
        try (JarFile jar = new JarFile(JAR.toFile())) {
            assertThat(jar.stream().map(entry -> entry.getName()))
                    .contains("io/vitrine/djl/ImageTranslatorFactory.class")
                    .noneMatch(name -> name.startsWith("ai/"))
                    .noneMatch(name -> name.startsWith("com/google/"))
                    .noneMatch(name -> name.startsWith("io/vitrine/shaded/"))
                    .noneMatch(name -> name.startsWith("io/vitrine/job/"));
        }
    }

    @Test
    void aProgramThatUsesDjlsApiRuns() throws Exception {
        Path exported = folder.resolve("export");
        Export.write(
                ModelPlan.of(DemoCheckpoint.FOLDER, Optional.empty()),
                new Export.Options(
                        Export.Format.onnx,
                        PixelInput.UINT8,
                        List.of("pooler_output", "logits"),
                        HeadMask.NONE,
                        OnnxModel.WeightStorage.EXTERNAL,
                        Export.Preprocessor.CHECKPOINT),
                exported);
        Path picture = Files.write(folder.resolve("picture.jpg"), Pictures.drawn("jpg", 61, 47, 5));
        ProcessBuilder program = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx512m",
                        "-Dai.djl.offline=true",
                        "-cp",
                        classPath(),
                        DjlProgram.class.getName(),
                        exported.toString(),
                        picture.toString())
                .redirectErrorStream(true);
        program.environment().put("OPT_OUT_TRACKING", "true");
        Process process = program.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        assertThat(output).contains("labels [").contains("\"className\"").contains("true");
    }

    private static String classPath() throws URISyntaxException {
        List<String> jars = new ArrayList<>(List.of(JAR.toString()));
        for (Class<?> type : List.of(
                Engine.class,
                OrtEngine.class,
                OrtEnvironment.class,
                Gson.class,
                Native.class,
                ArchiveEntry.class,
                Logger.class,
                ObjectMapper.class,
                JsonFactory.class,
                JsonCreator.class,
                DjlProgram.class)) {
            jars.add(Path.of(type.getProtectionDomain()
                            .getCodeSource()
                            .getLocation()
                            .toURI())
                    .toString());
        }
        return String.join(File.pathSeparator, jars);
    }
}
