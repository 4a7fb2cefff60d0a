package io.vitrine.testkit;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A request or an answer of HTTP 1.1 with its body.
 *
 * @param start the first line
 * @param headers the other lines, without those that describe the connection or the body's encoding
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record HttpMessage(String start, List<String> headers, byte[] body) {
    private static final byte[] CONTINUE = "HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1);

    /** The next request of a connection; empty if the client has closed it. */
    static Optional<HttpMessage> request(InputStream in, OutputStream out) throws IOException {
        List<String> head = head(in);
        if (head.isEmpty()) {
            return Optional.empty();
        }
        if (header(head, "expect").isPresent()) {
            out.write(CONTINUE);
        }
        boolean hasBody = header(head, "transfer-encoding").isPresent()
                || header(head, "content-length").isPresent();
        return Optional.of(of(head, hasBody ? body(head, in) : new byte[0]));
    }

    /** The answer to a request; its connection ends with it. */
    static HttpMessage answer(InputStream in, String method) throws IOException {
        List<String> head = head(in);
        if (head.isEmpty()) {
            throw new EOFException("the store closed the connection");
        }
        return method.equals("HEAD") || head.get(0).contains(" 204 ")
                ? new HttpMessage(head.get(0), without(head, "connection"), new byte[0])
                : of(head, body(head, in));
    }

    private static HttpMessage of(List<String> head, byte[] body) {
        List<String> headers = without(head, "connection", "transfer-encoding", "content-length", "expect");
        headers.add("Content-Length: " + body.length);
        return new HttpMessage(head.get(0), headers, body);
    }

    /** The same message with another body, and its length. */
    HttpMessage withBody(byte[] other) {
        List<String> head = new ArrayList<>(headers);
        head.add(0, start);
        return of(head, other);
    }

    /** The first line and the headers, with {@code more}, as bytes. */
    byte[] head(String... more) {
        List<String> lines = new ArrayList<>();
        lines.add(start);
        lines.addAll(headers);
        lines.addAll(List.of(more));
        return (String.join("\r\n", lines) + "\r\n\r\n").getBytes(StandardCharsets.ISO_8859_1);
    }

    private static List<String> head(InputStream in) throws IOException {
        List<String> lines = new ArrayList<>();
        for (String line = line(in); !line.isEmpty(); line = line(in)) {
            lines.add(line);
        }
        return lines;
    }

    private static String line(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int next = in.read(); next >= 0 && next != '\n'; next = in.read()) {
            line.write(next);
        }
        return line.toString(StandardCharsets.ISO_8859_1).strip();
    }

    private static byte[] body(List<String> head, InputStream in) throws IOException {
        if (header(head, "transfer-encoding").isPresent()) {
            return chunks(in);
        }
        Optional<String> length = header(head, "content-length");
        return length.isPresent() ? exactly(in, Integer.parseInt(length.get())) : in.readAllBytes();
    }

    private static byte[] chunks(InputStream in) throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        while (true) {
            byte[] chunk = exactly(in, Integer.parseInt(line(in).replaceFirst(";.*", ""), 16));
            line(in);
            if (chunk.length == 0) {
                return body.toByteArray();
            }
            body.write(chunk);
        }
    }

    private static byte[] exactly(InputStream in, int length) throws IOException {
        byte[] bytes = in.readNBytes(length);
        if (bytes.length < length) {
            throw new EOFException(bytes.length + " bytes of " + length);
        }
        return bytes;
    }

    private static Optional<String> header(List<String> head, String name) {
        return head.stream()
                .filter(line -> name(line).equals(name))
                .map(line -> line.substring(line.indexOf(':') + 1).strip())
                .findFirst();
    }

    private static List<String> without(List<String> head, String... names) {
        List<String> wanted = new ArrayList<>(head.subList(1, head.size()));
        wanted.removeIf(line -> List.of(names).contains(name(line)));
        return wanted;
    }

    private static String name(String line) {
        return line.replaceFirst(":.*", "").toLowerCase(Locale.ROOT);
    }
}
