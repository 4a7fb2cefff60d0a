package io.vitrine.web;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The gates of the hosts that were asked last. Lists of web images can have millions of hosts, so the gate of a host that was not
 * asked for long is forgotten.
 */
final class HostGates {
    /** Many more than requests are under way at a time. */
    private static final int MAX = 4096;

    private final int limit;
    private final WebPace pace;
    private final Map<String, HostGate> gates = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, HostGate> eldest) {
            return size() > MAX;
        }
    };

    HostGates(int limit, WebPace pace) {
        this.limit = limit;
        this.pace = pace;
    }

    /** @param host with its port */
    synchronized HostGate of(String host) {
        return gates.computeIfAbsent(host, name -> new HostGate(limit, pace));
    }
}
