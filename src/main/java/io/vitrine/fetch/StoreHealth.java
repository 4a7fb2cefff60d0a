package io.vitrine.fetch;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Tells an object that cannot be read from a store that is gone. One instance for each store (scheme and host or bucket) in a
 * JVM; all tasks report to it. The hosts of web addresses are one store together, {@link WebHealth}.
 *
 * <p>A store is gone when {@value #FAILURES} reads in a row fail, without one that the store answers in between. An answer about
 * the object (its bytes, access denied, not found) shows that the store is there. A read fails after the client's own retries, about
 * a minute with the settings of {@code SessionSettings}, so {@value #FAILURES} failures in a row are more than chance: if every fifth
 * object failed for ever, they would have a probability of 10⁻¹¹.
 *
 * <p>A file system that still says what a file is (HDFS with lost blocks, a disk with bad sectors) is gone when {@value
 * #UNDELIVERED} reads in a row fail, because neighbouring files can be lost together.
 *
 * <p>How long that takes: a task has 8 reads under way, so two tasks fail 16 in the same minute. Spark then runs each failed
 * task three more times. A read from a store that is gone gets {@link #PROBE} instead of the usual time, so these cost half a minute
 * together. The first answer ends that state, so that a store that comes back costs no run.
 */
class StoreHealth {
    /** Failures in a row after which a store is gone. */
    static final int FAILURES = 16;

    /** The same while the store still answers requests for an object's length and time. */
    static final int UNDELIVERED = 256;

    /** What was attempted when a store is found gone, for the message. */
    static final String GONE = "read many images in a row, the last of them";

    /** How long each stretch of a read may take while the store is gone. The first answer ends that state. */
    static final Duration PROBE = Duration.ofSeconds(10);

    /** Threads left in reads that were given up, at most. Each keeps its object's array. */
    static final int MAX_LEFT = 64;

    /** What was attempted when too many reads do not return, for the message. */
    static final String HANGS = "end " + MAX_LEFT + " reads that hang, the last of them of";

    private static final String WEB = "web";
    private static final Pattern STORE = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]*:(//[^/]*)?");
    private static final Map<String, StoreHealth> STORES = new ConcurrentHashMap<>();

    private int failures;
    private int undelivered; // failures since an object arrived or was refused
    private int left;

    /** The health of the store that holds {@code path}. */
    static StoreHealth of(String path) {
        return STORES.computeIfAbsent(store(path), name -> name.equals(WEB) ? new WebHealth() : new StoreHealth());
    }

    private static String store(String path) {
        if (path.startsWith("http:") || path.startsWith("https:")) {
            return WEB;
        }
        Matcher store = STORE.matcher(path);
        return store.lookingAt() ? store.group() : "file:";
    }

    /** The store sent an object, or refused it. */
    synchronized void answered() {
        failures = 0;
        undelivered = 0;
    }

    /** The store said what an object is. */
    synchronized void described() {
        failures = 0;
    }

    /** A read of the object at {@code path} failed. Returns whether the store is gone. */
    synchronized boolean failed(String path) {
        failures++;
        undelivered++;
        return isGone();
    }

    synchronized boolean isGone() {
        return failures >= FAILURES || undelivered >= UNDELIVERED;
    }

    /** A thread is left in a read that nobody waits for. */
    synchronized void left() {
        left++;
    }

    /** A read that nobody waits for has returned. */
    synchronized void returned() {
        left--;
    }

    synchronized boolean hasTooManyLeft() {
        return left > MAX_LEFT;
    }
}
