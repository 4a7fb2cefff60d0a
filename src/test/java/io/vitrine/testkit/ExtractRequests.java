package io.vitrine.testkit;

import io.vitrine.job.request.ExtractRequest;
import io.vitrine.job.request.ModelRequest;
import io.vitrine.job.request.TaskSettings;
import java.nio.file.Path;

/** Requests that tests start from: the demo checkpoint, in small batches, so that a dozen images make several. */
public final class ExtractRequests {
    /** Images per batch. */
    public static final int BATCH_SIZE = 4;

    private static final int FETCH_AHEAD = 4;
    private static final long FETCH_BYTES = 1 << 20;

    private ExtractRequests() {}

    /** A request that lacks its input and output. Checkpoints are cached below {@code folder}. */
    public static ExtractRequest.Builder builder(Path folder) {
        return ExtractRequest.builder()
                .model(model(DemoCheckpoint.FOLDER, folder).build())
                .tasks(TaskSettings.builder()
                        .batchSize(BATCH_SIZE)
                        .fetchAhead(FETCH_AHEAD)
                        .fetchBytes(FETCH_BYTES)
                        .build());
    }

    /** The checkpoint {@code model}, cached below {@code folder}. */
    public static ModelRequest.Builder model(Path model, Path folder) {
        return ModelRequest.builder(model.toString()).cache(folder.resolve("cache"));
    }
}
