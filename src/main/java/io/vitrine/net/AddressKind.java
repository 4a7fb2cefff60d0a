package io.vitrine.net;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** How far a network address reaches. The order matters: what comes later is more private. */
public enum AddressKind {
    /** Anywhere on the Internet. */
    PUBLIC,
    /** This host, its organisation's network, or no host at all. */
    PRIVATE,
    /** The network segment, where clouds serve a machine's credentials. */
    LINK_LOCAL;

    /** Services for a machine's credentials (AWS, Azure, Oracle, Alibaba, Google), and what else is on the segment. */
    private static final List<AddressRange> LINK_LOCALS = AddressRange.all(
            "169.254.0.0/16",
            "168.63.129.16/32",
            "192.0.0.192/32",
            "100.100.100.200/32",
            "fe80::/10",
            "fd00:ec2::/32",
            "fd00:c1::a9fe:a9fe/128",
            "fd20:ce::254/128");

    /** The ranges of RFC 6890, and of the registries it made, that are not hosts of the Internet. */
    private static final List<AddressRange> PRIVATES = AddressRange.all(
            "0.0.0.0/8",
            "10.0.0.0/8",
            "100.64.0.0/10",
            "127.0.0.0/8",
            "172.16.0.0/12",
            "192.0.0.0/24",
            "192.0.2.0/24",
            "192.168.0.0/16",
            "198.18.0.0/15",
            "198.51.100.0/24",
            "203.0.113.0/24",
            "224.0.0.0/3",
            "64:ff9b:1::/48",
            "100::/64",
            "2001::/23",
            "2001:db8::/32",
            "3fff::/20",
            "fc00::/7",
            "fec0::/10",
            "ff00::/8");

    /** With an IPv4 address in the last bytes: compatible, mapped and translated ones, and NAT64. */
    private static final List<AddressRange> IPV4_AT_THE_END =
            AddressRange.all("::/64", "64:ff9b::/96", "64:ff9b:1::/48");

    private static final AddressRange SIX_TO_FOUR = AddressRange.of("2002::/16");
    private static final AddressRange TEREDO = AddressRange.of("2001::/32");

    /** The kind of the farthest reaching restriction among the addresses of {@code host}; PUBLIC if it is not known here. */
    public static AddressKind of(String host) {
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

    /** The kind of one address. */
    public static AddressKind of(InetAddress address) {
        return of(address.getAddress());
    }

    private static AddressKind of(byte[] address) {
        if (anyContains(LINK_LOCALS, address)) {
            return LINK_LOCAL;
        }
        AddressKind kind = anyContains(PRIVATES, address) ? PRIVATE : PUBLIC;
        return embedded(address)
                .map(AddressKind::of)
                .filter(inner -> inner.compareTo(kind) > 0)
                .orElse(kind);
    }

    /** The IPv4 address that an IPv6 address of a transition mechanism leads to. */
    private static Optional<byte[]> embedded(byte[] address) {
        if (anyContains(IPV4_AT_THE_END, address)) {
            return Optional.of(Arrays.copyOfRange(address, 12, 16));
        }
        if (SIX_TO_FOUR.contains(address)) {
            return Optional.of(Arrays.copyOfRange(address, 2, 6));
        }
        if (TEREDO.contains(address)) {
            byte[] client = new byte[4];
            for (int i = 0; i < client.length; i++) {
                client[i] = (byte) ~address[12 + i]; // Teredo stores it inverted
            }
            return Optional.of(client);
        }
        return Optional.empty();
    }

    private static boolean anyContains(List<AddressRange> ranges, byte[] address) {
        return ranges.stream().anyMatch(range -> range.contains(address));
    }
}
