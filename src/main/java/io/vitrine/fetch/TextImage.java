package io.vitrine.fetch;

import io.vitrine.ImageRejectedException;
import io.vitrine.RejectionReason;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** An image file as text: base64, in its common or its URL form, or a {@code data:} address of base64. */
final class TextImage {
    private static final Pattern DATA = Pattern.compile("data:[^,]{0,1000}?(;base64)?,", Pattern.CASE_INSENSITIVE);
    private static final int SHOWN_LENGTH = 40;

    private TextImage() {}

    /**
     * The bytes of a file.
     *
     * @param text ASCII
     * @throws ImageRejectedException if it is no such text, or has more than {@code maxBytes} bytes
     */
    static byte[] decode(byte[] text, long maxBytes) throws ImageRejectedException {
        int start = start(text);
        byte[] digits = new byte[text.length - start];
        int count = 0;
        for (int i = start; i < text.length; i++) {
            if (!isBlank(text[i])) {
                digits[count++] = text[i] == '-' ? (byte) '+' : text[i] == '_' ? (byte) '/' : text[i];
            }
        }
        while (count > 0 && digits[count - 1] == '=') {
            count--;
        }
        CellRead.requireAtMost(count * 3L / 4, maxBytes);
        byte[] exact = Arrays.copyOf(digits, count);
        try {
            return Base64.getDecoder().decode(exact);
        } catch (IllegalArgumentException e) {
            throw new ImageRejectedException(
                    RejectionReason.CORRUPT, "not base64 (" + e.getMessage() + "): " + shown(text));
        }
    }

    private static int start(byte[] text) throws ImageRejectedException {
        String head = new String(text, 0, Math.min(text.length, 1_100), StandardCharsets.ISO_8859_1);
        Matcher data = DATA.matcher(head);
        if (!data.lookingAt()) {
            return 0;
        }
        if (data.group(1) == null) {
            throw new ImageRejectedException(
                    RejectionReason.UNSUPPORTED, "a data: address that is not base64: " + shown(text));
        }
        return data.end();
    }

    private static boolean isBlank(byte character) {
        return character == ' ' || character == '\n' || character == '\r' || character == '\t';
    }

    private static String shown(byte[] text) {
        String head = new String(text, 0, Math.min(text.length, SHOWN_LENGTH), StandardCharsets.ISO_8859_1);
        return head.replaceAll("\\p{Cntrl}", "?") + (text.length > SHOWN_LENGTH ? "..." : "");
    }
}
