package io.vitrine.search.serve;

import com.sun.net.httpserver.Headers;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Lets only pages and programs of this host in. A web page elsewhere could point its own name to this host (DNS rebinding), so the
 * name that was asked for must be a name of this host; and it could send a form here, so the page that sends one must be ours.
 */
final class LocalGuard {
    private static final int HTTP = 80;

    private final Set<String> hosts;

    /** @param port that the server listens on; browsers leave out that of HTTP */
    LocalGuard(int port) {
        this.hosts = Stream.of("127.0.0.1", "localhost", "[::1]")
                .flatMap(name -> port == HTTP ? Stream.of(name, name + ":" + port) : Stream.of(name + ":" + port))
                .collect(Collectors.toSet());
    }

    /** @throws RequestRefusedException if the request is not of this host */
    void check(Headers headers) throws RequestRefusedException {
        List<String> host = headers.getOrDefault("Host", List.of());
        if (host.size() != 1 || !hosts.contains(host.get(0).toLowerCase(Locale.ROOT))) {
            throw new RequestRefusedException(
                    421, "This server answers only to names of its own host, not to " + host + ".");
        }
        for (String origin : headers.getOrDefault("Origin", List.of())) {
            if (hosts.stream().noneMatch(one -> origin.toLowerCase(Locale.ROOT).equals("http://" + one))) {
                throw new RequestRefusedException(403, "Pages of " + origin + " may not search here.");
            }
        }
        String site = headers.getOrDefault("Sec-Fetch-Site", List.of("none")).get(0);
        if (!Set.of("none", "same-origin").contains(site)) {
            throw new RequestRefusedException(403, "Other pages may not search here.");
        }
    }
}
