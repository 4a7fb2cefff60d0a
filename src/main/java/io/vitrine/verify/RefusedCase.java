package io.vitrine.verify;

import com.fasterxml.jackson.databind.JsonNode;
import io.vitrine.ModelException;
import io.vitrine.checkpoint.Checkpoint;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A case of a model that is not supported: SigLIP 2 NaFlex, whose number of patches varies with the image. It holds if the
 * checkpoint is refused by that name.
 */
final class RefusedCase implements OracleCase.Check {
    private static final String NAME = "NaFlex";

    private final Path folder;
    private final JsonNode node;

    RefusedCase(Path folder, JsonNode node) {
        this.folder = folder;
        this.node = node;
    }

    @Override
    public OracleCase.Finding find() {
        try {
            Checkpoint.open(folder.resolve(node.path("checkpoint").asText()));
            return OracleCase.Finding.exact(Optional.of(NAME + " is read, but no case compares it"));
        } catch (ModelException e) {
            return e.getMessage().contains(NAME)
                    ? new OracleCase.Finding(Optional.empty(), "refused: " + NAME + " is not supported")
                    : OracleCase.Finding.exact(Optional.of(e.getMessage()));
        }
    }
}
