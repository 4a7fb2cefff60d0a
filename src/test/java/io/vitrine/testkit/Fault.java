package io.vitrine.testkit;

import java.util.stream.Stream;

/** What {@link FaultProxy} does to a request or to its answer. */
public enum Fault {
    /** HTTP 500, instead of passing the request on. */
    STATUS_500,
    /** HTTP 503 Slow Down, instead of passing the request on. */
    STATUS_503,
    /** HTTP 403 Access Denied, instead of passing the request on. */
    STATUS_403,
    /** HTTP 400 Expired Token, instead of passing the request on. */
    EXPIRED_TOKEN,
    /** The connection is reset before the request is passed on. */
    RESET_BEFORE,
    /** The connection is reset in the middle of the body. */
    RESET_MIDDLE,
    /** The connection ends in the middle of the body. */
    SHORT_BODY,
    /** Half a body, with a length that fits it. */
    WRONG_LENGTH,
    /** The answer comes a second late. */
    SLOW_FIRST_BYTE,
    /** Nothing comes after half of the body. */
    STALL,
    /** Nothing comes at all. */
    SILENCE,
    /** A byte of the body per second. */
    TRICKLE,
    /** The store is gone from this request on. */
    DOWN;

    /** Those that the store's client or Vitrine repairs by another request. */
    public static Stream<Fault> passing() {
        return Stream.of(STATUS_500, STATUS_503, RESET_BEFORE, RESET_MIDDLE, SHORT_BODY, WRONG_LENGTH, SLOW_FIRST_BYTE);
    }
}
