package io.vitrine.search.page;

import static j2html.TagCreator.b;
import static j2html.TagCreator.body;
import static j2html.TagCreator.div;
import static j2html.TagCreator.document;
import static j2html.TagCreator.each;
import static j2html.TagCreator.figcaption;
import static j2html.TagCreator.figure;
import static j2html.TagCreator.footer;
import static j2html.TagCreator.h1;
import static j2html.TagCreator.h2;
import static j2html.TagCreator.head;
import static j2html.TagCreator.header;
import static j2html.TagCreator.html;
import static j2html.TagCreator.iff;
import static j2html.TagCreator.li;
import static j2html.TagCreator.main;
import static j2html.TagCreator.meta;
import static j2html.TagCreator.ol;
import static j2html.TagCreator.p;
import static j2html.TagCreator.rawHtml;
import static j2html.TagCreator.section;
import static j2html.TagCreator.span;
import static j2html.TagCreator.style;
import static j2html.TagCreator.title;

import io.vitrine.report.Versions;
import io.vitrine.report.VisibleText;
import j2html.tags.DomContent;
import java.util.List;

/** Sections of pictures as a page: one file without scripts, which loads nothing, in the style of {@link SearchPage}. */
public final class GalleryPage {
    /**
     * A picture with its caption.
     *
     * @param caption a few words or a number
     * @param label a word in a chip; empty if there is none
     * @param path of the image
     */
    public record Image(Picture picture, String caption, String label, String path) {}

    /**
     * Pictures that belong together.
     *
     * @param kind what they are
     * @param heading of the section
     * @param images in their order
     */
    public record Section(String kind, String heading, List<Image> images) {}

    private GalleryPage() {}

    /**
     * The page.
     *
     * @param name its title
     * @param facts lines below the title
     */
    public static String of(String name, List<String> facts, List<Section> sections) {
        return document(html(
                        head(
                                meta().withCharset("utf-8"),
                                meta().attr("http-equiv", "Content-Security-Policy")
                                        .withContent(SearchPage.POLICY + "'none'"),
                                meta().withName("viewport").withContent("width=device-width, initial-scale=1"),
                                meta().withName("referrer").withContent("no-referrer"),
                                meta().withName("color-scheme").withContent("light dark"),
                                title(VisibleText.of(name)),
                                style(rawHtml(SearchPage.STYLE))),
                        body(
                                header(h1(VisibleText.of(name)), each(facts, fact -> p(VisibleText.of(fact)))),
                                main(each(sections, GalleryPage::content)),
                                footer(p("Written by Vitrine " + Versions.of("vitrine") + "."))))
                .withLang("en"));
    }

    private static DomContent content(Section part) {
        return section(
                div(div(p(VisibleText.of(part.kind())).withClass("kind"), h2(VisibleText.of(part.heading()))))
                        .withClass("query"),
                ol(each(part.images(), image -> li(content(image)))).withClass("gallery"));
    }

    private static DomContent content(Image image) {
        String file = image.path().substring(image.path().lastIndexOf('/') + 1);
        return figure(
                AnswerSection.frame(image.picture(), file),
                figcaption(
                        b(VisibleText.of(image.caption())),
                        iff(
                                !image.label().isEmpty(),
                                span(VisibleText.of(image.label())).withClass("label")),
                        span(VisibleText.of(image.path())).withClass("path")));
    }
}
