package io.vitrine.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

final class OptionsReferenceTest {
    private static final Path PAGE = Path.of("docs/reference/options.md");

    @Test
    void thePageOfOptionsIsTheCommandLines() throws IOException {
        String generated = OptionsReference.markdown();
        if (System.getProperty("regenerate") != null) {
            Files.createDirectories(PAGE.getParent());
            Files.writeString(PAGE, generated);
        }
        assertThat(Files.readString(PAGE))
                .as("regenerate %s: mvn -B -q -Dquick test -Dtest=OptionsReferenceTest -Dregenerate", PAGE)
                .isEqualTo(generated);
    }
}
