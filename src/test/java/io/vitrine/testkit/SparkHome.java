package io.vitrine.testkit;

import io.vitrine.spark.SparkLine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A folder with the Spark jars that Maven resolved, laid out as a distribution. */
final class SparkHome {
    private SparkHome() {}

    /** Creates {@code folder} with its {@code jars/}. */
    static Path create(Path folder) throws IOException {
        Path jars = Files.createDirectories(folder.resolve("jars"));
        String classPath = Files.readString(SparkLine.ofThisBuild().classPathFile(Path.of("")))
                .strip();
        for (String jar : classPath.split(":")) {
            Path link = jars.resolve(Path.of(jar).getFileName());
            if (!Files.exists(link)) {
                Files.createSymbolicLink(link, Path.of(jar));
            }
        }
        return folder;
    }
}
