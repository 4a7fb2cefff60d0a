package io.vitrine.report.page;

import static j2html.TagCreator.div;
import static j2html.TagCreator.h2;
import static j2html.TagCreator.h3;
import static j2html.TagCreator.p;
import static j2html.TagCreator.td;
import static j2html.TagCreator.tr;

import io.vitrine.report.ImageStatistics.SlowImage;
import io.vitrine.report.RunDetails;
import io.vitrine.report.RunRecord;
import io.vitrine.report.VisibleText;
import j2html.TagCreator;
import j2html.tags.DomContent;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/** The formats and sizes of images, and those that took longest. */
final class ImageFacts {
    private ImageFacts() {}

    /** Null if no image could be read. */
    static DomContent section(RunRecord record) {
        RunDetails.Images images = record.details().images();
        if (images.fileBytes().isEmpty()) {
            return null;
        }
        long known =
                images.formats().values().stream().mapToLong(Long::longValue).sum();
        List<DomContent> rows = new ArrayList<>();
        images.formats().entrySet().stream()
                .sorted(Map.Entry.<String, Long>comparingByValue(Comparator.reverseOrder())
                        .thenComparing(Map.Entry.comparingByKey()))
                .forEach(entry -> {
                    double share = (double) entry.getValue() / known;
                    rows.add(tr(
                            td(entry.getKey()),
                            Parts.bar(share),
                            Parts.number(Units.percent(share)),
                            Parts.number(Units.count(entry.getValue()))));
                });
        return TagCreator.section(
                h2("Images"),
                Parts.rows(List.of("format", "", "#share", "#images"), rows),
                div(
                                div(
                                        h3("Megapixels"),
                                        Parts.chart(() -> Charts.histogram(
                                                images.megapixels(),
                                                "megapixels",
                                                "Images by megapixels",
                                                Charts.Scale.PLAIN))),
                                div(
                                        h3("File length"),
                                        Parts.chart(() -> Charts.histogram(
                                                images.fileBytes(),
                                                "file-bytes",
                                                "Images by file length",
                                                Charts.Scale.BYTES))))
                        .withClass("pair"));
    }

    /** Null if there are no images. */
    static DomContent slowest(RunRecord record) {
        List<SlowImage> slowest = record.details().images().slowest();
        if (slowest.isEmpty()) {
            return null;
        }
        List<DomContent> rows = slowest.stream()
                .map(image -> (DomContent) tr(
                        Parts.number(Units.significant(image.seconds())),
                        Parts.number(Units.bytes((double) image.bytes())),
                        Parts.number(image.width() == 0 ? "" : image.width() + "\u00a0\u00d7\u00a0" + image.height()),
                        td(VisibleText.of(image.path())).withClass("path")))
                .toList();
        return TagCreator.section(
                h2("Slowest images"),
                Parts.rows(List.of("#seconds", "#file", "#pixels", "path"), rows),
                p("Seconds that a task waited for the file, decoded and resized it.")
                        .withClass("note"));
    }
}
