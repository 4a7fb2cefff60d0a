package io.vitrine.search.page;

import static j2html.TagCreator.a;
import static j2html.TagCreator.b;
import static j2html.TagCreator.div;
import static j2html.TagCreator.each;
import static j2html.TagCreator.figcaption;
import static j2html.TagCreator.figure;
import static j2html.TagCreator.h2;
import static j2html.TagCreator.iff;
import static j2html.TagCreator.img;
import static j2html.TagCreator.li;
import static j2html.TagCreator.ol;
import static j2html.TagCreator.p;
import static j2html.TagCreator.section;
import static j2html.TagCreator.span;
import static j2html.TagCreator.text;

import io.vitrine.index.Hit;
import io.vitrine.report.VisibleText;
import io.vitrine.search.Answer;
import io.vitrine.search.Query;
import j2html.tags.DomContent;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/** One query and what was found. */
final class AnswerSection {
    private static final int MAX_LABEL = 120;
    private static final int MAX_REASON = 240;

    private final boolean linked;

    /** @param linked whether each image links to a search for similar ones */
    AnswerSection(boolean linked) {
        this.linked = linked;
    }

    DomContent of(IllustratedAnswer illustrated) {
        Answer answer = illustrated.answer();
        List<DomContent> hits = IntStream.range(0, answer.hits().size())
                .<DomContent>mapToObj(i ->
                        li(hit(i + 1, answer.hits().get(i), illustrated.hits().get(i))))
                .toList();
        return section(
                div(
                                each(
                                        illustrated.query().stream().toList(),
                                        picture -> frame(
                                                picture,
                                                "the query " + answer.query().name())),
                                div(
                                        p(kind(answer.query())).withClass("kind"),
                                        h2(VisibleText.of(answer.query().name())),
                                        iff(
                                                answer.error().isPresent(),
                                                p(VisibleText.of(answer.error().orElse("")))
                                                        .withClass("fault"))))
                        .withClass("query"),
                iff(answer.error().isEmpty(), ol(each(hits, one -> one)).withClass("gallery")));
    }

    private static String kind(Query query) {
        return query instanceof Query.Text
                ? "Images near the text"
                : query instanceof Query.Row ? "Images near the image of the index" : "Images near the picture";
    }

    private DomContent hit(int rank, Hit hit, Picture picture) {
        String path = VisibleText.of(hit.path());
        DomContent frame = frame(picture, name(hit));
        return figure(
                linked
                        ? a(frame).withHref("/?row=" + URLEncoder.encode(hit.path(), StandardCharsets.UTF_8))
                                .withTitle("Search for similar images")
                        : frame,
                figcaption(
                        span(rank + ".").withClass("rank"),
                        text(" "),
                        b(String.format(Locale.ROOT, "%.4f", hit.score())).withTitle("score"),
                        iff(
                                !hit.label().isEmpty(),
                                span(VisibleText.of(shortened(hit.label(), MAX_LABEL)))
                                        .withClass("label")),
                        span(path).withClass("path")));
    }

    /** The last part of a path, which a screen reader need not spell out whole: the caption has all of it. */
    private static String name(Hit hit) {
        String file = hit.path().substring(hit.path().lastIndexOf('/') + 1);
        return hit.label().isEmpty() ? file : shortened(hit.label(), MAX_LABEL) + ": " + file;
    }

    private static String shortened(String text, int most) {
        return text.codePointCount(0, text.length()) <= most
                ? text
                : text.substring(0, text.offsetByCodePoints(0, most)) + "...";
    }

    static DomContent frame(Picture picture, String alt) {
        if (picture instanceof Picture.Small small) {
            return img().withSrc("data:image/jpeg;base64," + Base64.getEncoder().encodeToString(small.jpeg()))
                    .withAlt(VisibleText.of(alt))
                    .attr("width", small.width())
                    .attr("height", small.height());
        }
        return div(VisibleText.of(shortened(((Picture.Unreadable) picture).reason(), MAX_REASON)))
                .withClass("empty");
    }
}
