package io.vitrine.net;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An {@code http} or {@code https} address in the one form that browsers give it, after the URL Standard (WHATWG): lower-case host in
 * ASCII, no default port, no dot segments, no fragment, spaces and letters outside ASCII percent-encoded. What is percent-encoded
 * stays so, and repeated slashes stay.
 *
 * @param host a name, an IPv4 address, or an IPv6 address in brackets
 * @param port -1 for the scheme's own
 * @param target path and query as they are sent
 */
public record WebAddress(String scheme, String host, int port, String target) {
    /** The longest address: twice what browsers and servers agree on. */
    public static final int MAX_LENGTH = 8_192;

    private static final Pattern WEB =
            Pattern.compile("[\\x00-\\x20]*(https?):(.*)", Pattern.DOTALL | Pattern.CASE_INSENSITIVE);
    private static final Pattern SCHEME = Pattern.compile("([A-Za-z][A-Za-z0-9+.-]*):.*", Pattern.DOTALL);
    private static final Pattern AUTHORITY = Pattern.compile("(?:.*@)?(.*?)(?::([0-9]*))?", Pattern.DOTALL);
    private static final Pattern IGNORED = Pattern.compile("^[\\x00-\\x20]+|[\\x00-\\x20]+$|[\\t\\n\\r]");
    private static final int MAX_PORT = 65_535;

    /** Whether {@code text} begins as a web address does. */
    public static boolean isWeb(String text) {
        return WEB.matcher(text).matches();
    }

    /**
     * Reads an address as browsers do: blanks around it, tabs and line breaks do not count, and a backslash is a slash.
     *
     * @throws IllegalArgumentException if it is none, or holds a user
     */
    public static WebAddress parse(String text) {
        Matcher web = WEB.matcher(IGNORED.matcher(text).replaceAll(""));
        if (!web.matches()) {
            throw new IllegalArgumentException("it does not begin with http: or https:");
        }
        if (text.length() > MAX_LENGTH) {
            throw new IllegalArgumentException(text.length() + " characters; the limit is " + MAX_LENGTH);
        }
        String scheme = web.group(1).toLowerCase(Locale.ROOT);
        String rest = withoutFragment(web.group(2));
        int query = rest.indexOf('?');
        String place =
                (query < 0 ? rest : rest.substring(0, query)).replace('\\', '/').replaceFirst("^/+", "");
        int slash = place.indexOf('/');
        String authority = slash < 0 ? place : place.substring(0, slash);
        String path = slash < 0 ? "/" : place.substring(slash);
        if (authority.indexOf('@') >= 0) {
            throw new IllegalArgumentException("it holds a user");
        }
        Matcher parts = AUTHORITY.matcher(authority);
        if (!parts.matches()) {
            throw new IllegalArgumentException("no host");
        }
        String encoded = PercentEncoding.path(withoutDotSegments(path));
        String target = query < 0 ? encoded : encoded + "?" + PercentEncoding.query(rest.substring(query + 1));
        return new WebAddress(scheme, Hosts.ascii(parts.group(1)), port(scheme, parts.group(2)), target);
    }

    private static String withoutFragment(String text) {
        int fragment = text.indexOf('#');
        return fragment < 0 ? text : text.substring(0, fragment);
    }

    /**
     * {@code text}, which begins as a web address and is none or holds a user, with {@code mask} for what may be a user and a
     * password.
     */
    public static String withoutUser(String text, String mask) {
        Matcher web = WEB.matcher(IGNORED.matcher(text).replaceAll(""));
        if (!web.matches()) {
            throw new IllegalArgumentException("no web address");
        }
        String place = web.group(2).replaceFirst("^[/\\\\]+", "");
        int user = place.lastIndexOf('@');
        return web.group(1).toLowerCase(Locale.ROOT) + "://" + (user < 0 ? place : mask + place.substring(user));
    }

    private static int port(String scheme, String text) {
        if (text == null || text.isEmpty()) {
            return -1;
        }
        int port = text.replaceFirst("^0+(?=.)", "").length() > 5 ? MAX_PORT + 1 : Integer.parseInt(text);
        if (port > MAX_PORT) {
            throw new IllegalArgumentException("no port: " + text);
        }
        return port == (scheme.equals("http") ? 80 : 443) ? -1 : port;
    }

    private static String withoutDotSegments(String path) {
        if (!path.contains("/.") && !path.contains("/%2")) {
            return path;
        }
        Deque<String> names = new ArrayDeque<>();
        String[] all = path.substring(1).split("/", -1);
        for (int i = 0; i < all.length; i++) {
            String dots = all[i].replaceAll("(?i)%2e", ".");
            boolean isLast = i == all.length - 1;
            if (dots.equals("..")) {
                names.pollLast();
            } else if (!dots.equals(".")) {
                names.addLast(all[i]);
            }
            if (isLast && (dots.equals("..") || dots.equals("."))) {
                names.addLast("");
            }
        }
        return "/" + String.join("/", names);
    }

    /**
     * The address that a reference at this one leads to, as in a redirect's {@code Location}.
     *
     * @throws IllegalArgumentException if it is no web address
     */
    public WebAddress resolve(String reference) {
        String trimmed = withoutFragment(IGNORED.matcher(reference).replaceAll(""));
        String start = trimmed.replace('\\', '/');
        if (SCHEME.matcher(trimmed).matches()) {
            return parse(trimmed);
        } else if (start.startsWith("//")) {
            return parse(scheme + ":" + trimmed);
        } else if (start.startsWith("/")) {
            return parse(origin() + trimmed);
        }
        String path = target.replaceFirst("\\?.*$", "");
        if (trimmed.isEmpty()) {
            return this;
        }
        return parse(
                origin() + (start.startsWith("?") ? path : path.substring(0, path.lastIndexOf('/') + 1)) + trimmed);
    }

    private String origin() {
        return scheme + "://" + host + (port < 0 ? "" : ":" + port);
    }

    @Override
    public String toString() {
        return origin() + target;
    }
}
