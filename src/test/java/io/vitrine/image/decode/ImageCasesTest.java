package io.vitrine.image.decode;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Small pictures on which readers differ. {@code pillow.txt} says what Pillow answers for each: size and SHA-256 of its upright RGB
 * bytes, or {@code refused}; {@code pillow-heif.txt} says the same of HEICs, with that plugin. {@code differences.txt} lists where the program answers otherwise, and why.
 */
final class ImageCasesTest {
    private static final Path FOLDER = Path.of("src/test/resources/image-cases");
    private static final Map<String, String> DIFFERENCES = table("differences.txt");

    static Stream<Map.Entry<String, String>> cases() {
        return Stream.of("pillow.txt", "pillow-heif.txt").flatMap(name -> table(name).entrySet().stream());
    }

    /** A difference that is gone must leave the list. */
    @ParameterizedTest
    @MethodSource("cases")
    void theAnswerIsPillowsOrAListedDifference(Map.Entry<String, String> expected) throws IOException {
        String name = expected.getKey();
        String answer = TestDecoding.answer(Files.readAllBytes(FOLDER.resolve(name)));
        if (DIFFERENCES.containsKey(name)) {
            assertThat(answer).as("%s, of the differences", name).isNotEqualTo(expected.getValue());
        } else {
            assertThat(answer).as(name).isEqualTo(expected.getValue());
        }
    }

    /** Lines of a name and the rest; the first line is a title. */
    private static Map<String, String> table(String name) {
        Map<String, String> table = new TreeMap<>();
        try {
            List<String> lines = Files.readAllLines(FOLDER.resolve(name), StandardCharsets.UTF_8);
            for (String line : lines.subList(1, lines.size())) {
                String[] parts = line.split(" ", 2);
                table.put(parts[0], parts[1]);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return table;
    }
}
