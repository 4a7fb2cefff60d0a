package io.vitrine.web;

/** What asks for a file, and learns how its request goes. */
public interface WebCaller {
    /** The request waits for its turn at its host. */
    void waits();

    /** The request's turn has come. */
    void proceeds();

    /** {@code end} ends the request; any thread may call it, at any time. */
    void canBeEndedBy(Runnable end);
}
