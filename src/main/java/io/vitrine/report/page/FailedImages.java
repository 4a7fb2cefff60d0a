package io.vitrine.report.page;

import static j2html.TagCreator.each;
import static j2html.TagCreator.h2;
import static j2html.TagCreator.small;
import static j2html.TagCreator.span;
import static j2html.TagCreator.td;
import static j2html.TagCreator.tr;

import io.vitrine.report.Gallery;
import io.vitrine.report.RunRecord;
import io.vitrine.report.VisibleText;
import j2html.TagCreator;
import j2html.tags.DomContent;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The images without features, by reason. */
final class FailedImages {
    private FailedImages() {}

    /** Null if no image failed. */
    static DomContent section(RunRecord record, Gallery gallery) {
        if (record.failed() == 0) {
            return null;
        }
        List<DomContent> rows = new ArrayList<>();
        record.images().entrySet().stream()
                .filter(entry -> !entry.getKey().equals("ok") && !entry.getKey().equals("deleted"))
                .sorted(Map.Entry.<String, Long>comparingByValue(Comparator.reverseOrder())
                        .thenComparing(Map.Entry.comparingByKey()))
                .forEach(entry -> rows.add(tr(
                        td(entry.getKey()),
                        Parts.number(Units.count(entry.getValue())),
                        Parts.number(Units.percent((double) entry.getValue() / record.total())),
                        td(each(
                                        examples(record, gallery, entry.getKey())
                                                .entrySet(),
                                        example -> span(
                                                TagCreator.text(VisibleText.of(example.getKey())),
                                                small(VisibleText.of(example.getValue())))))
                                .withClass("path"))));
        return TagCreator.section(h2("Failures"), Parts.rows(List.of("status", "#images", "#share", "examples"), rows));
    }

    /** Errors by path. */
    private static Map<String, String> examples(RunRecord record, Gallery gallery, String status) {
        Map<String, String> examples = new LinkedHashMap<>();
        gallery.entries().stream()
                .filter(entry -> entry.status().equals(status))
                .forEach(entry -> examples.put(entry.path(), entry.error()));
        record.examples().stream()
                .filter(example -> example.status().equals(status) && examples.size() < Gallery.PER_STATUS)
                .forEach(example -> examples.putIfAbsent(String.valueOf(example.path()), example.error()));
        return examples;
    }
}
