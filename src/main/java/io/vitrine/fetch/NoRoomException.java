package io.vitrine.fetch;

/** An image of unknown length is larger than the memory reserved for it, so it is read again when its turn comes. */
final class NoRoomException extends RuntimeException {
    private static final long serialVersionUID = 1;

    NoRoomException() {
        super("larger than the memory reserved for it", null, false, false);
    }
}
