package io.vitrine.image.decode;

import io.vitrine.ImageRejectedException;

/** Reads a box {@code iloc}: where the bytes of each item are. */
final class HeifLocations {
    private HeifLocations() {}

    static void read(IsoCursor in, HeifItems items) throws ImageRejectedException {
        int version = in.version(2);
        int sizes = in.u16();
        int offsetBytes = sizes >> 12;
        int lengthBytes = sizes >> 8 & 15;
        int baseBytes = sizes >> 4 & 15;
        int indexBytes = version == 0 ? 0 : sizes & 15;
        for (int bytes : new int[] {offsetBytes, lengthBytes, baseBytes, indexBytes}) {
            if (bytes != 0 && bytes != 4 && bytes != 8) {
                throw HeifItems.corrupt("box iloc has numbers of " + bytes + " bytes");
            }
        }
        long count = in.number(version < 2 ? 2 : 4);
        for (long i = 0; i < count; i++) {
            HeifItem item = items.item(HeifItems.number(in, version < 2 ? 2 : 4));
            if (!item.extents.isEmpty()) {
                throw HeifItems.corrupt("item " + item.number + " has two locations");
            }
            int method = version == 0 ? 0 : in.u16();
            if (method > 1) {
                throw HeifItems.corrupt("item " + item.number + " is constructed by method " + method);
            }
            item.storedInIdat = method == 1;
            in.skip(2);
            long base = in.number(baseBytes);
            int extents = in.u16();
            if (extents > 1 && indexBytes + offsetBytes + lengthBytes == 0) {
                throw HeifItems.corrupt("item " + item.number + " has " + extents + " extents without lengths");
            }
            for (int extent = 0; extent < extents; extent++) {
                in.skip(indexBytes);
                long offset = Saturated.sum(base, in.number(offsetBytes));
                item.extents.add(new long[] {offset, in.number(lengthBytes)});
            }
        }
    }
}
