package io.vitrine.hub;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** The addresses that share a prefix, such as {@code 10.0.0.0/8}. */
final class AddressRange {
    private final byte[] prefix;
    private final int bits;

    private AddressRange(byte[] prefix, int bits) {
        this.prefix = prefix;
        this.bits = bits;
    }

    /** The ranges of {@code cidrs}, addresses without names and the lengths of their prefixes. */
    static List<AddressRange> all(String... cidrs) {
        return Stream.of(cidrs).map(AddressRange::of).toList();
    }

    static AddressRange of(String cidr) {
        int slash = cidr.indexOf('/');
        try {
            byte[] prefix = InetAddress.getAllByName(cidr.substring(0, slash))[0].getAddress();
            return new AddressRange(prefix, Integer.parseInt(cidr.substring(slash + 1)));
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(cidr, e);
        }
    }

    /** Whether {@code address}, of 4 or 16 bytes, is in this range. */
    boolean contains(byte[] address) {
        int whole = bits / 8;
        if (address.length != prefix.length || !Arrays.equals(address, 0, whole, prefix, 0, whole)) {
            return false;
        }
        int rest = bits % 8;
        return rest == 0 || ((address[whole] ^ prefix[whole]) & (0xff00 >> rest) & 0xff) == 0;
    }
}
