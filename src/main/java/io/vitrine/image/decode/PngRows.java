package io.vitrine.image.decode;

import io.vitrine.FileBytes;
import io.vitrine.ImageRejectedException;
import io.vitrine.RejectionReason;
import io.vitrine.image.RgbImage;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * Decodes the pixels of a PNG: inflates row by row, undoes the filters, converts to RGB. As in Pillow's {@code ZipDecode.c}, rows
 * that are missing at the end are of zeros if the compressed data ends properly, and what follows the last row does not count.
 * Used once.
 */
final class PngRows {
    private static final int[] PASS_LEFT = {0, 4, 0, 2, 0, 1, 0};
    private static final int[] PASS_TOP = {0, 0, 4, 0, 2, 0, 1};
    private static final int[] PASS_RIGHT = {8, 8, 4, 4, 2, 2, 1}; // columns from one pixel to the next
    private static final int[] PASS_DOWN = {8, 8, 8, 4, 4, 2, 2};
    private static final int PASSES = 7;

    private final PngStream stream;
    private final PngColours colours;
    private final PngRowConverter converter;
    private final PngFilter filter;
    private final int frameWidth;
    private final int frameHeight;
    private final boolean isInterlaced;
    private final int imageWidth;
    private final byte[] rgb;
    private int at; // offset of the frame in rgb
    private int pass;
    private int y; // of the next row in the frame

    private PngRows(PngStream stream) {
        PngChunkRules layout = stream.layout();
        PngChunkRules.Box frame = layout.frame();
        this.stream = stream;
        this.colours = layout.colours();
        this.converter = new PngRowConverter(colours, layout.palette());
        this.frameWidth = (int) frame.width();
        this.frameHeight = (int) frame.height();
        this.filter = new PngFilter(colours.rowBytes(frameWidth), Math.max(1, colours.bitsPerPixel() / 8));
        this.isInterlaced = layout.isInterlaced();
        this.imageWidth = (int) layout.width();
        this.rgb = converter.blank(imageWidth * (int) layout.height());
        // Pillow places interlaced frames at the top left.
        this.at = isInterlaced ? 0 : 3 * ((int) frame.top() * imageWidth + (int) frame.left());
    }

    /** The image, with its first frame on it if that is smaller. */
    static RgbImage decode(PngStream stream) throws ImageRejectedException {
        PngRows rows = new PngRows(stream);
        Inflater inflater = new Inflater();
        try {
            rows.inflate(inflater);
        } catch (DataFormatException e) {
            throw new ImageRejectedException(RejectionReason.CORRUPT, "PNG data cannot be decoded: " + e.getMessage());
        } finally {
            inflater.end();
        }
        return new RgbImage(rows.rgb, rows.imageWidth, rows.rgb.length / 3 / rows.imageWidth);
    }

    private void inflate(Inflater inflater) throws ImageRejectedException, DataFormatException {
        int filled = 0;
        while (true) {
            FileBytes portion = stream.pixels();
            inflater.setInput(portion.array(), portion.offset(), portion.length());
            while (inflater.getRemaining() > 0) {
                int rowBytes = 1 + colours.rowBytes(pixelsPerRow()); // with the filter
                filled += inflater.inflate(filter.row(), filled, rowBytes - filled);
                if (filled < rowBytes) {
                    break;
                }
                filled = 0;
                filter.undo(rowBytes);
                convert();
                if (isLastRow() || inflater.finished()) {
                    return;
                }
            }
        }
    }

    private int pixelsPerRow() {
        return isInterlaced ? (frameWidth + PASS_RIGHT[pass] - 1 - PASS_LEFT[pass]) / PASS_RIGHT[pass] : frameWidth;
    }

    private void convert() {
        int row = at + 3 * y * imageWidth;
        if (isInterlaced) {
            converter.convert(filter.row(), pixelsPerRow(), rgb, row + 3 * PASS_LEFT[pass], PASS_RIGHT[pass]);
        } else {
            converter.convert(filter.row(), frameWidth, rgb, row, 1);
        }
    }

    /** Goes to the next row. Passes without pixels have none. */
    private boolean isLastRow() {
        if (!isInterlaced) {
            filter.next();
            return ++y == frameHeight;
        }
        y += PASS_DOWN[pass];
        if (y < frameHeight) {
            filter.next();
            return false;
        }
        filter.clear();
        do {
            pass++;
        } while (pass < PASSES && (PASS_TOP[pass] >= frameHeight || PASS_LEFT[pass] >= frameWidth));
        y = pass < PASSES ? PASS_TOP[pass] : frameHeight;
        return pass == PASSES;
    }
}
