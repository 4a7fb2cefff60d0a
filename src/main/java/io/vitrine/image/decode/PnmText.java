package io.vitrine.image.decode;

import io.vitrine.FileBytes;
import io.vitrine.ImageRejectedException;
import io.vitrine.RejectionReason;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/** Reads the text of a PNM as Pillow does: comments vanish, even within a number; numbers are Python's. */
final class PnmText {
    private static final int MAX_TOKEN = 10;
    /** Pillow reads and checks plain samples in blocks of this many bytes. */
    private static final int BLOCK_BYTES = 1 << 20;

    private static final Pattern REAL = Pattern.compile("[+-]?([0-9]+(\\.[0-9]*)?|\\.[0-9]+)([eE][+-]?[0-9]+)?");

    private final FileBytes file;
    private final int start;
    private final byte[] word = new byte[MAX_TOKEN];
    private int wordLength;
    private int at;

    PnmText(FileBytes file, int from) {
        this.file = file;
        this.start = from;
        this.at = from;
    }

    /** Offset of the next byte. */
    int position() {
        return at;
    }

    static boolean isSpace(int c) {
        return c == ' ' || c >= '\t' && c <= '\r';
    }

    /** The next byte outside comments; -1 at the end. */
    private int next() {
        while (at < file.length()) {
            int c = file.at(at++);
            if (c != '#') {
                return c;
            }
            while (at < file.length()) {
                c = file.at(at++);
                if (c == '\n' || c == '\r') {
                    break;
                }
            }
        }
        return -1;
    }

    /** The next word of the header, and the white space after it. */
    String headerToken() throws ImageRejectedException {
        readWord();
        if (wordLength == 0) {
            throw new ImageRejectedException(
                    RejectionReason.TRUNCATED,
                    "the file ends after " + file.length() + " bytes, within its PNM header");
        }
        return word();
    }

    /** Reads the next word, which is empty at the end. */
    private void readWord() throws ImageRejectedException {
        wordLength = 0;
        for (int c = next(); c >= 0; c = next()) {
            if (!isSpace(c)) {
                if (wordLength == MAX_TOKEN) {
                    throw corrupt("a word of more than " + MAX_TOKEN + " characters");
                }
                word[wordLength++] = (byte) c;
            } else if (wordLength > 0) {
                return;
            }
        }
    }

    private String word() {
        return new String(word, 0, wordLength, StandardCharsets.ISO_8859_1);
    }

    /** The next sample of a plain PNM, from 0 to {@code max}. */
    int sample(int max) throws ImageRejectedException {
        readWord();
        if (wordLength == 0) {
            throw endOfSamples();
        }
        long value = integer();
        if (value < 0 || value > max) {
            throw corrupt("a sample of " + value + "; the header says 0 to " + max);
        }
        return (int) value;
    }

    /** The next pixel of a plain bitmap: 0 or 1. */
    int bit() throws ImageRejectedException {
        int c = next();
        while (isSpace(c)) {
            c = next();
        }
        if (c < 0) {
            throw endOfSamples();
        }
        return bit(c);
    }

    private int bit(int c) throws ImageRejectedException {
        if (c != '0' && c != '1') {
            throw corrupt("\"" + (char) c + "\" in a bitmap of 0 and 1");
        }
        return c - '0';
    }

    /** Checks what follows the samples of a bitmap, as far as Pillow does. */
    void checkBitsToEndOfBlock() throws ImageRejectedException {
        int end = endOfBlock();
        while (at < end) {
            int c = next();
            if (c >= 0 && !isSpace(c)) {
                bit(c);
            }
        }
    }

    /** Checks what follows the numbers of a plain PNM, as far as Pillow does. */
    void checkWordsToEndOfBlock() throws ImageRejectedException {
        int end = endOfBlock();
        int length = 0;
        while (at < end) {
            int c = next();
            length = c < 0 || isSpace(c) ? 0 : length + 1;
        }
        if (length > MAX_TOKEN) {
            throw corrupt("a word of more than " + MAX_TOKEN + " characters");
        }
    }

    private int endOfBlock() {
        long blocks = (at - start + BLOCK_BYTES - 1L) / BLOCK_BYTES;
        return (int) Math.min(file.length(), start + blocks * BLOCK_BYTES);
    }

    /** The next number of the header. */
    long headerInteger() throws ImageRejectedException {
        headerToken();
        return integer();
    }

    /** The word as a number: a sign or none, and digits, with an underscore between two of them or none. */
    private long integer() throws ImageRejectedException {
        int first = word[0] == '+' || word[0] == '-' ? 1 : 0;
        long value = 0;
        boolean afterDigit = false;
        for (int i = first; i < wordLength; i++) {
            boolean digit = word[i] >= '0' && word[i] <= '9';
            if (!digit && (word[i] != '_' || !afterDigit)) {
                throw noNumber();
            }
            value = digit ? 10 * value + word[i] - '0' : value;
            afterDigit = digit;
        }
        if (!afterDigit) {
            throw noNumber();
        }
        return word[0] == '-' ? -value : value;
    }

    private ImageRejectedException noNumber() {
        return corrupt("\"" + word() + "\" in place of a number");
    }

    /** A number other than 0. */
    static double real(String token) throws ImageRejectedException {
        double value = REAL.matcher(token).matches() ? Double.parseDouble(token) : 0;
        if (value == 0 || Double.isInfinite(value)) {
            throw corrupt("\"" + token + "\" in place of a scale");
        }
        return value;
    }

    private static ImageRejectedException corrupt(String what) {
        return new ImageRejectedException(RejectionReason.CORRUPT, "PNM has " + what);
    }

    private ImageRejectedException endOfSamples() {
        return new ImageRejectedException(
                RejectionReason.TRUNCATED, "the file ends after " + file.length() + " bytes, within its PNM samples");
    }
}
