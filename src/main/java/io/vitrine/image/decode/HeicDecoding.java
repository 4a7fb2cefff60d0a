package io.vitrine.image.decode;

/** What to do with HEIC images. Patents cover HEVC, which they are coded with; who decodes it may need a licence. */
public enum HeicDecoding {
    /** Reject them as unsupported. */
    SKIP,
    /** Decode them. */
    DECODE;

    /** What the rejection of a skipped image says, behind the format. Later runs that decode HEIC know these images by it. */
    public static final String SKIPPED = " is read only with --heic decode: patents cover HEVC, which it is coded with";
}
