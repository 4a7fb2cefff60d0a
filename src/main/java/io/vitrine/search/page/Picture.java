package io.vitrine.search.page;

/** What a page shows of an image. */
public sealed interface Picture {
    /** A small JPEG file. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Small(byte[] jpeg, int width, int height) implements Picture {}

    /** An image that can't be shown any more, with the reason: a status and a sentence. */
    record Unreadable(String reason) implements Picture {}
}
