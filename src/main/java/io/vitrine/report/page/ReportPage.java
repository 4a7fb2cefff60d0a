package io.vitrine.report.page;

import static j2html.TagCreator.body;
import static j2html.TagCreator.document;
import static j2html.TagCreator.each;
import static j2html.TagCreator.footer;
import static j2html.TagCreator.h1;
import static j2html.TagCreator.head;
import static j2html.TagCreator.header;
import static j2html.TagCreator.html;
import static j2html.TagCreator.iff;
import static j2html.TagCreator.main;
import static j2html.TagCreator.meta;
import static j2html.TagCreator.p;
import static j2html.TagCreator.rawHtml;
import static j2html.TagCreator.span;
import static j2html.TagCreator.style;
import static j2html.TagCreator.title;

import io.vitrine.report.Gallery;
import io.vitrine.report.RunRecord;
import io.vitrine.report.VisibleText;
import j2html.tags.DomContent;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A run's record as a page for a person: one file without scripts, which loads nothing. Its content security policy allows the
 * page's own style sheet and its own pictures, so that a hostile text that escaped the escaping could do nothing either.
 */
public final class ReportPage {
    private static final String STYLE = resource("report.css");
    private static final String POLICY = "default-src 'none'; img-src data:; style-src 'sha256-" + sha256(STYLE)
            + "'; base-uri 'none'; form-action 'none'";

    private ReportPage() {}

    /**
     * The page.
     *
     * @param record of the whole run, or of the commits of a run that stopped
     * @param gallery a few images of each status
     * @param fault why the run stopped; empty if it did not
     */
    public static String of(RunRecord record, Gallery gallery, Optional<String> fault) {
        String name = "Vitrine run " + record.run();
        return page(
                name,
                heading(record, name, fault),
                Overview.tiles(record),
                each(sections(record, gallery), section -> section),
                footer(p("Written by Vitrine " + record.versions().getOrDefault("vitrine", "") + ". For programs: "
                        + record.run() + (record.commits() == 1 ? "" : "-*") + ".json in the same folder.")));
    }

    /** A page without scripts, which loads nothing. */
    static String page(String name, DomContent... content) {
        return document(html(
                        head(
                                meta().withCharset("utf-8"),
                                meta().attr("http-equiv", "Content-Security-Policy")
                                        .withContent(POLICY),
                                meta().withName("viewport").withContent("width=device-width, initial-scale=1"),
                                meta().withName("referrer").withContent("no-referrer"),
                                title(name),
                                style(rawHtml(STYLE))),
                        body(main(content)))
                .withLang("en"));
    }

    private static DomContent heading(RunRecord record, String name, Optional<String> fault) {
        String failed = Units.count(record.failed()) + " failed";
        return header(
                fault.isPresent()
                        ? span("stopped").withClass("verdict bad")
                        : span(record.failed() == 0 ? "complete" : "complete, " + failed)
                                .withClass("verdict"),
                h1(name),
                p(VisibleText.of("from " + String.join(", ", record.places().inputs()) + " to " + record.output())),
                p("started " + record.identity().started()),
                iff(
                        fault.isPresent(),
                        p(VisibleText.of("The run stopped, and this is what it committed. " + fault.orElse("")))
                                .withClass("stopped")));
    }

    private static List<DomContent> sections(RunRecord record, Gallery gallery) {
        return Stream.of(
                        Overview.rate(record),
                        LabelFacts.section(record),
                        Overview.time(record),
                        FailedImages.section(record, gallery),
                        ImageFacts.section(record),
                        ImageFacts.slowest(record),
                        Pictures.section(gallery),
                        RunProvenance.section(record))
                .filter(Objects::nonNull)
                .toList();
    }

    private static String resource(String name) {
        try (InputStream in = ReportPage.class.getResourceAsStream(name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String sha256(String text) {
        try {
            return Base64.getEncoder()
                    .encodeToString(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every JDK has it
        }
    }
}
