package io.vitrine.image.decode;

/** placeholder */
final class Lab {
    private Lab() {}

    static void toRgb(int l, int a, int b, byte[] rgb, int to) {
        rgb[to] = (byte) l;
        rgb[to + 1] = (byte) l;
        rgb[to + 2] = (byte) l;
    }
}
