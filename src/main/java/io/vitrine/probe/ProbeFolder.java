package io.vitrine.probe;

import io.vitrine.OutputConflictException;
import io.vitrine.job.spark.SparkFailures;
import io.vitrine.report.ProbeRecord;
import io.vitrine.report.page.ProbePage;
import io.vitrine.vectors.StorageFolder;
import java.util.List;
import java.util.Set;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.sql.SparkSession;

/** What a probe leaves behind: {@code pipeline}, {@code report.html}, and last {@code probe.json}. */
final class ProbeFolder {
    static final String PIPELINE = "pipeline";
    static final String PAGE = "report.html";
    static final String RECORD = "probe.json";

    private static final Set<String> OURS = Set.of(PIPELINE, PAGE, RECORD);

    private final StorageFolder folder;
    private final ProbeRequest request;

    ProbeFolder(SparkSession spark, ProbeRequest request) {
        this.folder = new StorageFolder(request.output(), spark.sessionState().newHadoopConf());
        this.request = request;
    }

    /** @throws OutputConflictException if the folder holds something that may not be replaced */
    void requireFree() {
        List<String> names = folder.names();
        List<String> others =
                names.stream().filter(name -> !OURS.contains(name)).toList();
        if (!others.isEmpty()) {
            throw new OutputConflictException("The folder " + request.output() + " holds " + others.get(0)
                    + ", which is of no probe. Choose another --output.");
        }
        if (!names.isEmpty() && !names.contains(RECORD)) {
            throw new OutputConflictException(
                    "The folder " + request.output() + " holds " + names.get(0) + " without " + RECORD
                            + ", so it is no probe that was written to its end. Remove it, or choose another --output.");
        }
        if (names.contains(RECORD) && request.existing() == ProbeRequest.Existing.REFUSE) {
            throw new OutputConflictException("The folder " + request.output()
                    + " holds a probe. Choose another --output, or replace it with --overwrite.");
        }
    }

    /** Writes everything. The record is removed first and written last, so that with it the folder is complete. */
    void write(PipelineModel pipeline, ProbeRecord record) {
        requireFree();
        for (String name : List.of(RECORD, PAGE, PIPELINE)) {
            if (folder.names().contains(name)) {
                folder.delete(name);
            }
        }
        String place = folder.path(PIPELINE).toString();
        SparkFailures.explain("write the pipeline to", place, () -> {
            pipeline.save(place);
            return place;
        });
        folder.write(PAGE, ProbePage.of(record));
        folder.write(RECORD, record.json());
    }
}
