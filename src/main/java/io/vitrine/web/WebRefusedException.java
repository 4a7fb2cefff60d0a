package io.vitrine.web;

import java.io.IOException;

/** An address that is not asked, or whose answer is not followed. The same request gets the same end in this run. */
public final class WebRefusedException extends IOException {
    private static final long serialVersionUID = 1;

    WebRefusedException(String message) {
        super(message);
    }
}
