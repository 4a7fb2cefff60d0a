package io.vitrine.hub;

import io.vitrine.StorageException;
import io.vitrine.net.AddressKind;
import java.net.URI;
import java.net.URISyntaxException;

/**
 * Where the Hub may send a request on. A redirect is an order from another machine: it may not lead into a network that the Hub is not
 * part of, such as to a cloud's service for credentials, nor from HTTPS to HTTP.
 */
final class Redirects {
    private final URI endpoint;

    Redirects(URI endpoint) {
        this.endpoint = endpoint;
    }

    /**
     * The address that {@code location} names.
     *
     * @param at the address that answered with it
     * @throws StorageException if it may not be followed
     */
    URI follow(URI at, String location) {
        URI next;
        try {
            next = at.resolve(new URI(location));
        } catch (URISyntaxException e) {
            throw refused(at, "something that is not an address");
        }
        boolean http = "http".equalsIgnoreCase(next.getScheme());
        if (!http && !"https".equalsIgnoreCase(next.getScheme())) {
            throw refused(at, "an address with the scheme '" + next.getScheme() + "'");
        }
        if (next.getHost() == null || next.getUserInfo() != null) {
            throw refused(at, "an address with a user or without a host");
        }
        if (http && "https".equalsIgnoreCase(at.getScheme())) {
            throw refused(at, next.getHost() + " without encryption");
        }
        AddressKind kind = AddressKind.of(next.getHost());
        if (kind != AddressKind.PUBLIC && kind.compareTo(AddressKind.of(endpoint.getHost())) > 0) {
            throw refused(
                    at,
                    next.getHost() + ", "
                            + (kind == AddressKind.LINK_LOCAL ? "a link-local address" : "a private address"));
        }
        return next;
    }

    private StorageException refused(URI at, String where) {
        return new StorageException(
                StorageException.Outlook.PERMANENT,
                "The Hub redirects " + at.getHost() + at.getPath() + " to " + where
                        + ", which is not followed. Check HF_ENDPOINT (" + endpoint + ").");
    }
}
