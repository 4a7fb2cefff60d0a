package io.vitrine.image.decode;

import io.vitrine.FileBytes;
import io.vitrine.ImageRejectedException;
import io.vitrine.RejectionReason;
import io.vitrine.image.decode.IsoCursor.Box;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** The items of a HEIF file: what its box {@code meta} says about each, by number. */
final class HeifItems {
    /** Properties that must be marked as essential. */
    private static final Set<String> ESSENTIAL = Set.of("a1op", "lsel", "clap", "irot", "imir");

    /** Properties that are understood. An item with another one that is essential cannot be shown. */
    private static final Set<String> KNOWN = Set.of(
            "ispe", "auxC", "colr", "av1C", "pasp", "clap", "irot", "imir", "pixi", "a1op", "lsel", "a1lx", "clli");

    private static final Set<String> UNIQUE = Set.of("hdlr", "iloc", "pitm", "idat", "iprp", "iinf", "iref", "grpl");

    private static final int MAX_ITEMS = 65_536;

    /** One item. */
    static final class Item {
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

        private Item(int number) {
            this.number = number;
        }

        long length() {
            return extents.stream().mapToLong(extent -> extent[1]).sum();
        }

        Optional<Box> property(String property) {
            return properties.stream().filter(box -> box.is(property)).findFirst();
        }
    }

    private final FileBytes file;
    private final Map<Integer, Item> items = new TreeMap<>();
    private Optional<Box> idat = Optional.empty();
    private int primary;

    private HeifItems(FileBytes file) {
        this.file = file;
    }

    static HeifItems read(FileBytes file, Box meta) throws ImageRejectedException {
        HeifItems items = new HeifItems(file);
        IsoCursor in = IsoCursor.in(file, meta);
        in.version(0);
        Set<String> seen = new HashSet<>();
        while (in.remaining() > 0) {
            Box box = in.box();
            if (seen.isEmpty() != box.is("hdlr") || UNIQUE.contains(box.type()) && !seen.add(box.type())) {
                throw corrupt("box meta has a second or misplaced box " + box.type());
            }
            items.read(box);
        }
        if (seen.isEmpty()) {
            throw corrupt("box meta is empty");
        }
        return items;
    }

    Iterable<Item> all() {
        return items.values();
    }

    /** The item that the file shows. */
    Optional<Item> primary() {
        return Optional.ofNullable(items.get(primary));
    }

    private void read(Box box) throws ImageRejectedException {
        IsoCursor in = IsoCursor.in(file, box);
        switch (box.type()) {
            case "hdlr" -> readHandler(in);
            case "pitm" -> primary = number(in, in.version(255) == 0 ? 2 : 4);
            case "iloc" -> readLocations(in);
            case "iinf" -> readInfos(in);
            case "iref" -> readReferences(in);
            case "iprp" -> readProperties(in);
            case "idat" -> idat = Optional.of(box);
            default -> {}
        }
    }

    private static void readHandler(IsoCursor in) throws ImageRejectedException {
        if (!handler(in).equals("pict")) {
            throw corrupt("box hdlr is not of pictures");
        }
    }

    /** The kind of data that a box {@code hdlr} names. */
    static String handler(IsoCursor in) throws ImageRejectedException {
        in.version(0);
        if (in.u32() != 0) {
            throw corrupt("box hdlr has a reserved field that is not 0");
        }
        String handler = in.code();
        in.skip(12);
        in.string();
        return handler;
    }

    private Item item(int number) throws ImageRejectedException {
        if (items.size() >= MAX_ITEMS) {
            throw corrupt("file has more than " + MAX_ITEMS + " items");
        }
        return items.computeIfAbsent(number, Item::new);
    }

    private static int number(IsoCursor in, int bytes) throws ImageRejectedException {
        long number = in.number(bytes);
        if (number < 1 || number > Integer.MAX_VALUE) {
            throw corrupt("has an item of number " + number);
        }
        return (int) number;
    }

    private void readLocations(IsoCursor in) throws ImageRejectedException {
        int version = in.version(2);
        int sizes = in.u16();
        int offsetBytes = sizes >> 12;
        int lengthBytes = sizes >> 8 & 15;
        int baseBytes = sizes >> 4 & 15;
        int indexBytes = version == 0 ? 0 : sizes & 15;
        for (int bytes : new int[] {offsetBytes, lengthBytes, baseBytes, indexBytes}) {
            if (bytes != 0 && bytes != 4 && bytes != 8) {
                throw corrupt("box iloc has numbers of " + bytes + " bytes");
            }
        }
        long count = in.number(version < 2 ? 2 : 4);
        for (long i = 0; i < count; i++) {
            Item item = item(number(in, version < 2 ? 2 : 4));
            if (!item.extents.isEmpty()) {
                throw corrupt("item " + item.number + " has two locations");
            }
            int method = version == 0 ? 0 : in.u16();
            if (method > 1) {
                throw corrupt("item " + item.number + " is constructed by method " + method);
            }
            item.storedInIdat = method == 1;
            in.skip(2);
            long base = in.number(baseBytes);
            int extents = in.u16();
            if (extents > 1 && indexBytes + offsetBytes + lengthBytes == 0) {
                throw corrupt("item " + item.number + " has " + extents + " extents without lengths");
            }
            for (int extent = 0; extent < extents; extent++) {
                in.skip(indexBytes);
                long offset = saturatedSum(base, in.number(offsetBytes));
                item.extents.add(new long[] {offset, in.number(lengthBytes)});
            }
        }
    }

