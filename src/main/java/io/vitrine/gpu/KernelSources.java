package io.vitrine.gpu;

import io.vitrine.cuda.Program;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The source of the kernels, from the class path. */
public final class KernelSources {
    private static final String MAIN = "kernels.cu";
    private static final List<String> INCLUDED = List.of(
            "entropy.cu",
            "idct.cu",
            "rows.cu",
            "columns.cu",
            "colour.h",
            "crop.h",
            "device.h",
            "huffman.h",
            "idct.h",
            "lanes.h",
            "layout.h",
            "sinks.h",
            "sums.h",
            "upsampling.h");

    private KernelSources() {}

    /** All kernels as one program. */
    public static Program program() {
        return new Program(
                MAIN,
                text(MAIN),
                INCLUDED.stream().collect(Collectors.toMap(Function.identity(), KernelSources::text)));
    }

    private static String text(String name) {
        try (InputStream source = KernelSources.class.getResourceAsStream(name)) {
            if (source == null) {
                throw new IllegalStateException("The class path has no io/vitrine/gpu/" + name);
            }
            return new String(source.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
