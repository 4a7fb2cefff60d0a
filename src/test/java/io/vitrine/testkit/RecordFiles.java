package io.vitrine.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import io.vitrine.checkpoint.JsonFile;
import java.io.IOException;
import java.nio.file.Path;

/** The records that runs leave in their output. */
public final class RecordFiles {
    private RecordFiles() {}

    /** The record of the latest run in the output folder {@code output}. */
    public static JsonNode latest(Path output) throws IOException {
        return JsonFile.read(Folders.files(output.resolve("_vitrine")).stream()
                .filter(file -> file.getFileName().toString().matches("[0-9].*\\.json"))
                .max(Path::compareTo)
                .orElseThrow());
    }
}
