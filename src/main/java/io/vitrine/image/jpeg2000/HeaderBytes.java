package io.vitrine.image.jpeg2000;

/** Headers of packets, apart from the packets' data, as PPM and PPT markers store them. */
final class HeaderBytes {
    final byte[] bytes;
    int position;

    HeaderBytes(byte[] bytes) {
        this.bytes = bytes;
    }
}
