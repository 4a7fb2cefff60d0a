package io.vitrine.web;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.zip.GZIPInputStream;
import java.util.zip.InflaterInputStream;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.Header;

/** A server's answer. Its connection is free for other requests once the body has been read to its end. Used by one thread. */
public final class WebAnswer implements AutoCloseable {
    private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);
    private static final Set<Integer> ASK_TO_WAIT = Set.of(429, 503);
    private static final int MAX_DRAINED = 64 << 10;
    private static final int MAX_TAG = 256;

    private final HttpGet request;
    private final ClassicHttpResponse response;
    private final HostGate gate;

    WebAnswer(HttpGet request, ClassicHttpResponse response, HostGate gate) {
        this.request = request;
        this.response = response;
        this.gate = gate;
    }

    /** The HTTP status. */
    public int status() {
        return response.getCode();
    }

    /** Whether the body is the file that was asked for. */
    public boolean isFile() {
        return status() == 200 || status() == 203;
    }

    /** Whether the file is not there. */
    public boolean isMissing() {
        return status() == 404 || status() == 410;
    }

    /** Whether the same request can get another answer soon. */
    public boolean isTransient() {
        int status = status();
        return status == 408 || status == 425 || status == 429 || (status >= 500 && status != 501 && status != 505);
    }

    boolean asksToWait() {
        return ASK_TO_WAIT.contains(status());
    }

    /** Where a redirect leads to; empty for other answers. */
    Optional<String> redirect() {
        return REDIRECTS.contains(status()) ? header("Location") : Optional.empty();
    }

    /** How long the server wants to be left alone. */
    Optional<Duration> retryAfter() {
        return header("Retry-After").flatMap(WebAnswer::wait);
    }

    private static Optional<Duration> wait(String text) {
        if (text.matches("[0-9]{1,9}")) {
            return Optional.of(Duration.ofSeconds(Long.parseLong(text)));
        }
        return date(text)
                .map(date -> Duration.between(Instant.now(), date))
                .filter(time -> !time.isNegative() && time.toDays() < 10_000);
    }

    private static Optional<Instant> date(String text) {
        try {
            return Optional.of(ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME)
                    .toInstant());
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    /** The body's length as the server announces it; none if it does not, or if the body is compressed. */
    public OptionalLong length() {
        long length = response.getEntity() == null ? 0 : response.getEntity().getContentLength();
        return length < 0 || isCompressed() ? OptionalLong.empty() : OptionalLong.of(length);
    }

    /** The time of the last change that the server tells, in milliseconds since 1970. */
    public OptionalLong modified() {
        Optional<Instant> time = header("Last-Modified").flatMap(WebAnswer::date);
        return time.isPresent() ? OptionalLong.of(time.get().toEpochMilli()) : OptionalLong.empty();
    }

    /** The file's version tag, without quotes. */
    public Optional<String> etag() {
        return header("ETag")
                .map(tag -> tag.replaceAll("^\"|\"$", ""))
                .filter(tag -> !tag.isEmpty() && tag.length() <= MAX_TAG);
    }

    /**
     * The body, decompressed if the server has compressed it unasked. It may be longer than announced, or end early.
     *
     * @throws WebRefusedException if it is compressed in another way
     */
    public InputStream body() throws IOException {
        InputStream raw = response.getEntity() == null
                ? InputStream.nullInputStream()
                : new Unclosed(response.getEntity().getContent());
        return switch (encoding()) {
            case "" -> raw;
            case "gzip", "x-gzip" -> new GZIPInputStream(raw);
            case "deflate" -> new InflaterInputStream(raw);
            default -> throw new WebRefusedException("its content encoding '" + encoding() + "' is not read");
        };
    }

    /** The client's stream reads on to the end of the body when it is closed. The answer's own end closes the connection instead. */
    private static final class Unclosed extends FilterInputStream {
        Unclosed(InputStream in) {
            super(in);
        }

        @Override
        public void close() {}
    }

    private boolean isCompressed() {
        return !encoding().isEmpty();
    }

    private String encoding() {
        return header("Content-Encoding")
                .map(text -> text.toLowerCase(Locale.ROOT))
                .filter(text -> !text.equals("identity"))
                .orElse("");
    }

    private Optional<String> header(String name) {
        return Optional.ofNullable(response.getFirstHeader(name))
                .map(Header::getValue)
                .map(String::strip);
    }

    /** Reads what is left of a short body, so that the connection can be used again. */
    public void drain() throws IOException {
        if (response.getEntity() == null) {
            return;
        }
        InputStream body = response.getEntity().getContent();
        byte[] buffer = new byte[4096];
        int total = 0;
        for (int count = body.read(buffer); count >= 0 && total < MAX_DRAINED; count = body.read(buffer)) {
            total += count;
        }
    }

    /** Ends the request. A connection whose body has not been read to its end is closed. */
    @Override
    public void close() {
        try {
            request.cancel(); // a connection that is free already stays open
            response.close();
        } catch (IOException e) {
            // nothing more is wanted from it
        } finally {
            gate.leave();
        }
    }
}
