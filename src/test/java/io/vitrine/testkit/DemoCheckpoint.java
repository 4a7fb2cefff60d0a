package io.vitrine.testkit;

import java.nio.file.Path;

/** The small ViT with a classifier in {@code demo/checkpoint}: 65 tokens of 96 values from 64x64 pixels. */
public final class DemoCheckpoint {
    public static final Path FOLDER = Path.of("demo/checkpoint").toAbsolutePath();

    private DemoCheckpoint() {}

    /** Its folder as {@code --model} takes it. */
    public static String location() {
        return FOLDER.toString();
    }
}
