package io.vitrine.cuda;

import java.util.Map;

/**
 * CUDA C that is compiled at load.
 *
 * @param name what errors call the source: "decode.cu"
 * @param headers the text of each file that {@code #include} may name. There are no others, not even CUDA's
 */
public record Program(String name, String source, Map<String, String> headers) {
    public Program {
        headers = Map.copyOf(headers);
    }
}
