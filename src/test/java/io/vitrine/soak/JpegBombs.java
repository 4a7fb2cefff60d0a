package io.vitrine.soak;

import io.vitrine.image.Pictures;
import java.util.Arrays;
import java.util.Map;

/** JPEGs with tags, profiles, comments and scans without end. */
final class JpegBombs {
    private static final int EXIF_BYTES = 65_000;
    private static final int MAX_IN_64K = (EXIF_BYTES - 14) / 12;

    private final int side;
    private final Map<String, byte[]> files;

    JpegBombs(int side, Map<String, byte[]> files) {
        this.side = side;
        this.files = files;
    }

    /** Adds the files by name. */
    void add() {
        byte[] picture = Pictures.drawn("jpg", 40, 30, 1);
        byte[] tags = TiffBomb.overlappingTags(EXIF_BYTES, MAX_IN_64K);
        byte[] exif =
                segment(0xe1, new FileBuilder().text("Exif\0\0").bytes(tags).build());
        byte[] cutExif = segment(
                0xe1, new FileBuilder().text("Exif\0\0II*\0\u00ff\u00ff").build());
        files.put("tags.jpg", BombBytes.inserted(picture, 2, exif));
        files.put(
                "tags-often.jpg",
                BombBytes.inserted(
                        picture, 2, new FileBuilder().repeated(100, exif).build()));
        files.put(
                "cut-exif-often.jpg",
                BombBytes.inserted(
                        picture,
                        2,
                        new FileBuilder().repeated(BombBytes.MANY, cutExif).build()));
        files.put(
                "comments.jpg",
                BombBytes.inserted(
                        picture,
                        2,
                        new FileBuilder()
                                .repeated(BombBytes.MANY, segment(0xfe))
                                .build()));
        byte[] profile = segment(
                0xe2,
                new FileBuilder().text("ICC_PROFILE\0\1\u00ff").zeros(65_000).build());
        files.put(
                "profiles.jpg",
                BombBytes.inserted(
                        picture, 2, new FileBuilder().repeated(100, profile).build()));
        byte[] fill = new byte[1 << 20];
        Arrays.fill(fill, (byte) 0xff);
        files.put("fill.jpg", BombBytes.inserted(picture, 2, fill));
        String xmp = "http://ns.adobe.com/xap/1.0/\0" + "tiff:Orientation".repeat(4000);
        files.put(
                "xmp.jpg",
                BombBytes.inserted(
                        picture, 2, segment(0xe1, new FileBuilder().text(xmp).build())));
        files.put("large-without-data.jpg", ScanBomb.resized(picture, side, side));
        files.put("cmyk-without-data.jpg", ScanBomb.resized(Pictures.oracle("cmyk.jpg"), side, side));
        files.put("sides-65500.jpg", ScanBomb.resized(picture, 65_500, 65_500));
        files.put("scans-20000.jpg", ScanBomb.progressive(side / 4, 3, 20_000));
        files.put("scans-of-a-large-image.jpg", ScanBomb.progressive(side, 3, 400));
        files.put("scans-within-the-limits.jpg", ScanBomb.progressive(side, 3, 25));
        files.put("cmyk-scans-within-the-limits.jpg", ScanBomb.progressive(side, 4, 24));
        files.put("scans-of-one-block.jpg", ScanBomb.progressive(8, 1, 490));
    }

    private static byte[] segment(int marker, byte... data) {
        return new FileBuilder()
                .u8(0xff)
                .u8(marker)
                .be16(data.length + 2)
                .bytes(data)
                .build();
    }
}
