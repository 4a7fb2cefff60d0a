package io.vitrine.net;

import java.io.Serializable;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The addresses that share a prefix, such as {@code 10.0.0.0/8}. */
public final class AddressRange implements Serializable {
    private static final long serialVersionUID = 1;

    private static final Pattern CIDR =
            Pattern.compile("([0-9]+\\.[0-9]+\\.[0-9]+\\.[0-9]+|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*)/([0-9]{1,3})");

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

    /**
     * A range from its text, such as {@code 10.0.0.0/8}.
     *
     * @throws IllegalArgumentException if it is none
     */
    public static AddressRange of(String cidr) {
        Matcher parts = CIDR.matcher(cidr);
        if (!parts.matches()) { // a name would be looked up
            throw new IllegalArgumentException(cidr);
        }
        try {
            byte[] prefix = InetAddress.getAllByName(parts.group(1))[0].getAddress();
            int bits = Integer.parseInt(parts.group(2));
            if (bits > 8 * prefix.length) {
                throw new IllegalArgumentException(cidr);
            }
            return new AddressRange(prefix, bits);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(cidr, e);
        }
    }

    /** Whether {@code address}, of 4 or 16 bytes, is in this range. */
    public boolean contains(byte[] address) {
        int whole = bits / 8;
        if (address.length != prefix.length || !Arrays.equals(address, 0, whole, prefix, 0, whole)) {
            return false;
        }
        int rest = bits % 8;
        return rest == 0 || ((address[whole] ^ prefix[whole]) & (0xff00 >> rest) & 0xff) == 0;
    }
}
