package io.vitrine.search.serve;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The parts of a {@code multipart/form-data} body (RFC 7578), as browsers send a form with a file. */
final class MultipartForm {
    private static final Pattern BOUNDARY = Pattern.compile(
            "multipart/form-data\\s*;.*?\\bboundary=(?:\"([^\"]{1,70})\"|([^\\s;\"]{1,70})).*",
            Pattern.CASE_INSENSITIVE);
    private static final Pattern NAME =
            Pattern.compile("(?im)^content-disposition:\\s*form-data\\b[^\\r\\n]*?;\\s*name=\"([^\"\\r\\n]*)\"");
    private static final Pattern FILE =
            Pattern.compile("(?im)^content-disposition:\\s*form-data\\b[^\\r\\n]*?;\\s*filename=\"([^\"\\r\\n]*)\"");
    private static final byte[] BLANK_LINE = "\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final int MAX_PARTS = 16;
    private static final int MAX_HEADER_BYTES = 8 << 10;

    private final byte[] body;
    private final Map<String, Part> parts = new LinkedHashMap<>();

    /** A part: bytes of the body from {@code from} to {@code to}. */
    private record Part(Optional<String> fileName, int from, int to) {}

    private MultipartForm(byte[] body) {
        this.body = body;
    }

    /** Whether a body of this type is a form. */
    static boolean is(String contentType) {
        return contentType.regionMatches(true, 0, "multipart/", 0, 10);
    }

    /**
     * Reads a form.
     *
     * @throws RequestRefusedException if it is damaged, or has too many parts or one twice
     */
    static MultipartForm parse(String contentType, byte[] body) throws RequestRefusedException {
        Matcher type = BOUNDARY.matcher(contentType);
        if (!type.matches()) {
            throw new RequestRefusedException(
                    415, "A body of several parts must be multipart/form-data with a boundary.");
        }
        String boundary = type.group(1) == null ? type.group(2) : type.group(1);
        MultipartForm form = new MultipartForm(body);
        form.read(("--" + boundary).getBytes(StandardCharsets.ISO_8859_1));
        return form;
    }

    private void read(byte[] delimiter) throws RequestRefusedException {
        byte[] inner = new byte[delimiter.length + 2];
        inner[0] = '\r';
        inner[1] = '\n';
        System.arraycopy(delimiter, 0, inner, 2, delimiter.length);
        int at = find(delimiter, 0, body.length);
        for (int count = 0; at >= 0 && count <= MAX_PARTS; count++) {
            int header = at + delimiter.length;
            if (startsWith("--", header)) {
                return;
            }
            int headerEnd = find(BLANK_LINE, header, Math.min(body.length, header + MAX_HEADER_BYTES));
            int end = headerEnd < 0 ? -1 : find(inner, headerEnd + 2, body.length);
            if (end < 0 || count == MAX_PARTS) {
                break;
            }
            int from = headerEnd + BLANK_LINE.length;
            add(new String(body, header, headerEnd - header, StandardCharsets.UTF_8), from, Math.max(from, end));
            at = end + 2;
        }
        throw new RequestRefusedException(
                400, "The form is damaged: it ends within a part, or has more than " + MAX_PARTS + ".");
    }

    private void add(String header, int from, int to) throws RequestRefusedException {
        Matcher name = NAME.matcher(header);
        Matcher file = FILE.matcher(header);
        if (name.find()) {
            Part part = new Part(file.find() ? Optional.of(file.group(1)) : Optional.empty(), from, to);
            if (parts.putIfAbsent(name.group(1), part) != null) {
                throw new RequestRefusedException(400, "A field of the form is there twice.");
            }
        }
    }

    private boolean startsWith(String text, int at) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        return at + bytes.length <= body.length && Arrays.equals(body, at, at + bytes.length, bytes, 0, bytes.length);
    }

    /** Where {@code wanted} begins between two offsets; -1 if it does not. */
    private int find(byte[] wanted, int from, int to) {
        for (int at = from; at + wanted.length <= to; at++) {
            if (body[at] == wanted[0] && Arrays.equals(body, at, at + wanted.length, wanted, 0, wanted.length)) {
                return at;
            }
        }
        return -1;
    }

    /** The names of the parts. */
    Set<String> names() {
        return parts.keySet();
    }

    /** The bytes of a part. */
    Optional<byte[]> bytes(String name) {
        return Optional.ofNullable(parts.get(name)).map(part -> Arrays.copyOfRange(body, part.from, part.to));
    }

    /** The name of a part's file, without folders. */
    Optional<String> fileName(String name) {
        return Optional.ofNullable(parts.get(name))
                .flatMap(Part::fileName)
                .map(file -> file.substring(Math.max(file.lastIndexOf('/'), file.lastIndexOf('\\')) + 1))
                .filter(file -> !file.isEmpty());
    }

    /** A part as text. */
    Optional<String> text(String name) {
        return bytes(name).map(bytes -> new String(bytes, StandardCharsets.UTF_8));
    }
}
