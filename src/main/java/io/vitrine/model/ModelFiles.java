package io.vitrine.model;

import io.vitrine.ModelException;
import io.vitrine.checkpoint.Checkpoint;
import io.vitrine.checkpoint.PreprocessorFile;
import io.vitrine.checkpoint.VitConfig;
import io.vitrine.image.preprocess.Preprocessing;
import java.nio.file.Path;

/** Checks the JSON files of a checkpoint before its weights are fetched, copied or converted, with the readers of the model. */
public final class ModelFiles {
    private ModelFiles() {}

    /**
     * Refuses a model or an image processor that is not supported.
     *
     * @param folder holds config.json, and perhaps the file of the image processor; no weights are needed
     * @param shown the folder's name in errors
     * @throws ModelException saying what is not supported, and what to use instead
     */
    public static void requireSupported(Path folder, String shown) {
        try {
            VitConfig config = Checkpoint.readConfig(folder);
            if (PreprocessorFile.isIn(folder)) {
                PreprocessorFile file = PreprocessorFile.find(folder);
                Preprocessing.read(file.node(), config.family().modelType(), file.source());
            }
        } catch (ModelException e) {
            throw new ModelException(e.getMessage().replace(folder.toString(), shown), e);
        }
    }
}
