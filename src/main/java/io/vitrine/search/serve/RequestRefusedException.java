package io.vitrine.search.serve;

/** A request that gets no answer but a status and a reason. */
final class RequestRefusedException extends Exception {
    private static final long serialVersionUID = 1;

    private final int status;

    /** @param status of HTTP, from 400 */
    RequestRefusedException(int status, String message) {
        super(message);
        this.status = status;
    }

    int status() {
        return status;
    }
}
