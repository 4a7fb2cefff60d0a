package io.vitrine.hub;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;

/** How far a network address reaches. The order matters: a Hub may redirect to its own kind and to those before it. */
enum AddressKind {
    /** Anywhere on the Internet. */
    PUBLIC,
    /** This host, its organisation's network, or no host at all. */
    PRIVATE,
    /** The network segment, where clouds serve a machine's credentials. */
    LINK_LOCAL;

    private static final byte[] NAT64 = {0, 0x64, (byte) 0xff, (byte) 0x9b, 0, 0, 0, 0, 0, 0, 0, 0};
    private static final byte[] AWS_METADATA = {(byte) 0xfd, 0, 0x0e, (byte) 0xc2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0x54
    };

    /** The kind of the farthest reaching restriction among the addresses of {@code host}; PUBLIC if it is not known here. */
    static AddressKind of(String host) {
        AddressKind kind = PUBLIC;
        try {
            for (InetAddress address : InetAddress.getAllByName(host.replaceAll("^\\[|\\]$", ""))) {
                AddressKind each = of(address);
                kind = each.compareTo(kind) > 0 ? each : kind;
            }
        } catch (UnknownHostException e) {
            return PUBLIC; // a proxy may know it; without one the connection fails
        }
        return kind;
    }

    static AddressKind of(InetAddress address) {
        byte[] bytes = address.getAddress();
        if (bytes.length == 4) {
            return ofIpv4(bytes[0] & 0xff, bytes[1] & 0xff);
        }
        if (startsWith(bytes, NAT64) || startsWith(bytes, new byte[12])) { // an IPv4 address in its last bytes
            return address.isLoopbackAddress() || address.isAnyLocalAddress()
                    ? PRIVATE
                    : ofIpv4(bytes[12] & 0xff, bytes[13] & 0xff);
        }
        if (bytes[0] == 0x20 && bytes[1] == 0x02) { // 6to4: an IPv4 address behind the prefix
            return ofIpv4(bytes[2] & 0xff, bytes[3] & 0xff);
        }
        if (address.isLinkLocalAddress() || Arrays.equals(bytes, AWS_METADATA)) {
            return LINK_LOCAL;
        }
        boolean uniqueLocal = (bytes[0] & 0xfe) == 0xfc;
        return uniqueLocal || address.isSiteLocalAddress() || address.isMulticastAddress() ? PRIVATE : PUBLIC;
    }

    /** The special-purpose ranges of RFC 6890. */
    private static AddressKind ofIpv4(int first, int second) {
        if (first == 169 && second == 254) {
            return LINK_LOCAL;
        }
        boolean restricted = first == 0
                || first == 10
                || first == 127
                || first >= 224
                || (first == 100 && second >= 64 && second < 128)
                || (first == 172 && second >= 16 && second < 32)
                || (first == 192 && second == 168)
                || (first == 198 && (second == 18 || second == 19));
        return restricted ? PRIVATE : PUBLIC;
    }

    private static boolean startsWith(byte[] bytes, byte[] prefix) {
        return Arrays.equals(bytes, 0, prefix.length, prefix, 0, prefix.length);
    }
}
