package io.vitrine.image.decode;

import io.vitrine.FileBytes;
import io.vitrine.ImageRejectedException;
import io.vitrine.RejectionReason;
import io.vitrine.image.decode.IsoCursor.Box;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** The items of a HEIF file: what its box {@code meta} says about each, by number. */
final class HeifItems {
    private static final Set<String> UNIQUE = Set.of("hdlr", "iloc", "pitm", "idat", "iprp", "iinf", "iref", "grpl");

    private static final int MAX_ITEMS = 65_536;

    private final FileBytes file;
    final HeifCoding coding;
    private final Map<Integer, HeifItem> items = new TreeMap<>();
    private Optional<Box> idat = Optional.empty();
    private int primary;

    private HeifItems(FileBytes file, HeifCoding coding) {
        this.file = file;
        this.coding = coding;
    }

    static HeifItems read(FileBytes file, Box meta, HeifCoding coding) throws ImageRejectedException {
        HeifItems items = new HeifItems(file, coding);
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

    Iterable<HeifItem> all() {
        return items.values();
    }

    /** The item that the file shows. */
    Optional<HeifItem> primary() {
        return Optional.ofNullable(items.get(primary));
    }

    private void read(Box box) throws ImageRejectedException {
        IsoCursor in = IsoCursor.in(file, box);
        switch (box.type()) {
            case "hdlr" -> readHandler(in);
            case "pitm" -> primary = number(in, in.version(255) == 0 ? 2 : 4);
            case "iloc" -> HeifLocations.read(in, this);
            case "iinf" -> readInfos(in);
            case "iref" -> HeifReferences.read(file, in, this);
            case "iprp" -> HeifAssociations.read(file, in, this);
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

    /** The item of that number, which any box may be the first to name. */
    HeifItem item(int number) throws ImageRejectedException {
        if (items.size() >= MAX_ITEMS) {
            throw corrupt("file has more than " + MAX_ITEMS + " items");
        }
        return items.computeIfAbsent(number, HeifItem::new);
    }

    /** Reads the number of an item. */
    static int number(IsoCursor in, int bytes) throws ImageRejectedException {
        long number = in.number(bytes);
        if (number < 1 || number > Integer.MAX_VALUE) {
            throw corrupt("has an item of number " + number);
        }
        return (int) number;
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
            HeifItem item = item(number(info, version == 2 ? 2 : 4));
            info.skip(2);
            item.type = info.code();
            info.string();
            item.contentType = item.type.equals("mime") ? info.string() : "";
        }
    }

    /** Where the bytes of an item are. */
    HeifData data(HeifItem item) throws ImageRejectedException {
        int from = 0;
        long to = file.length();
        if (item.storedInIdat) {
            from = idat.orElseThrow(() -> corrupt("item " + item.number + " is in a box idat that is not there"))
                    .start();
            to = idat.get().end();
        }
        return HeifData.of(item.extents, from, to);
    }

    static ImageRejectedException corrupt(String message) {
        return new ImageRejectedException(RejectionReason.CORRUPT, "HEIF " + message);
    }
}
