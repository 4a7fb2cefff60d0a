package io.vitrine.inference;

import static org.assertj.core.api.Assertions.assertThat;

import io.vitrine.graph.ModelSignature;
import java.nio.ByteBuffer;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class BatchFeaturesTest {
    private static BatchFeatures of(ByteBuffer... images) {
        return new BatchFeatures(Map.<String, ModelSignature.Output>of(), Map.of("pooler_output", images));
    }

    @Test
    void anImageWithAnArrayOfItsOwnIsNotCopied() {
        byte[] first = {1, 2, 3, 4};
        byte[] second = {5, 6, 7, 8};
        BatchFeatures features = of(ByteBuffer.wrap(first), ByteBuffer.wrap(second));
        assertThat(features.bytes("pooler_output", 0)).isSameAs(first);
        assertThat(features.bytes("pooler_output", 1)).isSameAs(second);
    }

    @Test
    void anImageIsCopiedOutOfASharedArray() {
        byte[] both = {1, 2, 3, 4, 5, 6, 7, 8};
        BatchFeatures features =
                of(ByteBuffer.wrap(both).slice(0, 4), ByteBuffer.wrap(both).slice(4, 4));
        assertThat(features.bytes("pooler_output", 0)).containsExactly(1, 2, 3, 4);
        assertThat(features.bytes("pooler_output", 1)).containsExactly(5, 6, 7, 8);
    }
}
