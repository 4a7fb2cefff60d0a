package io.vitrine.web;

import java.net.InetAddress;
import java.net.ProxySelector;
import java.net.UnknownHostException;
import java.util.Optional;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.impl.routing.SystemDefaultRoutePlanner;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.protocol.HttpContext;

/**
 * Routes through the JVM's proxies. The administrator names a proxy, so its own address may be private. A proxy looks names up by
 * itself, so a host is checked by the addresses that it has here; one without an address here is left to the proxy, unless only
 * networks are allowed.
 */
final class CheckedRoutes extends SystemDefaultRoutePlanner {
    private final WebHosts hosts;
    private final DnsResolver lookup;

    /** @param lookup gives every address of a name */
    CheckedRoutes(WebHosts hosts, ProxySelector proxies, DnsResolver lookup) {
        super(proxies);
        this.hosts = hosts;
        this.lookup = lookup;
    }

    /** Says in its message that the host is refused. */
    static final class RefusedRouteException extends HttpException {
        private static final long serialVersionUID = 1;

        RefusedRouteException(String message) {
            super(message);
        }
    }

    @Override
    protected HttpHost determineProxy(HttpHost target, HttpContext context) throws HttpException {
        HttpHost proxy = super.determineProxy(target, context);
        if (proxy == null) {
            return null;
        }
        requireAllowed(target.getHostName());
        try {
            // with its address, which is then not looked up with the check for targets
            return new HttpHost(
                    proxy.getSchemeName(),
                    lookup.resolve(proxy.getHostName())[0],
                    proxy.getHostName(),
                    proxy.getPort());
        } catch (UnknownHostException e) {
            throw new HttpException("no proxy at " + proxy.getHostName(), e);
        }
    }

    private void requireAllowed(String host) throws RefusedRouteException {
        Optional<String> refusal = hosts.refusal(host);
        try {
            for (InetAddress address : lookup.resolve(host)) {
                refusal = refusal.or(() -> hosts.refusal(host, address));
            }
        } catch (UnknownHostException e) {
            refusal = refusal.or(() -> hosts.refusalWithoutAddress(host)); // only the proxy may know it
        }
        if (refusal.isPresent()) {
            throw new RefusedRouteException(host + " " + refusal.get());
        }
    }
}
