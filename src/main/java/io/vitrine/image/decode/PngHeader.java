package io.vitrine.image.decode;

import io.vitrine.FileBytes;
import io.vitrine.ImageRejectedException;
import io.vitrine.RejectionReason;

/** A PNG's size and orientation. */
record PngHeader(int width, int height, int orientation) implements ImageHeader {
    @Override
    public ImageFormat format() {
        return ImageFormat.PNG;
    }

    /** Decoding shows whether the pixels are complete. */
    @Override
    public Completeness completeness() {
        return Completeness.COMPLETE;
    }

    static PngHeader read(FileBytes file) throws ImageRejectedException {
        PngChunkRules layout = PngStream.open(file).layout();
        if (layout.width() > Integer.MAX_VALUE || layout.height() > Integer.MAX_VALUE) {
            throw new ImageRejectedException(
                    RejectionReason.CORRUPT,
                    "PNG header says " + layout.width() + " x " + layout.height() + " pixels");
        }
        return new PngHeader(
                (int) layout.width(),
                (int) layout.height(),
                Chunks.read(file, ByteReader.bigEndian(file)).orientation);
    }

    /** @param isComplete whether no chunk reaches past the end of the file. Pillow does not need the end chunk. */
    private record Chunks(int orientation, boolean hasEnd, boolean isComplete) {

        static Chunks read(FileBytes file, ByteReader in) throws ImageRejectedException {
            int exif = 0;
            int xmp = 0;
            boolean hasEnd = false;
            long at = 8;
            while (!hasEnd && at + 8 <= file.length()) {
                long next = at + 12 + in.u32(at);
                int end = (int) Math.min(file.length(), next - 4);
                if (file.matches(at + 4, "IEND")) {
                    hasEnd = true;
                } else if (exif == 0 && file.matches(at + 4, "eXIf")) {
                    exif = Orientation.inExif(file, (int) at + 8, end);
                } else if (file.matches(at + 4, "iTXt") && file.matches(at + 8, "XML:com.adobe.xmp\0")) {
                    xmp = Orientation.inXmp(file, (int) at + 8, end);
                }
                at = next;
            }
            boolean isComplete = hasEnd ? at <= file.length() : at == file.length();
            return new Chunks(exif > 0 ? exif : Math.max(1, xmp), hasEnd, isComplete);
        }
    }
}
