package io.vitrine.gpu;

import io.vitrine.cuda.Program;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The kernels as CUDA C, from the program's own files. */
final class KernelSources {
    private static final String MAIN = "kernels.cu";

    /** What {@link #MAIN} and the others include. */
    static final List<String> INCLUDED = List.of(
            "colour.h",
            "columns.cu",
            "crop.h",
            "device.h",
            "entropy.cu",
            "huffman.h",
            "idct.cu",
            "idct.h",
            "lanes.h",
            "layout.h",
            "rows.cu",
            "sinks.h",
            "sums.h",
            "upsampling.h");

    private KernelSources() {}

    static Program program() {
        Map<String, String> included = INCLUDED.stream().collect(Collectors.toMap(name -> name, KernelSources::text));
        return new Program(MAIN, text(MAIN), included);
    }

    private static String text(String name) {
        try (InputStream in = KernelSources.class.getResourceAsStream(name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
