package io.vitrine.image.decode;

import io.vitrine.image.decode.IsoCursor.Box;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** An item of a HEIF file, as its boxes describe it. Numbers of other items are 0 where there is none. */
final class HeifItem {
    final int number;
    String type = "";
    String contentType = "";
    final List<Box> properties = new ArrayList<>();
    /** Start and length of each extent, in the file. */
    final List<long[]> extents = new ArrayList<>();

    boolean storedInIdat;
    boolean isUnsupported;
    int thumbnailOf;
    int auxiliaryOf;
    int describes;
    int premultipliedBy;
    int tileOf;
    int tileIndex;

    HeifItem(int number) {
        this.number = number;
    }

    long length() {
        return extents.stream().mapToLong(extent -> extent[1]).sum();
    }

    Optional<Box> property(String property) {
        return properties.stream().filter(box -> box.is(property)).findFirst();
    }

    /** Whether it can be shown as an image of its own. */
    boolean isShown(HeifCoding coding) {
        return length() > 0 && !isUnsupported && thumbnailOf == 0 && (type.equals(coding.item) || type.equals("grid"));
    }
}
