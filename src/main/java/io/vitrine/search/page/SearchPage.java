package io.vitrine.search.page;

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
import static j2html.TagCreator.style;
import static j2html.TagCreator.title;

import io.vitrine.Sha256;
import io.vitrine.index.IndexManifest;
import io.vitrine.report.Versions;
import io.vitrine.report.VisibleText;
import j2html.tags.DomContent;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Answers as a page for a person: one file without scripts, which loads nothing. Its content security policy allows the page's own
 * style sheet and pictures, and the form of a server, so that a hostile name that escaped the escaping could do nothing either.
 */
public final class SearchPage {
    static final String STYLE = resource("search.css");

    /** For the header of a server's answer, which can forbid frames too. */
    static final String POLICY = "default-src 'none'; img-src data:; style-src 'sha256-" + sha256(STYLE)
            + "'; base-uri 'none'; form-action ";

    private final String location;
    private final IndexManifest index;
    private final Optional<SearchForm> form;

    private SearchPage(String location, IndexManifest index, Optional<SearchForm> form) {
        this.location = location;
        this.index = index;
        this.form = form;
    }

    /** Pages that are files. */
    public static SearchPage file(String location, IndexManifest index) {
        return new SearchPage(location, index, Optional.empty());
    }

    /** Pages of a server: with a form, and with links that search for similar images. */
    public static SearchPage served(String location, IndexManifest index, SearchForm form) {
        return new SearchPage(location, index, Optional.of(form));
    }

    /** The content security policy of these pages. */
    public String policy() {
        return POLICY + (form.isPresent() ? "'self'" : "'none'");
    }

    /**
     * The page.
     *
     * @param answers none for an empty form
     * @param fault why there is no answer
     */
    public String of(List<IllustratedAnswer> answers, Optional<String> fault) {
        String name = answers.isEmpty()
                ? "Search " + location
                : "Search: " + answers.get(0).answer().query().name()
                        + (answers.size() == 1 ? "" : " and " + (answers.size() - 1) + " more");
        AnswerSection section = new AnswerSection(form.isPresent());
        return document(html(
                        head(
                                meta().withCharset("utf-8"),
                                meta().attr("http-equiv", "Content-Security-Policy")
                                        .withContent(policy()),
                                meta().withName("viewport").withContent("width=device-width, initial-scale=1"),
                                meta().withName("referrer")
                                        .withContent(form.isPresent() ? "same-origin" : "no-referrer"),
                                meta().withName("color-scheme").withContent("light dark"),
                                title(VisibleText.of(name)),
                                style(rawHtml(STYLE))),
                        body(
                                header(h1("Image search"), p(VisibleText.of(describe()))),
                                main(
                                        each(form.stream().toList(), one -> one.content()),
                                        iff(fault.isPresent(), fault(fault.orElse(""))),
                                        each(answers, section::of),
                                        iff(answers.size() > 0, missing(answers))),
                                footer(p("Written by Vitrine " + Versions.of("vitrine") + "."))))
                .withLang("en"));
    }

    private String describe() {
        return String.format(
                Locale.ROOT,
                "%s: %,d images, %s compared by %s, made with %s",
                location,
                index.vectors(),
                index.source().column(),
                switch (index.metric()) {
                    case COSINE -> "cosine";
                    case DOT -> "dot product";
                    case L2 -> "Euclidean distance (negative)";
                },
                index.source().model());
    }

    private static DomContent fault(String message) {
        return p(VisibleText.of(message)).withClass("fault").attr("role", "alert");
    }

    private static DomContent missing(List<IllustratedAnswer> answers) {
        long images = answers.stream().mapToLong(one -> one.hits().size()).sum();
        long unreadable =
                answers.stream().mapToLong(IllustratedAnswer::unreadable).sum();
        long failed =
                answers.stream().filter(one -> one.answer().error().isPresent()).count();
        String text = unreadable + failed == 0
                ? String.format(Locale.ROOT, "All of %,d images are shown.", images)
                : String.format(
                        Locale.ROOT,
                        "%,d of %,d images can't be shown; %,d of %,d queries have no answer.",
                        unreadable,
                        images,
                        failed,
                        answers.size());
        return p(text).withClass("note");
    }

    private static String resource(String name) {
        try (InputStream in = SearchPage.class.getResourceAsStream(name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String sha256(String text) {
        return Base64.getEncoder().encodeToString(Sha256.digest().digest(text.getBytes(StandardCharsets.UTF_8)));
    }
}
