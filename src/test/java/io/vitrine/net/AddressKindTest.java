package io.vitrine.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.Inet6Address;
import java.net.UnknownHostException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class AddressKindTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "127.0.0.1",
                "127.9.9.9",
                "10.0.0.1",
                "172.16.0.1",
                "172.31.255.255",
                "192.168.1.1",
                "100.64.0.1",
                "198.18.0.1",
                "0.0.0.0",
                "224.0.0.1",
                "255.255.255.255",
                "2130706433",
                "localhost",
                "[::1]",
                "::",
                "fd12::1",
                "fc00::1",
                "::ffff:10.0.0.1",
                "::ffff:7f00:1",
                "::10.0.0.1",
                "64:ff9b::a00:1",
                "2002:a00:1::1",
                "ff02::1",
                "fec0::1",
                "192.0.0.8",
                "192.0.2.1",
                "198.51.100.1",
                "203.0.113.1",
                "64:ff9b:1::808:808",
                "::ffff:0:10.0.0.1",
                "2001:0:4136:e378:8000:63bf:f5ff:fffe",
                "2001:db8::1"
            })
    void addressesOfOneNetworkArePrivate(String host) {
        assertThat(AddressKind.of(host)).isEqualTo(AddressKind.PRIVATE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "169.254.169.254",
                "2852039166",
                "fe80::1",
                "febf::1",
                "::ffff:169.254.169.254",
                "::ffff:a9fe:a9fe",
                "64:ff9b::a9fe:a9fe",
                "2002:a9fe:a9fe::1",
                "fd00:ec2::254",
                "fd00:ec2::23",
                "fd00:c1::a9fe:a9fe",
                "fd20:ce::254",
                "100.100.100.200",
                "168.63.129.16",
                "192.0.0.192",
                "::ffff:192.0.0.192",
                "64:ff9b:1::a9fe:a9fe",
                "2001:0:4136:e378:8000:63bf:5601:5601"
            })
    void addressesOfCloudMetadataAreLinkLocal(String host) {
        assertThat(AddressKind.of(host)).isEqualTo(AddressKind.LINK_LOCAL);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "8.8.8.8",
                "172.32.0.1",
                "100.128.0.1",
                "168.63.129.17",
                "192.0.1.1",
                "198.20.0.1",
                "::ffff:8.8.8.8",
                "2606:4700::1",
                "64:ff9b::808:808",
                "[2606:4700::1]",
                "no-such-host.invalid"
            })
    void otherAddressesArePublic(String host) {
        assertThat(AddressKind.of(host)).isEqualTo(AddressKind.PUBLIC);
    }

    /** A resolver's answer for a name can have this form; a literal cannot. */
    @ParameterizedTest
    @CsvSource({"10, 0, PRIVATE", "169, 254, LINK_LOCAL", "8, 8, PUBLIC"})
    void aMappedAddressIsItsIpv4Address(int first, int second, AddressKind kind) throws UnknownHostException {
        byte[] mapped = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1, -1, (byte) first, (byte) second, 1, 1};
        assertThat(AddressKind.of(Inet6Address.getByAddress("host", mapped, -1)))
                .isEqualTo(kind);
    }
}
