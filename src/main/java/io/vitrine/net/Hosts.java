package io.vitrine.net;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.text.Normalizer;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The host of a web address in ASCII, after the URL Standard and the mapping of UTS 46 that browsers use. */
final class Hosts {
    private static final Pattern FORBIDDEN = Pattern.compile("[\\x00-\\x20#%/:<>?@\\[\\\\\\]^|\\x7f]");
    private static final Pattern IPV4 = Pattern.compile("(?:(?:0|[1-9][0-9]{0,2})\\.){3}(?:0|[1-9][0-9]{0,2})");
    private static final Pattern ENDS_IN_NUMBER = Pattern.compile("(?:.*\\.)?(?:[0-9]+|0x[0-9a-f]*)\\.?");
    private static final Pattern IPV6 = Pattern.compile("\\[[0-9A-Fa-f:.]+]");

    /** What UTS 46 ignores: soft hyphens, zero-width spaces, word joiners, byte order marks and variation selectors. */
    private static final Pattern IGNORED = Pattern.compile("[\\u00AD\\u200B\\u2060\\uFEFF\\uFE00-\\uFE0F]");

    private static final int MAX_LENGTH = 253;
    private static final int MAX_LABEL = 63;

    private Hosts() {}

    /**
     * The host that {@code text} means.
     *
     * @throws IllegalArgumentException if it is none, or an IPv4 address in another form than {@code 192.0.2.1}
     */
    static String ascii(String text) {
        if (text.startsWith("[")) {
            return ipv6(text);
        }
        String host = Stream.of(mapped(PercentEncoding.decoded(text)).split("\\.", -1))
                .map(label -> label.chars().allMatch(c -> c < 0x80) ? label : "xn--" + Punycode.encoded(label))
                .collect(Collectors.joining("."));
        if (host.isEmpty() || host.equals(".") || FORBIDDEN.matcher(host).find()) {
            throw new IllegalArgumentException("no host");
        }
        if (host.length() > MAX_LENGTH || Stream.of(host.split("\\.")).anyMatch(label -> label.length() > MAX_LABEL)) {
            throw new IllegalArgumentException("the host's name is too long");
        }
        if (ENDS_IN_NUMBER.matcher(host).matches()
                && !isIpv4(host)) { // browsers read 0x7f.1 and 2130706433 as 127.0.0.1
            throw new IllegalArgumentException("the host is neither a name nor an IPv4 address such as 192.0.2.1");
        }
        return host;
    }

    /** Compatibility forms, case and ignored characters; not the sharp s, which is a letter of its own to browsers. */
    private static String mapped(String host) {
        String plain = IGNORED.matcher(Normalizer.normalize(host, Normalizer.Form.NFKC))
                .replaceAll("");
        StringBuilder lower = new StringBuilder(plain.length());
        plain.codePoints()
                .map(Character::toLowerCase) // one by one: the final form of a sigma is another letter
                .map(c -> c == '\u3002' ? '.' : c)
                .forEach(lower::appendCodePoint);
        return Normalizer.normalize(lower, Normalizer.Form.NFKC);
    }

    private static boolean isIpv4(String host) {
        return IPV4.matcher(host).matches()
                && Stream.of(host.split("\\.")).allMatch(part -> Integer.parseInt(part) < 256);
    }

    private static String ipv6(String text) {
        if (!IPV6.matcher(text).matches()) {
            throw new IllegalArgumentException("no host");
        }
        try {
            String address = InetAddress.getByName(text).getHostAddress(); // a literal is not looked up
            return address.indexOf(':') < 0 ? address : "[" + address + "]";
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException("no host", e);
        }
    }
}
