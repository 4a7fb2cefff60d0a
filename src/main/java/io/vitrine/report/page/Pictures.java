package io.vitrine.report.page;

import static j2html.TagCreator.b;
import static j2html.TagCreator.br;
import static j2html.TagCreator.div;
import static j2html.TagCreator.each;
import static j2html.TagCreator.figcaption;
import static j2html.TagCreator.h2;
import static j2html.TagCreator.iff;
import static j2html.TagCreator.img;
import static j2html.TagCreator.p;

import io.vitrine.report.Gallery;
import io.vitrine.report.VisibleText;
import j2html.TagCreator;
import j2html.tags.DomContent;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** A few images of each status: pictures where there are some, else the reason why the image failed. */
final class Pictures {
    /** All pictures of a page together, in bytes. */
    static final int MAX_BYTES = 300_000;

    private Pictures() {}

    /** Null if there are no images. */
    static DomContent section(Gallery gallery) {
        List<DomContent> figures = new ArrayList<>();
        int bytes = 0;
        boolean pictures = false;
        for (Gallery.Entry entry : gallery.entries()) {
            boolean shown = entry.jpeg().length > 0 && 4 * (bytes + entry.jpeg().length) / 3 <= MAX_BYTES;
            bytes += shown ? entry.jpeg().length : 0;
            pictures |= shown;
            figures.add(figure(entry, shown));
        }
        return figures.isEmpty()
                ? null
                : TagCreator.section(
                        h2("A few images of each status"),
                        div(each(figures, one -> one)).withClass("gallery"),
                        iff(
                                !pictures,
                                p("Pictures are switched off; --report-pictures shows them.")
                                        .withClass("note")));
    }

    private static DomContent figure(Gallery.Entry entry, boolean shown) {
        boolean ok = entry.error().isEmpty();
        String path = VisibleText.of(entry.path());
        return TagCreator.figure(
                shown
                        ? img().withSrc("data:image/jpeg;base64,"
                                        + Base64.getEncoder().encodeToString(entry.jpeg()))
                                .withAlt(path)
                        : div(ok ? "no picture" : VisibleText.of(entry.error())).withClass("empty"),
                figcaption(b(entry.status()).withClass(ok ? "" : "bad"), br(), TagCreator.text(path)));
    }
}
