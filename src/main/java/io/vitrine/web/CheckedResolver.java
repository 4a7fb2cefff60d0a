package io.vitrine.web;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.hc.client5.http.DnsResolver;

/**
 * Gives the client only addresses that it may connect to. The client connects to these very addresses, so a name that has another
 * address a moment later gains nothing.
 */
final class CheckedResolver implements DnsResolver {
    /** Each gets the whole time for connecting. */
    private static final int MAX_ADDRESSES = 3;

    private final WebHosts hosts;
    private final DnsResolver lookup;

    /** @param lookup gives every address of a name */
    CheckedResolver(WebHosts hosts, DnsResolver lookup) {
        this.hosts = hosts;
        this.lookup = lookup;
    }

    /** Says in its message that the host is refused. */
    static final class RefusedHostException extends UnknownHostException {
        private static final long serialVersionUID = 1;

        RefusedHostException(String message) {
            super(message);
        }
    }

    @Override
    public InetAddress[] resolve(String host) throws UnknownHostException {
        List<InetAddress> allowed = new ArrayList<>();
        Optional<String> refusal = hosts.refusal(host);
        if (refusal.isEmpty()) {
            for (InetAddress address : lookup.resolve(host)) {
                Optional<String> reason = hosts.refusal(host, address);
                if (reason.isEmpty() && allowed.size() < MAX_ADDRESSES) {
                    allowed.add(address);
                }
                refusal = refusal.or(() -> reason);
            }
        }
        if (allowed.isEmpty()) {
            throw new RefusedHostException(host + " " + refusal.orElse("has no address"));
        }
        return allowed.toArray(InetAddress[]::new);
    }

    @Override
    public String resolveCanonicalHostname(String host) {
        return host; // nobody needs another
    }
}
