package io.vitrine.soak;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;

/** Small files that ask for much memory or time, by name. All are written here, field by field. */
final class Bombs {
    private Bombs() {}

    /** @param side of the largest images, in pixels; a multiple of 16 */
    static Map<String, byte[]> of(int side) {
        Map<String, byte[]> files = new LinkedHashMap<>();
        try {
            new JpegBombs(side, files).add();
            new PngBombs(side, files).add();
            new GifBombs(side, files).add();
            new BmpBombs(side, files).add();
            new WebpBombs(side, files).add();
            new TiffBombs(side, files).add();
            new SmallFormatBombs(side, files).add();
            new AvifBombs(side, files).add();
            new HeicBombs(files).add();
            new Jpeg2000Bombs(side, files).add();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return files;
    }
}
