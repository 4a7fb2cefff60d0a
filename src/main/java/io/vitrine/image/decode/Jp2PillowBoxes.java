package io.vitrine.image.decode;

import io.vitrine.FileBytes;
import io.vitrine.ImageRejectedException;
import java.util.Optional;

/**
 * The part of a JP2 file that Pillow reads by itself, to find the size and mode. What it refuses is refused; OpenJPEG then reads
 * the same boxes by {@linkplain Jp2OpenJpegBoxes other rules}.
 */
final class Jp2PillowBoxes {
    private final FileBytes file;
    private final ByteReader in;
    private int width;
    private int height;
    private int components;
    private Optional<Jp2Mode> mode = Optional.empty();
    private Jp2Palette palette = Jp2Palette.BLACK;
    private int colourSpace = -1;

    Jp2PillowBoxes(FileBytes file) throws ImageRejectedException {
        this.file = file;
        this.in = ByteReader.bigEndian(file);
        Jp2Box box = next(12, file.length());
        while (!box.type().equals("jp2h")) {
            if (box.type().equals("ftyp")) {
                box.need(4);
            }
            box = next(box.end(), file.length());
        }
        if (box.end() > file.length()) {
            throw Jp2Box.corrupt("its header goes past the end of the file");
        }
        for (long at = box.body(); at < box.end(); ) {
            Jp2Box part = next(at, box.end());
            if (part.end() > box.end()) {
                throw Jp2Box.corrupt("box '" + part.name() + "' goes past the end of its header");
            }
            readPart(part);
            at = part.end();
        }
        if (mode.isEmpty()) {
            throw Jp2Box.corrupt("its header has no image header, or one of " + components + " components");
        }
        checkComments(box.end());
    }

    private Jp2Box next(long at, long limit) throws ImageRejectedException {
        if (in.u32(at) == 0) {
            throw Jp2Box.corrupt("a box without length before its header");
        }
        return Jp2Box.read(file, at, limit);
    }

    private void readPart(Jp2Box box) throws ImageRejectedException {
        long at = box.body();
        switch (box.type()) {
            case "ihdr" -> {
                box.need(11);
                height = (int) Math.min(Integer.MAX_VALUE, in.u32(at));
                width = (int) Math.min(Integer.MAX_VALUE, in.u32(at + 4));
                components = in.u16(at + 8);
                int depth = in.u8(at + 10) & 0x7f;
                mode = switch (components) {
                    case 1 -> Optional.of(depth > 8 ? Jp2Mode.I16 : Jp2Mode.L);
                    case 2 -> Optional.of(Jp2Mode.LA);
                    case 3 -> Optional.of(Jp2Mode.RGB);
                    case 4 -> Optional.of(Jp2Mode.RGBA);
                    default -> mode;
                };
            }
            case "colr" -> {
                box.need(7);
                int number = (int) in.u32(at + 3);
                if (in.u8(at) == 1 && (number == 0 || number == 12 || number == 15 || number == 17)) {
                    colourSpace = number;
                    if (number == 12 && components == 4) {
                        mode = Optional.of(Jp2Mode.CMYK);
                    }
                }
            }
            case "pclr" -> readPalette(box);
            case "res " -> {
                for (long next = at; next < box.end(); ) {
                    Jp2Box part = next(next, box.end());
                    if (part.end() > box.end()) {
                        throw Jp2Box.corrupt("box '" + part.name() + "' goes past the end of its resolution");
                    }
                    if (part.type().equals("resc")) {
                        part.need(10);
                        break;
                    }
                    next = part.end();
                }
            }
            default -> {}
        }
    }

    private void readPalette(Jp2Box box) throws ImageRejectedException {
        boolean indexed = mode.filter(m -> m == Jp2Mode.L || m == Jp2Mode.LA).isPresent();
        if (!indexed || colourSpace == 0 || colourSpace == 15 || colourSpace == 17) {
            return;
        }
        box.need(3);
        int entries = in.u16(box.body());
        int columns = in.u8(box.body() + 2);
        box.need(3 + columns);
        int depth = 0;
        for (int i = 0; i < columns; i++) {
            depth = Math.max(depth, in.u8(box.body() + 3 + i));
        }
        if (depth <= 8) {
            box.need(3 + columns + (long) entries * columns);
            palette = Jp2Palette.read(file, box.body() + 3 + columns, entries, columns);
            mode = Optional.of(mode.get() == Jp2Mode.L ? Jp2Mode.P : Jp2Mode.PA);
        }
    }

    /** Pillow looks for a comment if the codestream follows at once. */
    private void checkComments(long at) throws ImageRejectedException {
        if (file.matches(at + 4, "jp2c\u00ff\u004f\u00ff\u0051")) {
            checkComments(file, at + 12 + in.u16(at + 12));
        }
    }

    /** Walks through markers to the first comment or tile, as Pillow does. */
    static void checkComments(FileBytes file, long from) throws ImageRejectedException {
        ByteReader in = ByteReader.bigEndian(file);
        for (long at = from; at < file.length(); ) {
            int marker = in.u8(at + 1);
            if (marker == 0x90 || marker == 0xd9 || marker == 0x64 && in.u16(at + 2) >= 2) {
                return;
            }
            int length = in.u16(at + 2);
            if (length < 2) {
                throw Jp2Box.corrupt("a marker segment of " + length + " bytes at offset " + at);
            }
            at += 2 + length;
        }
    }

    int width() {
        return width;
    }

    int height() {
        return height;
    }

    Jp2Mode mode() {
        return mode.orElseThrow();
    }

    Jp2Palette palette() {
        return palette;
    }
}
