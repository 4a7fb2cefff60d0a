package io.vitrine.catalog;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.vitrine.StorageException;
import io.vitrine.StorageException.Outlook;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import javax.xml.stream.XMLStreamException;
import org.apache.hadoop.fs.s3a.Invoker;
import org.apache.hadoop.fs.s3a.S3AFileSystem;
import org.apache.hadoop.fs.s3a.S3ARetryPolicy;
import org.xml.sax.SAXParseException;

/**
 * The keys with a prefix, as they are: page after page of a listing in URL encoding, because XML can't hold control characters.
 * Requests are made, retried and explained as S3A does.
 */
final class S3Keys extends PullIterator<S3Keys.Key> {
    /**
     * A key.
     *
     * @param name an object's key, or a prefix up to the delimiter
     * @param object empty for a prefix
     */
    record Key(String name, Optional<Stored> object) {
        static Key ofPrefix(String name) {
            return new Key(name, Optional.empty());
        }

        /** @param modified milliseconds since 1970 */
        static Key ofObject(String name, long bytes, long modified, String etag) {
            return new Key(name, Optional.of(new Stored(bytes, modified, ImageRef.withoutQuotes(etag))));
        }
    }

    /** What a listing says of an object. */
    record Stored(long bytes, long modified, String etag) {}

    private final S3Pages pages;
    private final Invoker invoker;
    private final String place;
    private final Deque<Key> page = new ArrayDeque<>();
    private String after = ""; // where the next page starts
    private String mark = "";
    private long sinceMark;
    private long untilMark = 1;
    private boolean isLastPage;

    /** @param delimiter ends a prefix that stands for all keys below it; null to list all keys */
    S3Keys(S3AFileSystem fs, String prefix, String delimiter) {
        this.pages = new S3Pages(fs, prefix, delimiter);
        this.invoker = new Invoker(new S3ARetryPolicy(fs.getConf()), Invoker.LOG_EVENT);
        this.place = "s3a://" + fs.getUri().getAuthority() + "/" + prefix;
    }

    @Override
    Optional<Key> pull() throws IOException {
        while (page.isEmpty() && !isLastPage) {
            invoker.retry("list", place, true, this::readPage);
        }
        return Optional.ofNullable(page.poll());
    }

    /**
     * Where the page after a page of version 1 starts: what the store names. Stores must name it only where there is a delimiter;
     * else it is the last name on the page, in the stores' order.
     *
     * @param named null or empty where the store names nothing
     * @return empty where the page is empty too
     */
    static String nextMarker(String named, List<Key> page) {
        return named == null || named.isEmpty()
                ? page.stream()
                        .map(Key::name)
                        .max(Comparator.comparing(name -> name.getBytes(UTF_8), Arrays::compareUnsigned))
                        .orElse("")
                : named;
    }

    private void readPage() {
        try {
            Optional<String> next = pages.read(after, page::add);
            if (next.isPresent() && (next.get().isEmpty() || isRepeated(next.get()))) { // the same pages for ever
                throw new StorageException(
                        Outlook.PERMANENT,
                        "Cannot list the input " + place + ": the store says that there are more keys"
                                + (after.isEmpty() ? "" : " after the page at " + after)
                                + ", but names no further page. Give the paths with --input-list, or ask for the"
                                + " other version of listings with spark.hadoop.fs.s3a.list.version (2 if not set).");
            }
            isLastPage = next.isEmpty();
            after = next.orElse(after);
        } catch (RuntimeException e) { // the SDK's
            if (isNotXml(e)) { // no later attempt has another answer
                throw new StorageException(
                        Outlook.PERMANENT,
                        "Cannot list the input " + place + ": a key there has a control character, and the store"
                                + " ignores the request to encode keys (encoding-type=url), so its listing is not XML."
                                + " Rename the key, or give the paths with --input-list.",
                        e);
            }
            throw e;
        }
    }

    /** Whether a listing goes round, found after some rounds (Brent's algorithm): each page is compared with one before it. */
    private boolean isRepeated(String next) {
        if (next.equals(mark)) {
            return true;
        }
        if (++sinceMark == untilMark) {
            mark = next;
            sinceMark = 0;
            untilMark *= 2;
        }
        return false;
    }

    private static boolean isNotXml(Throwable e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if ((cause instanceof SAXParseException || cause instanceof XMLStreamException)
                    && String.valueOf(cause.getMessage()).contains("character")) {
                return true;
            }
        }
        return false;
    }
}
