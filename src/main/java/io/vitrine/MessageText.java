package io.vitrine;

import java.util.regex.Pattern;

/**
 * Makes a message fit to print. A message may quote a file from elsewhere, which can be long and can hold the control characters of
 * a terminal; and it may quote a location in which somebody wrote a password.
 */
final class MessageText {
    private static final int MAX_LENGTH = 4000;
    private static final int TAIL = 1000; // it says what to do next

    private static final Pattern CONTROL = Pattern.compile("[\\p{Cntrl}&&[^\\n\\t]]");

    private MessageText() {}

    /** {@code message} without control characters, passwords and the middle of a very long text. */
    static String safe(String message) {
        if (message == null) {
            return null;
        }
        String text = message;
        if (text.length() > MAX_LENGTH) {
            text = text.substring(0, MAX_LENGTH - TAIL) + " [...] " + text.substring(text.length() - TAIL);
        }
        text = CONTROL.matcher(text).replaceAll("\uFFFD");
        return LocationSecrets.masked(text);
    }
}
