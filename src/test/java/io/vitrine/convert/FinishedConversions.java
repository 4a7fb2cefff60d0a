package io.vitrine.convert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vitrine.ModelException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** The cache after a conversion. */
final class FinishedConversions {
    private FinishedConversions() {}

    /** The checkpoint with this file of weights is refused, and leaves nothing. */
    static void assertRefused(Path weights, Path cache, String fault) throws IOException {
        assertThatThrownBy(() -> Conversion.toSafetensors(weights.getParent(), cache))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining(fault)
                .hasMessageContaining(weights.toString());
        try (Stream<Path> made = Files.list(cache)) {
            assertThat(made.filter(folder -> Files.exists(folder.resolve(".fingerprint"))))
                    .isEmpty();
        }
    }
}
