package io.vitrine.job;

import io.vitrine.job.plan.ExtractPlan;
import io.vitrine.job.task.ModelSpec;
import io.vitrine.report.Versions;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.sql.types.StructField;

/** How the features of a commit were made, as key-value metadata that is stored with its rows. */
final class Provenance {
    private static final String PREFIX = "vitrine.";

    private Provenance() {}

    static Map<String, String> of(ExtractPlan plan, String run) {
        ModelSpec model = plan.model().spec();
        Map<String, String> metadata = new TreeMap<>();
        metadata.put(PREFIX + "run", run);
        metadata.put(PREFIX + "model", model.location());
        metadata.put(PREFIX + "fingerprint", model.fingerprint());
        metadata.put(PREFIX + "image_size", model.input().toString());
        metadata.put(PREFIX + "preprocessing", plan.model().preprocessing());
        metadata.put(PREFIX + "precision", model.compute().precision().name());
        metadata.put(PREFIX + "engine", model.compute().engine().name());
        if (!model.headMask().layers().isEmpty()) {
            metadata.put(PREFIX + "head_mask", model.headMask().layers().toString());
        }
        for (StructField field : plan.schema().features()) {
            metadata.put(PREFIX + "column." + field.name(), field.metadata().json());
        }
        Versions.all().forEach((name, version) -> metadata.put(PREFIX + "version." + name, version));
        return metadata;
    }
}
