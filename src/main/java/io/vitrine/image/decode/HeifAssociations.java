package io.vitrine.image.decode;

import io.vitrine.FileBytes;
import io.vitrine.ImageRejectedException;
import io.vitrine.image.decode.IsoCursor.Box;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Reads a box {@code iprp}: the properties of a HEIF file, and which item has which. */
final class HeifAssociations {
    /** Properties that are understood. An item with another one that is essential cannot be shown. */
    private static final Set<String> KNOWN = Set.of(
            "ispe", "auxC", "colr", "av1C", "hvcC", "pasp", "clap", "irot", "imir", "pixi", "a1op", "lsel", "a1lx",
            "clli", "mdcv", "cclv", "amve");

    private final FileBytes file;
    private final HeifItems items;

    private HeifAssociations(FileBytes file, HeifItems items) {
        this.file = file;
        this.items = items;
    }

    static void read(FileBytes file, IsoCursor in, HeifItems items) throws ImageRejectedException {
        new HeifAssociations(file, items).read(in);
    }

    private void read(IsoCursor in) throws ImageRejectedException {
        List<Box> properties = new ArrayList<>();
        Box first = in.box();
        if (!first.is("ipco")) {
            throw HeifItems.corrupt("box iprp does not start with a box ipco");
        }
        IsoCursor container = IsoCursor.in(file, first);
        while (container.remaining() > 0) {
            properties.add(HeifProperties.checked(file, container.box()));
        }
        Set<Integer> seen = new HashSet<>();
        while (in.remaining() > 0) {
            Box box = in.box();
            if (!box.is("ipma")) {
                throw HeifItems.corrupt("box iprp has a box " + box.type());
            }
            associate(box, properties, seen);
        }
    }

    private void associate(Box box, List<Box> properties, Set<Integer> seen) throws ImageRejectedException {
        IsoCursor in = IsoCursor.in(file, box);
        boolean wide = (file.at(box.start() + 3) & 1) != 0;
        int numberBytes = in.version(1) == 0 ? 2 : 4;
        long count = in.u32();
        int last = 0;
        for (long i = 0; i < count; i++) {
            HeifItem item = items.item(HeifItems.number(in, numberBytes));
            if (item.number <= last || !seen.add(item.number)) {
                throw HeifItems.corrupt("box ipma is not ordered by item");
            }
            last = item.number;
            int associations = in.u8();
            for (int j = 0; j < associations; j++) {
                int value = wide ? in.u16() : in.u8();
                boolean essential = value >> (wide ? 15 : 7) != 0;
                int index = value & (wide ? 0x7fff : 0x7f);
                if (index > properties.size() || index == 0 && essential) {
                    throw HeifItems.corrupt(
                            "item " + item.number + " has property " + index + " of " + properties.size());
                }
                if (index > 0) {
                    add(item, properties.get(index - 1), essential);
                }
            }
        }
    }

    private void add(HeifItem item, Box property, boolean essential) throws ImageRejectedException {
        if (essential ? property.is("a1lx") : items.coding.requiresEssential(property.type())) {
            throw HeifItems.corrupt("property " + property.type() + " of item " + item.number + " is "
                    + (essential ? "" : "not ") + "marked as essential");
        }
        item.isUnsupported |= essential && !KNOWN.contains(property.type());
        item.properties.add(property);
    }
}
