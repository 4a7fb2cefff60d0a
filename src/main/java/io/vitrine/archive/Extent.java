package io.vitrine.archive;

import java.io.Serializable;

/**
 * Where a member's bytes lie in its archive.
 *
 * @param offset of the first byte to read; in the unpacked stream for {@link Packing#GZIP_STREAM}
 * @param span bytes to read from there
 * @param packed bytes of the member's data within them, as they are stored
 * @param crc CRC-32 of the member's bytes; -1 if the archive has none
 */
public record Extent(Packing packing, long offset, long span, long packed, long crc) implements Serializable {
    /** How a member's bytes are stored. */
    public enum Packing {
        /** As they are: a tar. */
        PLAIN,
        /** As they are, in a tar that is compressed as a whole and has to be unpacked from its beginning. */
        GZIP_STREAM,
        /** As they are, behind a local header of a zip. */
        ZIP_STORED,
        /** Deflated, behind a local header of a zip. */
        ZIP_DEFLATED
    }

    /** The end of the bytes to read, exclusive. */
    public long end() {
        return offset + span;
    }
}
