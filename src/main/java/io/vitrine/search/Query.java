package io.vitrine.search;

/** What to look for. */
public sealed interface Query {
    /** The query as a person knows it. */
    String name();

    /**
     * A picture.
     *
     * @param name such as its path
     * @param file its bytes
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Picture(String name, byte[] file) implements Query {}

    /** A text, in the space of {@code image_embeds}. */
    record Text(String name) implements Query {}

    /** An image of the index, by its path. */
    record Row(String name) implements Query {}
}
