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
import java.util.Objects;
import java.util.function.Supplier;
import java.util.stream.Stream;
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

    /** A chart, or a sentence where it cannot be drawn: that needs a font, and a small container may have none. */
    static DomContent chart(Supplier<String> svg) {
        try {
            return div(rawHtml(svg.get())).withClass("scroll");
        } catch (RuntimeException | LinkageError | InternalError e) {
            boolean noFonts = isOfFonts(e);
            LOG.warn(
                    "A chart of the report could not be drawn: {}.{}",
                    e.toString(),
                    noFonts ? " It needs a font (package fontconfig)." : "",
                    noFonts ? null : e);
            return div("The chart could not be drawn: "
                            + (noFonts ? "the driver's host has no fonts." : "the driver's log says why."))
                    .withClass("note");
        }
    }

    /** The JDK says in many ways that a library or a font is missing; its code for fonts is in the stack of all of them. */
    private static boolean isOfFonts(Throwable thrown) {
        return thrown instanceof LinkageError
                || Stream.iterate(thrown, Objects::nonNull, Throwable::getCause)
                        .flatMap(each -> Stream.of(each.getStackTrace()))
                        .anyMatch(frame -> frame.getClassName().startsWith("sun.font.")
                                || frame.getClassName().startsWith("sun.awt."));
    }
}
