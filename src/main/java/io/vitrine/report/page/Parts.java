package io.vitrine.report.page;

import static j2html.TagCreator.div;
import static j2html.TagCreator.each;
import static j2html.TagCreator.rawHtml;
import static j2html.TagCreator.table;
import static j2html.TagCreator.tag;
import static j2html.TagCreator.tbody;
import static j2html.TagCreator.td;
import static j2html.TagCreator.th;
import static j2html.TagCreator.thead;
import static j2html.TagCreator.tr;

import j2html.tags.DomContent;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Pieces that several sections have. */
final class Parts {
    private static final Logger LOG = LoggerFactory.getLogger(Parts.class);

    private Parts() {}

    /** A table; names that begin with {@code #} are of numbers, an empty one is of bars. */
    static DomContent rows(List<String> columns, List<? extends DomContent> rows) {
        return div(table(
                        thead(tr(each(
                                columns,
                                name -> name.startsWith("#")
                                        ? th(name.substring(1)).withClass("number")
                                        : name.isEmpty() ? th().withClass("bar") : th(name)))),
                        tbody(each(rows, row -> row))))
                .withClass("scroll");
    }

    static DomContent number(String text) {
        return td(text).withClass("number");
    }

    /** A horizontal bar. */
    static DomContent bar(double share) {
        return td(tag("svg")
                        .withClass("bar")
                        .attr("aria-hidden", "true")
                        .with(tag("rect")
                                .attr("width", String.format(Locale.ROOT, "%.2f%%", 100 * Math.min(1, share)))
                                .attr("height", "100%")))
                .withClass("bar");
    }

    /** A chart, or a sentence where the JVM cannot draw: drawing text needs a font, and a small container may have none. */
    static DomContent chart(Supplier<String> svg) {
        try {
            return div(rawHtml(svg.get())).withClass("scroll");
        } catch (RuntimeException | LinkageError | InternalError e) {
            LOG.warn(
                    "A chart of the report could not be drawn: {}. It needs a font (package fontconfig).",
                    e.toString());
            return div("The chart could not be drawn: the driver's host has no fonts.")
                    .withClass("note");
        }
    }
}
