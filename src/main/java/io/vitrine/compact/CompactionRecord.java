package io.vitrine.compact;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vitrine.job.output.CompactionNote;
import io.vitrine.report.Versions;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.types.StructField;

/** The record of a compaction: fields of other runs' records where they say the same, and its note. */
final class CompactionRecord {
    private static final ObjectMapper JSON = new ObjectMapper();

    private CompactionRecord() {}

    /**
     * The record as JSON.
     *
     * @param images rows by status
     * @param model where the newest rows' checkpoint was
     * @param metadata of the files
     */
    static String json(
            String run,
            String output,
            Instant started,
            Map<String, Long> images,
            List<StructField> features,
            String model,
            Map<String, String> metadata,
            CompactionNote note) {
        ObjectNode record = JSON.createObjectNode();
        record.put("run", run).put("started", started.toString());
        record.put("seconds", (Instant.now().toEpochMilli() - started.toEpochMilli()) / 1e3);
        record.putArray("inputs");
        record.put("output", output).put("format", "parquet");
        record.putObject("model")
                .put("location", model)
                .put("fingerprint", note.identity().fields().get("fingerprint"))
                .put("image_size", note.identity().fields().get("image size"))
                .put("preprocessing", note.identity().fields().get("preprocessing"));
        ArrayNode columns = record.putArray("columns");
        features.forEach(field -> columns.addObject()
                .put("name", field.name())
                .put("type", field.dataType().simpleString()));
        record.set("images", JSON.valueToTree(images));
        record.put("total", images.values().stream().mapToLong(Long::longValue).sum());
        record.set(RecordFacts.METADATA, JSON.valueToTree(metadata));
        record.set("versions", JSON.valueToTree(Versions.all()));
        note.addTo(record);
        try {
            return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(record) + "\n";
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e); // strings and numbers
        }
    }
}
