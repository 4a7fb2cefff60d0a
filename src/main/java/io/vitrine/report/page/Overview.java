package io.vitrine.report.page;

import static j2html.TagCreator.b;
import static j2html.TagCreator.div;
import static j2html.TagCreator.each;
import static j2html.TagCreator.h2;
import static j2html.TagCreator.p;
import static j2html.TagCreator.section;
import static j2html.TagCreator.span;
import static j2html.TagCreator.td;
import static j2html.TagCreator.tr;

import io.vitrine.report.RunDetails;
import io.vitrine.report.RunDetails.ProgressPoint;
import io.vitrine.report.RunRecord;
import io.vitrine.report.VisibleText;
import j2html.tags.DomContent;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** What a run did in numbers, how fast it was, and where its time went. */
final class Overview {
    private static final String GPU_WAIT = "gpu_decode_wait";
    private static final Map<String, String> ACTIVITIES = activities();
    private static final int MAX_FAULTS = 3;

    private Overview() {}

    private static Map<String, String> activities() {
        Map<String, String> names = new LinkedHashMap<>();
        names.put("fetch_wait", "waiting for files");
        names.put("decode", "decoding");
        names.put("resize", "resizing");
        names.put(GPU_WAIT, "waiting for the GPU to decode");
        names.put("inference", "running the model");
        names.put("write", "writing rows");
        return names;
    }

    private record Tile(String value, String name, String style) {}

    static DomContent tiles(RunRecord record) {
        RunDetails.Images images = record.details().images();
        RunDetails.Resources used = record.details().resources();
        List<Tile> tiles = new ArrayList<>();
        tiles.add(new Tile(Units.count(record.total() - record.deleted()), "images", ""));
        double share = record.total() == 0 ? 0 : (double) record.failed() / record.total();
        tiles.add(new Tile(
                Units.count(record.failed()),
                record.failed() == 0 ? "failed" : "failed, " + Units.percent(share),
                record.failed() == 0 ? "" : "bad"));
        tiles.add(new Tile(Units.significant(record.imagesPerSecond()), "images per second", ""));
        tiles.add(new Tile(Units.seconds(record.seconds()), "until the commit", ""));
        tiles.add(new Tile(Units.bytes((double) images.bytesRead()), "read", ""));
        tiles.add(new Tile(Units.bytes((double) used.bytesWritten()), "written in " + files(used.filesWritten()), ""));
        tiles.add(new Tile(Units.count(used.cores()), cores(record), ""));
        if (record.skipped() > 0) {
            tiles.add(new Tile(Units.count(record.skipped()), "done by earlier runs", ""));
        }
        if (record.deleted() > 0) {
            tiles.add(new Tile(Units.count(record.deleted()), "marked as deleted", ""));
        }
        return div(each(tiles, tile -> div(b(tile.value).withClass(tile.style), span(tile.name))
                        .withClass("tile")))
                .withClass("tiles");
    }

    private static String files(long files) {
        return files == 1 ? "1 file" : Units.count(files) + " files";
    }

    private static String cores(RunRecord record) {
        RunDetails.Resources used = record.details().resources();
        int gpus = record.gpus().size();
        return (used.cores() == 1 ? "core" : "cores")
                + (used.executors() == 1 ? " of 1 executor" : " of " + Units.count(used.executors()) + " executors")
                + (gpus == 0 ? ", no GPU" : gpus == 1 ? ", 1 GPU" : ", " + gpus + " GPUs");
    }

    /** The rate in the course of time; null for a run too short to show one. */
    static DomContent rate(RunRecord record) {
        List<ProgressPoint> progress = record.details().progress();
        return progress.isEmpty()
                        || progress.get(progress.size() - 1).seconds()
                                <= progress.get(0).seconds()
                ? null
                : section(h2("Rate"), Parts.chart(() -> Charts.rate(progress)));
    }

    static DomContent time(RunRecord record) {
        double all = ACTIVITIES.keySet().stream()
                .mapToDouble(key -> record.taskSeconds().getOrDefault(key, 0.0))
                .sum();
        List<DomContent> rows = new ArrayList<>();
        ACTIVITIES.forEach((key, name) -> {
            double seconds = record.taskSeconds().getOrDefault(key, 0.0);
            if (key.equals(GPU_WAIT) && seconds == 0) {
                return; // no GPU decoded
            }
            double share = all == 0 ? 0 : seconds / all;
            rows.add(tr(
                    td(name),
                    Parts.bar(share),
                    Parts.number(Units.percent(share)),
                    Parts.number(Units.seconds(seconds)),
                    Parts.number(record.total() == 0 ? "" : Units.significant(1000 * seconds / record.total()))));
        });
        return section(
                h2("Where the time went"),
                Parts.rows(List.of("activity", "", "#share", "#wall time", "#ms per image"), rows),
                p(resources(record)).withClass("note"));
    }

    private static String resources(RunRecord record) {
        RunDetails.Resources used = record.details().resources();
        double available = used.cores() * record.seconds();
        List<String> facts = new ArrayList<>();
        facts.add("The wall time of all tasks together; files are read ahead meanwhile.");
        facts.add("CPU: " + Units.seconds(used.cpuSeconds())
                + (available == 0 ? "" : ", " + Units.percent(used.cpuSeconds() / available) + " of the cores")
                + (record.total() == 0
                        ? ""
                        : ", " + Units.significant(1000 * used.cpuSeconds() / record.total()) + " ms per image")
                + ".");
        facts.add("Garbage collection: " + Units.seconds(used.gcSeconds()) + ".");
        facts.add("Model: loaded " + times(record.modelLoads().size()) + ", called "
                + times(used.batches()) + " on batches of up to " + record.batchSize() + " images, "
                + Units.percent(used.batchFill()) + " full.");
        decoding(record).ifPresent(facts::add);
        facts.add("Requests to storage repeated: " + Units.count(used.storageRetries()) + ".");
        return String.join(" ", facts);
    }

    private static Optional<String> decoding(RunRecord record) {
        RunRecord.Decoding decoding = record.decoding();
        if (!decoding.device().equals(RunRecord.Decoding.GPU)) {
            return Optional.empty();
        }
        String onCpu = decoding.onCpu().isEmpty()
                ? "none"
                : decoding.onCpu().entrySet().stream()
                        .map(entry -> Units.count(entry.getValue()) + " (" + entry.getKey() + ")")
                        .collect(Collectors.joining(", "));
        String faults = decoding.faults().stream()
                .map(fault -> " " + VisibleText.of(fault.describe()) + ".")
                .distinct()
                .limit(MAX_FAULTS)
                .collect(Collectors.joining());
        return Optional.of("Decoded on the GPU: " + Units.count(decoding.onGpu()) + "; on the CPU instead: " + onCpu
                + "." + faults);
    }

    private static String times(long count) {
        return count == 1 ? "once" : Units.count(count) + " times";
    }
}