    /** Numbers have 63 bits. */
    private static long saturatedSum(long a, long b) {
        return a + b < 0 ? Long.MAX_VALUE : a + b;
    }

    private void readInfos(IsoCursor in) throws ImageRejectedException {
        long count = in.number(in.version(1) == 0 ? 2 : 4);
        for (long i = 0; i < count; i++) {
            Box box = in.box();
            if (!box.is("infe")) {
                throw corrupt("box iinf has a box " + box.type());
            }
            IsoCursor info = IsoCursor.in(file, box);
            int version = info.version(3);
            if (version < 2) {
                throw corrupt("box infe has version " + version);
            }
            Item item = item(number(info, version == 2 ? 2 : 4));
            info.skip(2);
            item.type = info.code();
            info.string();
            item.contentType = item.type.equals("mime") ? info.string() : "";
        }
    }

    private void readReferences(IsoCursor in) throws ImageRejectedException {
        int bytes = in.version(255) == 0 ? 2 : 4;
        while (in.remaining() > 0) {
            Box box = in.box();
            IsoCursor references = IsoCursor.in(file, box);
            Item from = item(number(references, bytes));
            int count = references.u16();
            for (int i = 0; i < count; i++) {
                int to = number(references, bytes);
                switch (box.type()) {
                    case "thmb" -> from.thumbnailOf = to;
                    case "auxl" -> from.auxiliaryOf = to;
                    case "cdsc" -> from.describes = to;
                    case "prem" -> from.premultipliedBy = to;
                    case "dimg" -> {
                        Item tile = item(to);
                        if (tile.tileOf != 0) {
                            throw corrupt("item " + to + " is a tile twice");
                        }
                        tile.tileOf = from.number;
                        tile.tileIndex = i;
                    }
                    default -> {}
                }
            }
        }
    }

    private void readProperties(IsoCursor in) throws ImageRejectedException {
        List<Box> properties = new ArrayList<>();
        Box first = in.box();
        if (!first.is("ipco")) {
            throw corrupt("box iprp does not start with a box ipco");
        }
        IsoCursor container = IsoCursor.in(file, first);
        while (container.remaining() > 0) {
            properties.add(HeifProperties.checked(file, container.box()));
        }
        Set<Integer> seen = new HashSet<>();
        while (in.remaining() > 0) {
            Box box = in.box();
            if (!box.is("ipma")) {
                throw corrupt("box iprp has a box " + box.type());
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
            Item item = item(number(in, numberBytes));
            if (item.number <= last || !seen.add(item.number)) {
                throw corrupt("box ipma is not ordered by item");
            }
            last = item.number;
            int associations = in.u8();
            for (int j = 0; j < associations; j++) {
                int value = wide ? in.u16() : in.u8();
                boolean essential = value >> (wide ? 15 : 7) != 0;
                int index = value & (wide ? 0x7fff : 0x7f);
                if (index > properties.size() || index == 0 && essential) {
                    throw corrupt("item " + item.number + " has property " + index + " of " + properties.size());
                }
                if (index > 0) {
                    add(item, properties.get(index - 1), essential);
                }
            }
        }
    }

    private static void add(Item item, Box property, boolean essential) throws ImageRejectedException {
        if (essential ? property.is("a1lx") : ESSENTIAL.contains(property.type())) {
            throw corrupt("property " + property.type() + " of item " + item.number + " is " + (essential ? "" : "not ")
                    + "marked as essential");
        }
        item.isUnsupported |= essential && !KNOWN.contains(property.type());
        item.properties.add(property);
    }

    /** Where the bytes of an item are. */
    Av1Data data(Item item) throws ImageRejectedException {
        int from = 0;
        long to = file.length();
        if (item.storedInIdat) {
            from = idat.orElseThrow(() -> corrupt("item " + item.number + " is in a box idat that is not there"))
                    .start();
            to = idat.get().end();
        }
        return Av1Data.of(item.extents, from, to);
    }

    static ImageRejectedException corrupt(String message) {
        return new ImageRejectedException(RejectionReason.CORRUPT, "AVIF " + message);
    }
}
