package io.vitrine.report.page;

import static j2html.TagCreator.dd;
import static j2html.TagCreator.dl;
import static j2html.TagCreator.dt;
import static j2html.TagCreator.each;
import static j2html.TagCreator.h2;

import io.vitrine.report.RunRecord;
import io.vitrine.report.VisibleText;
import j2html.TagCreator;
import j2html.tags.DomContent;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/** What made the features, and how the run was configured. */
final class RunProvenance {
    private RunProvenance() {}

    static DomContent section(RunRecord record) {
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("input", String.join(", ", record.places().inputs()));
        facts.put("output", record.output() + " (" + record.format() + ")");
        facts.put("run", record.run() + (record.commits() == 1 ? "" : ", " + record.commits() + " commits"));
        facts.put("model", record.model().location());
        facts.put(
                "model type",
                record.model().type() + ", " + Units.count(record.model().parameters()) + " parameters");
        facts.put("fingerprint", record.model().fingerprint());
        facts.put("image size", record.model().imageSize());
        facts.put("preprocessing", record.model().preprocessing());
        facts.put(
                "columns",
                record.columns().stream()
                        .map(column -> column.name() + " " + column.dtype() + column.shape())
                        .collect(Collectors.joining(", ")));
        facts.put("computed in", record.precision() + " by " + record.engine());
        record.approximation().forEach((output, error) -> facts.put("int8, " + output, error + " against fp32"));
        facts.put(
                "GPUs",
                record.gpus().isEmpty()
                        ? "none"
                        : record.gpus().stream()
                                .map(gpu -> gpu.address() + " of executor " + gpu.executor() + " (" + gpu.tasks()
                                        + " tasks)")
                                .collect(Collectors.joining(", ")));
        facts.put(
                "driver's memory",
                Units.bytes((double) record.driverPeak().residentBytes()) + " resident at most, "
                        + Units.bytes((double) record.driverPeak().liveHeapBytes()) + " of live heap");
        facts.put("tasks", Units.count(record.partitions()));
        facts.putAll(record.details().settings());
        facts.put(
                "versions",
                record.versions().entrySet().stream()
                        .map(version -> version.getKey() + " " + version.getValue())
                        .collect(Collectors.joining(", ")));
        return TagCreator.section(h2("Provenance"), dl(each(facts.entrySet(), RunProvenance::fact)));
    }

    private static DomContent fact(Map.Entry<String, String> fact) {
        return TagCreator.join(dt(fact.getKey()), dd(VisibleText.of(String.valueOf(fact.getValue()))));
    }
}
