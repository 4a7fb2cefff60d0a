package io.vitrine.image.decode;

import io.vitrine.FileBytes;
import io.vitrine.ImageRejectedException;
import java.util.Set;

/** A JP2 file by OpenJPEG's rules, which are strict about order and sizes of boxes, also behind the codestream. */
final class Jp2OpenJpegBoxes {
    private static final Set<String> FILE_BOXES = Set.of("jP  ", "ftyp", "jp2h");
    private static final Set<String> HEADER_BOXES = Set.of("ihdr", "colr", "bpcc", "pclr", "cmap", "cdef");
    private static final int MAX_COMPONENTS = 16_384;
    private static final int MAX_PALETTE_ENTRIES = 1024;
    private static final int MAX_SAMPLE_BYTES = 4;

    private final FileBytes file;
    private final ByteReader in;
    private boolean fileType;
    private boolean unknownBefore;
    private boolean header;
    private long width;
    private long height;
    private int components;
    private boolean colour;
    private int colourSpace;
    private int paletteColumns;
    private boolean mapped;
    private boolean defined;
    private int codestream;

    Jp2OpenJpegBoxes(FileBytes file) throws ImageRejectedException {
        this.file = file;
        this.in = ByteReader.bigEndian(file);
        long at = 12;
        while (true) {
            if (at + 8 > file.length()) {
                throw Jp2Box.corrupt("it has no codestream");
            }
            Jp2Box box = Jp2Box.read(file, at, file.length());
            if (box.type().equals("jp2c")) {
                if (!header) {
                    throw Jp2Box.corrupt("its codestream is before its header");
                }
                codestream = (int) Math.min(box.body(), file.length());
                return;
            }
            readBox(box, false);
            at = box.end();
        }
    }

    /** Reads the boxes behind the codestream. */
    void checkRest(int from) throws ImageRejectedException {
        for (long at = from; at + 8 <= file.length(); ) {
            boolean endless = in.u32(at) == 1 && (at + 16 > file.length() || in.u32(at + 8) != 0);
            if (endless) {
                return;
            }
            Jp2Box box = Jp2Box.read(file, at, file.length());
            if (box.type().equals("jp2c")) {
                return;
            }
            readBox(box, true);
            at = box.end();
        }
    }

    private void readBox(Jp2Box box, boolean behind) throws ImageRejectedException {
        boolean known = HEADER_BOXES.contains(box.type());
        if (!known && !FILE_BOXES.contains(box.type())) {
            if (!fileType) {
                throw Jp2Box.corrupt("its second box is not its type");
            }
            if (box.end() > file.length() && !behind) {
                throw Jp2Box.corrupt("box '" + box.name() + "' goes past the end of the file");
            }
            return;
        }
        if (box.end() > file.length()) {
            throw Jp2Box.corrupt("box '" + box.name() + "' goes past the end of the file");
        }
        switch (box.type()) {
            case "jP  " -> throw Jp2Box.corrupt("a second signature");
            case "ftyp" -> {
                if (fileType || unknownBefore || box.length() < 8 || box.length() % 4 != 0) {
                    throw Jp2Box.corrupt("a file type of " + box.length() + " bytes, or not the second box");
                }
                fileType = true;
            }
            case "jp2h" -> readHeader(box);
            default -> {
                if (header) {
                    readHeaderBox(box);
                } else {
                    unknownBefore = true;
                }
            }
        }
    }

    private void readHeader(Jp2Box box) throws ImageRejectedException {
        boolean hasImageHeader = false;
        if (!fileType) {
            throw Jp2Box.corrupt("its header is before its file type");
        }
        for (long at = box.body(); at < box.end(); ) {
            if (at + 8 <= box.end() && in.u32(at) == 0) {
                throw Jp2Box.corrupt("a box without length in its header");
            }
            Jp2Box part = Jp2Box.read(file, at, box.end());
            if (part.end() > box.end()) {
                throw Jp2Box.corrupt("box '" + part.name() + "' goes past the end of its header");
            }
            hasImageHeader |= part.type().equals("ihdr");
            readHeaderBox(part);
            at = part.end();
        }
        if (!hasImageHeader) {
            throw Jp2Box.corrupt("its header has no image header");
        }
        header = true;
    }

    private void readHeaderBox(Jp2Box box) throws ImageRejectedException {
        switch (box.type()) {
            case "ihdr" -> readImageHeader(box);
            case "colr" -> readColour(box);
            case "pclr" -> readPalette(box);
            case "bpcc" -> {
                if (box.length() != components) {
                    throw Jp2Box.corrupt("depths of " + box.length() + " components, where there are " + components);
                }
            }
            case "cmap" -> {
                if (paletteColumns == 0 || mapped) {
                    throw Jp2Box.corrupt("a component mapping without palette, or a second one");
                }
                box.need(4L * paletteColumns);
                mapped = true;
            }
            case "cdef" -> {
                box.need(2);
                int count = in.u16(box.body());
                box.need(2 + 6L * count);
                if (defined || count == 0) {
                    throw Jp2Box.corrupt("a channel definition without channels, or a second one");
                }
                defined = true;
            }
            default -> {}
        }
    }

    private void readImageHeader(Jp2Box box) throws ImageRejectedException {
        if (components > 0) {
            return;
        }
        if (box.length() != 14) {
            throw Jp2Box.corrupt("an image header of " + box.length() + " bytes");
        }
        height = in.u32(box.body());
        width = in.u32(box.body() + 4);
        components = in.u16(box.body() + 8);
        if (height == 0 || width == 0 || components == 0 || components > MAX_COMPONENTS) {
            throw Jp2Box.corrupt(width + " x " + height + " pixels of " + components + " components");
        }
    }

    private void readColour(Jp2Box box) throws ImageRejectedException {
        box.need(3);
        int method = in.u8(box.body());
        if (colour || method == 0 || method > 2) {
            return;
        }
        colour = true;
        if (method == 1) {
            box.need(7);
            colourSpace = (int) in.u32(box.body() + 3);
        } else {
            box.need(4); // a profile of at least one byte
        }
    }

    private void readPalette(Jp2Box box) throws ImageRejectedException {
        box.need(3);
        int entries = in.u16(box.body());
        int columns = in.u8(box.body() + 2);
        if (paletteColumns > 0 || entries == 0 || entries > MAX_PALETTE_ENTRIES || columns == 0) {
            throw Jp2Box.corrupt("a palette of " + entries + " x " + columns + ", or a second one");
        }
        box.need(3 + columns);
        long entryBytes = 0;
        for (int i = 0; i < columns; i++) {
            int bits = (in.u8(box.body() + 3 + i) & 0x7f) + 1;
            entryBytes += Math.min((bits + 7) / 8, MAX_SAMPLE_BYTES);
        }
        box.need(3 + columns + entries * entryBytes);
        paletteColumns = columns;
    }

    /** Offset of the codestream. */
    int codestream() {
        return codestream;
    }

    long width() {
        return width;
    }

    long height() {
        return height;
    }

    /** The number of an enumerated colour space; 0 if it has none. */
    int colourSpace() {
        return colourSpace;
    }
}
