package io.vitrine.image.decode;

import io.vitrine.image.decode.HeicTransform.Crop;
import io.vitrine.image.decode.HeicTransform.MirrorColumns;
import io.vitrine.image.decode.HeicTransform.MirrorRows;
import io.vitrine.image.decode.HeicTransform.Turn;
import io.vitrine.image.decode.YuvPlanes.Chroma;

/**
 * Turns, mirrors and crops luma and chroma as libheif does: before the conversion to RGB. Where chroma of half the size would not
 * fit afterwards, it is enlarged first.
 */
final class HeicPlanes {
    private HeicPlanes() {}

    static YuvPlanes apply(HeicTransforms transforms, YuvPlanes planes) {
        YuvPlanes now = planes;
        for (HeicTransform step : transforms.steps()) {
            now = apply(step, needsFullChroma(step, now) ? ChromaEnlarger.enlarge(now) : now);
        }
        return now;
    }

    private static boolean needsFullChroma(HeicTransform step, YuvPlanes planes) {
        boolean oddWidth = (planes.width() & 1) != 0;
        boolean oddHeight = (planes.height() & 1) != 0;
        if (planes.chroma() == Chroma.HALF_WIDTH) {
            return step instanceof Turn turn && (turn.quarters() != 2 || oddHeight)
                    || step instanceof MirrorColumns && oddWidth
                    || step instanceof Crop crop && (crop.left() & 1) != 0;
        } else if (planes.chroma() == Chroma.HALF_WIDTH_AND_HEIGHT) {
            return step instanceof Turn turn && (oddWidth && turn.quarters() <= 2 || oddHeight && turn.quarters() >= 2)
                    || (step instanceof MirrorColumns || step instanceof MirrorRows) && (oddWidth || oddHeight)
                    || step instanceof Crop crop && ((crop.left() | crop.top()) & 1) != 0;
        }
        return false;
    }

    private static YuvPlanes apply(HeicTransform step, YuvPlanes from) {
        boolean turned = step instanceof Turn turn && turn.quarters() != 2;
        int width = step instanceof Crop crop ? crop.width() : turned ? from.height() : from.width();
        int height = step instanceof Crop crop ? crop.height() : turned ? from.width() : from.height();
        Chroma chroma = from.chroma();
        short[] luma = apply(step, from.luma(), from.width(), Chroma.FULL);
        if (chroma == Chroma.NONE) {
            return new YuvPlanes(width, height, from.depth(), chroma, luma, from.blue(), from.red());
        }
        int chromaWidth = chroma.width(from.width());
        return new YuvPlanes(
                width,
                height,
                from.depth(),
                chroma,
                luma,
                apply(step, from.blue(), chromaWidth, chroma),
                apply(step, from.red(), chromaWidth, chroma));
    }

    /** @param chroma how the plane's size is less than the image's */
    private static short[] apply(HeicTransform step, short[] from, int width, Chroma chroma) {
        int height = from.length / width;
        if (step instanceof Crop crop) {
            return crop(crop, from, width, chroma);
        } else if (step instanceof Turn turn) {
            return turn(turn.quarters(), from, width, height);
        }
        short[] to = new short[from.length];
        boolean columns = step instanceof MirrorColumns;
        for (int y = 0, i = 0; y < height; y++) {
            for (int x = 0; x < width; x++, i++) {
                to[i] = columns ? from[y * width + width - 1 - x] : from[(height - 1 - y) * width + x];
            }
        }
        return to;
    }

    private static short[] turn(int quarters, short[] from, int width, int height) {
        short[] to = new short[from.length];
        int rows = quarters == 2 ? height : width;
        int columns = quarters == 2 ? width : height;
        for (int y = 0, i = 0; y < rows; y++) {
            for (int x = 0; x < columns; x++, i++) {
                to[i] = switch (quarters) {
                    case 1 -> from[x * width + width - 1 - y];
                    case 2 -> from[(height - 1 - y) * width + width - 1 - x];
                    default -> from[(height - 1 - x) * width + y];
                };
            }
        }
        return to;
    }

    private static short[] crop(Crop crop, short[] from, int width, Chroma chroma) {
        int left = crop.left() >> chroma.shiftX;
        int top = crop.top() >> chroma.shiftY;
        int columns = (crop.left() + crop.width() - 1 >> chroma.shiftX) - left + 1;
        int rows = (crop.top() + crop.height() - 1 >> chroma.shiftY) - top + 1;
        short[] to = new short[columns * rows];
        for (int y = 0; y < rows; y++) {
            System.arraycopy(from, (top + y) * width + left, to, y * columns, columns);
        }
        return to;
    }
}
