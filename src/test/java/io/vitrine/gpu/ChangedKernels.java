package io.vitrine.gpu;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Copies of the kernels with one change. */
final class ChangedKernels {
    private ChangedKernels() {}

    /**
     * Copies the kernels to a folder under {@code target}.
     *
     * @param file where {@code from} occurs exactly once
     */
    static Path with(String file, String from, String to) {
        try {
            Path folder =
                    Path.of("target", "changed-kernels", file + "-" + Integer.toHexString((from + to).hashCode()));
            Files.createDirectories(folder);
            try (Stream<Path> sources = Files.list(KernelCompiler.SOURCES)) {
                for (Path source : sources.toList()) {
                    String text = Files.readString(source);
                    if (source.endsWith(file)) {
                        assertThat(List.of(text.split(Pattern.quote(from), -1)))
                                .as(from)
                                .hasSize(2);
                        text = text.replace(from, to);
                    }
                    Files.writeString(folder.resolve(source.getFileName()), text);
                }
            }
            return folder;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
