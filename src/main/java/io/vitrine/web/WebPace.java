package io.vitrine.web;

import java.time.Duration;

/**
 * How long things may take.
 *
 * @param connect until a connection is there
 * @param answer until a server sends its next bytes
 * @param pause before a request is made again, if the server does not say; doubled each time
 * @param longestPause that a server may ask for; a request whose server asks for more is given up
 * @param rest how long a host that is down is not asked
 */
record WebPace(Duration connect, Duration answer, Duration pause, Duration longestPause, Duration rest) {
    static final WebPace DEFAULT = new WebPace(
            Duration.ofSeconds(10),
            Duration.ofSeconds(30),
            Duration.ofMillis(500),
            Duration.ofSeconds(60),
            Duration.ofSeconds(30));
}
