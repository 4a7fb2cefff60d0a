package io.vitrine.fetch;

import java.util.HashSet;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Tells hosts that are down from a network that is gone: {@value #HOSTS} hosts fail, without one that answers in between. Images do
 * not count, because a later run asks for those only that failed, and they may all be of a few hosts that are down.
 */
final class WebHealth extends StoreHealth {
    static final int HOSTS = 64;

    private static final Pattern HOST = Pattern.compile("https?://([^/?#]*)");

    private final Set<String> silent = new HashSet<>(); // since a host answered

    @Override
    synchronized void answered() {
        silent.clear();
    }

    @Override
    synchronized boolean failed(String path) {
        Matcher host = HOST.matcher(path);
        if (!isGone() && host.lookingAt()) {
            silent.add(host.group(1));
        }
        return isGone();
    }

    @Override
    synchronized boolean isGone() {
        return silent.size() >= HOSTS;
    }
}
