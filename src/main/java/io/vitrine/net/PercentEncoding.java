package io.vitrine.net;

import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** Percent-encoding of the parts of a web address, with the sets of characters of the URL Standard. */
final class PercentEncoding {
    private static final String QUERY = " \"#<>'";
    private static final String PATH = " \"#<>?^`{}";

    private PercentEncoding() {}

    static String path(String text) {
        return encoded(text, PATH);
    }

    static String query(String text) {
        return encoded(text, QUERY);
    }

    private static String encoded(String text, String special) {
        StringBuilder encoded = new StringBuilder(text.length());
        for (byte each : text.getBytes(StandardCharsets.UTF_8)) {
            char c = (char) (each & 0xff);
            if (c < ' ' || c > '~' || special.indexOf(c) >= 0) {
                encoded.append(String.format(Locale.ROOT, "%%%02X", (int) c));
            } else {
                encoded.append(c);
            }
        }
        return encoded.toString();
    }

    /** {@code text} with the bytes that its escapes stand for, as UTF-8. An escape without two digits stays. */
    static String decoded(String text) {
        if (text.indexOf('%') < 0) {
            return text;
        }
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        byte[] decoded = new byte[bytes.length];
        int length = 0;
        for (int i = 0; i < bytes.length; i++) {
            int value = bytes[i] == '%' && i + 2 < bytes.length ? hex(bytes[i + 1]) * 16 + hex(bytes[i + 2]) : -1;
            decoded[length++] = value < 0 ? bytes[i] : (byte) value;
            i += value < 0 ? 0 : 2;
        }
        return new String(decoded, 0, length, StandardCharsets.UTF_8);
    }

    private static int hex(byte digit) {
        int value = Character.digit((char) (digit & 0xff), 16);
        return value < 0 ? -1000 : value; // no sum with it is a byte
    }
}
