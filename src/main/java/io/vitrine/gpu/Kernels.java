package io.vitrine.gpu;

import io.vitrine.cuda.Program;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The source of the kernels that decode and resize. */
public final class Kernels {
    private static final String MAIN = "kernels.cu";

    /** What the source includes. */
    static final List<String> HEADERS = List.of(
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

    private Kernels() {}

    /** The program that a {@link DeviceDecoder}'s device runs. */
    public static Program program() {
        Map<String, String> headers = HEADERS.stream().collect(Collectors.toMap(Function.identity(), Kernels::read));
        return new Program(MAIN, read(MAIN), headers);
    }

    private static String read(String name) {
        try (InputStream in = Kernels.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("The jar lacks " + name);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
