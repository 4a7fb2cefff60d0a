package io.vitrine.job.plan;

import io.vitrine.job.output.OutputIdentity;
import io.vitrine.job.plan.ExtractPlan.PlannedModel;
import io.vitrine.job.rows.FeatureSchema;
import io.vitrine.table.OutputFormat;
import java.util.Map;
import java.util.TreeMap;

/** What decides how the features of a run are made: all runs on an output must agree in it. */
final class FeatureIdentity {
    private FeatureIdentity() {}

    static OutputIdentity of(OutputFormat format, PlannedModel model, FeatureSchema schema) {
        Map<String, String> fields = new TreeMap<>();
        fields.put("fingerprint", model.spec().fingerprint());
        fields.put("preprocessing", model.preprocessing());
        fields.put("image size", model.plan().imageSize().toString());
        fields.put(OutputIdentity.FORMAT, format.name());
        fields.put("precision", model.spec().compute().precision().numbers());
        fields.put("head mask", model.spec().headMask().layers().toString());
        schema.features()
                .forEach(field -> fields.put(
                        "column " + field.name(),
                        field.dataType().simpleString() + " " + field.metadata().json()));
        schema.carried()
                .forEach(field ->
                        fields.put("carried " + field.name(), field.dataType().simpleString()));
        return new OutputIdentity(fields);
    }
}
