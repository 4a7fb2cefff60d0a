package io.vitrine.image.decode;

import io.vitrine.FileBytes;
import io.vitrine.ImageRejectedException;
import io.vitrine.image.decode.IsoCursor.Box;

/** Reads a box {@code iref}: which item describes, hides, holds or is a tile of which other. */
final class HeifReferences {
    private HeifReferences() {}

    static void read(FileBytes file, IsoCursor in, HeifItems items) throws ImageRejectedException {
        int bytes = in.version(255) == 0 ? 2 : 4;
        while (in.remaining() > 0) {
            Box box = in.box();
            IsoCursor references = IsoCursor.in(file, box);
            HeifItem from = items.item(HeifItems.number(references, bytes));
            int count = references.u16();
            for (int i = 0; i < count; i++) {
                int to = HeifItems.number(references, bytes);
                switch (box.type()) {
                    case "thmb" -> from.thumbnailOf = to;
                    case "auxl" -> from.auxiliaryOf = to;
                    case "cdsc" -> from.describes = to;
                    case "prem" -> from.premultipliedBy = to;
                    case "dimg" -> {
                        HeifItem tile = items.item(to);
                        if (tile.tileOf != 0) {
                            throw HeifItems.corrupt("item " + to + " is a tile twice");
                        }
                        tile.tileOf = from.number;
                        tile.tileIndex = i;
                    }
                    default -> {}
                }
            }
        }
    }
}
