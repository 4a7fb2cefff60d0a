package io.vitrine.image.decode;

import io.vitrine.FileBytes;
import io.vitrine.ImageRejectedException;
import io.vitrine.RejectionReason;
import io.vitrine.image.decode.TiffDirectory.Values;
import java.util.Map;

/** The tags in the first directory of a TIFF, in one of its two {@linkplain TiffDirectory views}. */
final class TiffTags {
    static final int IMAGE_WIDTH = 256;
    static final int IMAGE_LENGTH = 257;
    static final int BITS_PER_SAMPLE = 258;
    static final int COMPRESSION = 259;
    static final int PHOTOMETRIC_INTERPRETATION = 262;
    static final int FILL_ORDER = 266;
    static final int STRIP_OFFSETS = 273;
    static final int ORIENTATION = 274;
    static final int SAMPLES_PER_PIXEL = 277;
    static final int ROWS_PER_STRIP = 278;
    static final int STRIP_BYTE_COUNTS = 279;
    static final int PLANAR_CONFIGURATION = 284;
    static final int PREDICTOR = 317;
    static final int COLOR_MAP = 320;
    static final int TILE_WIDTH = 322;
    static final int TILE_LENGTH = 323;
    static final int TILE_OFFSETS = 324;
    static final int TILE_BYTE_COUNTS = 325;
    static final int EXTRA_SAMPLES = 338;
    static final int SAMPLE_FORMAT = 339;
    static final int JPEG_TABLES = 347;
    static final int JPEG_INTERCHANGE_FORMAT = 513;
    static final int JPEG_INTERCHANGE_FORMAT_LENGTH = 514;
    static final int JPEG_RESTART_INTERVAL = 515;
    static final int JPEG_Q_TABLES = 519;
    static final int JPEG_DC_TABLES = 520;
    static final int JPEG_AC_TABLES = 521;
    static final int YCBCR_COEFFICIENTS = 529;
    static final int YCBCR_SUBSAMPLING = 530;
    static final int REFERENCE_BLACK_WHITE = 532;
    static final int XMP = 700;

    private static final int BYTE = 1;
    private static final int RATIONAL = 5;
    private static final int SIGNED_BYTE = 6;
    private static final int UNDEFINED = 7;
    private static final int SIGNED_SHORT = 8;
    private static final int SIGNED_LONG = 9;
    private static final int SIGNED_RATIONAL = 10;
    private static final int FLOAT = 11;
    private static final int DOUBLE = 12;

    private final FileBytes file;
    private final ByteReader in;
    private final TiffDirectory directory;
    private final Map<Integer, Values> tags;

    private TiffTags(FileBytes file, TiffDirectory directory, Map<Integer, Values> tags) {
        this.file = file;
        this.in = directory.in();
        this.directory = directory;
        this.tags = tags;
    }

    /**
     * Reads the first directory, as Pillow sees it.
     *
     * @param file from the byte-order mark on
     */
    static TiffTags read(FileBytes file) throws ImageRejectedException {
        TiffDirectory directory = TiffDirectory.read(file);
        return new TiffTags(file, directory, directory.tagsOfPillow());
    }

    /** The same directory, as libtiff sees it. */
    TiffTags asInLibtiff() {
        return new TiffTags(file, directory, directory.tagsOfLibtiff());
    }

    /** Pillow reads single bytes as text. */
    private static boolean isInteger(int type) {
        return type == 3 || type == 4 || type == 6 || type == 8 || type == 9 || type == 13 || type == 16;
    }

    /** The first value of {@code tag}, or {@code defaultValue} if it is absent. */
    long first(int tag, long defaultValue) throws ImageRejectedException {
        return has(tag) ? value(tag, 0) : defaultValue;
    }

    /**
     * The first value of {@code tag}, or {@code defaultValue} if it is absent.
     *
     * @throws ImageRejectedException if it is no integer
     */
    long integer(int tag, long defaultValue) throws ImageRejectedException {
        require(tag, !has(tag) || isInteger(tags.get(tag).type()));
        return first(tag, defaultValue);
    }

    /** Refuses a tag whose values Pillow does not take for a list of integers. A list may be of bytes. */
    void requireIntegers(int tag) throws ImageRejectedException {
        require(
                tag,
                !has(tag) || isInteger(tags.get(tag).type()) || tags.get(tag).type() == BYTE);
    }

    private void require(int tag, boolean integers) throws ImageRejectedException {
        if (!integers) {
            throw new ImageRejectedException(
                    RejectionReason.CORRUPT,
                    "TIFF tag " + tag + " has values of type " + tags.get(tag).type() + ", not integers");
        }
    }

    boolean has(int tag) {
        return tags.containsKey(tag);
    }

    /** The number of values of {@code tag}; 0 if it is absent. */
    long count(int tag) {
        return has(tag) ? tags.get(tag).count() : 0;
    }

    /** The value of {@code tag} at {@code index}, which is less than {@link #count}. Those of signed types may be negative. */
    long value(int tag, long index) throws ImageRejectedException {
        Values values = tags.get(tag);
        long unsigned = unsigned(values, values.from() + index * values.width());
        return switch (values.type()) {
            case SIGNED_BYTE -> (byte) unsigned;
            case SIGNED_SHORT -> (short) unsigned;
            case SIGNED_LONG -> (int) unsigned;
            default -> unsigned;
        };
    }

    private long unsigned(Values values, long at) throws ImageRejectedException {
        return switch (values.width()) {
            case 1 -> in.u8(at);
            case 2 -> in.u16(at);
            case 4 -> in.u32(at);
            default -> in.u64(at);
        };
    }

    /** A value of any numeric type, as libtiff rounds it. A fraction by 0 is 0. */
    float fraction(int tag, long index) throws ImageRejectedException {
        Values values = tags.get(tag);
        long at = values.from() + index * values.width();
        return switch (values.type()) {
            case RATIONAL -> divided(in.u32(at), in.u32(at + 4));
            case SIGNED_RATIONAL -> divided(in.u32(at) << 32 >> 32, in.u32(at + 4)); // libtiff's divisors have no sign
            case FLOAT -> Float.intBitsToFloat((int) in.u32(at));
            case DOUBLE -> (float) Double.longBitsToDouble(in.u64(at));
            default -> value(tag, index);
        };
    }

    private static float divided(long dividend, long divisor) {
        return divisor == 0 ? 0 : (float) ((double) dividend / divisor);
    }

    /** The bytes of {@code tag}; none if it is absent, or has values of other types. */
    FileBytes bytes(int tag) {
        Values values = tags.get(tag);
        if (values == null || values.type() != BYTE && values.type() != UNDEFINED) {
            return file.part(0, 0);
        }
        return file.part((int) values.from(), (int) (values.from() + values.count()));
    }

    boolean isLittleEndian() {
        return directory.isLittleEndian();
    }

    /** What all views share. */
    TiffDirectory directory() {
        return directory;
    }
}
