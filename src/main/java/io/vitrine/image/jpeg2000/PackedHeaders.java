package io.vitrine.image.jpeg2000;

import io.vitrine.FileBytes;
import io.vitrine.ImageRejectedException;
import java.io.ByteArrayOutputStream;
import java.util.Map;
import java.util.TreeMap;

/** Collects PPM or PPT markers: headers of packets in numbered parts. */
final class PackedHeaders {
    private final Map<Integer, FileBytes> parts = new TreeMap<>();

    void add(FileBytes segment) throws ImageRejectedException {
        if (segment.length() < 2) {
            throw Damage.corrupt("packed packet headers of " + segment.length() + " bytes");
        }
        if (parts.put(segment.at(0), segment.part(1, segment.length())) != null) {
            throw Damage.corrupt("packed packet headers number " + segment.at(0) + " twice");
        }
    }

    boolean isEmpty() {
        return parts.isEmpty();
    }

    /** All parts of a tile, in order. */
    HeaderBytes ofTile() {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (FileBytes part : parts.values()) {
            all.write(part.array(), part.offset(), part.length());
        }
        return new HeaderBytes(all.toByteArray());
    }

    /** All parts of the main header, in order, without the lengths of what belongs to each tile. */
    HeaderBytes ofImage() throws ImageRejectedException {
        ByteArrayOutputStream headers = new ByteArrayOutputStream();
        long left = 0;
        for (FileBytes part : parts.values()) {
            ByteCursor in = new ByteCursor(part, 0);
            while (in.left() > 0) {
                if (left == 0) {
                    left = in.u32(); // never in two parts
                }
                FileBytes bytes = in.part(Math.min(left, in.left()));
                headers.write(bytes.array(), bytes.offset(), bytes.length());
                left -= bytes.length();
            }
        }
        if (left > 0) {
            throw Damage.corrupt("packed packet headers end within a tile's");
        }
        return new HeaderBytes(headers.toByteArray());
    }
}
