package io.vitrine.search.page;

import static j2html.TagCreator.button;
import static j2html.TagCreator.div;
import static j2html.TagCreator.form;
import static j2html.TagCreator.iff;
import static j2html.TagCreator.input;
import static j2html.TagCreator.label;

import j2html.tags.DomContent;

/**
 * What a server's page asks for: a picture, a text, or the path of an image of the index.
 *
 * @param texts whether the index can be searched for texts
 * @param top images to find, unless the person says otherwise
 * @param maxTop the most
 */
public record SearchForm(boolean texts, int top, int maxTop) {
    /** The names of the form's fields. */
    public static final String PICTURE = "picture";

    public static final String TEXT = "text";
    public static final String ROW = "row";
    public static final String TOP = "top";

    DomContent content() {
        return div(
                        form(
                                        label("Picture").withFor(PICTURE),
                                        input().withId(PICTURE)
                                                .withName(PICTURE)
                                                .withType("file")
                                                .attr("required"),
                                        count("picture-top"),
                                        button("Search").withType("submit"))
                                .withMethod("post")
                                .withAction("/")
                                .withEnctype("multipart/form-data"),
                        iff(texts, line(TEXT, "Text", "a red shoe")),
                        line(ROW, "Image of the index", "its path"))
                .withClass("forms");
    }

    private DomContent line(String name, String words, String example) {
        return form(
                        label(words).withFor(name),
                        input().withId(name)
                                .withName(name)
                                .withType("text")
                                .withPlaceholder(example)
                                .attr("required"),
                        count(name + "-top"),
                        button("Search").withType("submit"))
                .withMethod("get")
                .withAction("/");
    }

    private DomContent count(String id) {
        return input().withId(id)
                .withName(TOP)
                .withType("number")
                .withValue(Integer.toString(top))
                .withMin("1")
                .withMax(Integer.toString(maxTop))
                .attr("aria-label", "number of images");
    }
}
