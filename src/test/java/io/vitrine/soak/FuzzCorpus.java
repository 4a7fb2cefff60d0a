package io.vitrine.soak;

import io.vitrine.image.Pictures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Damaged image files: mutations of small pictures of every format. The same everywhere, because seeds are committed or written
 * byte by byte, and {@link Random} is specified.
 */
final class FuzzCorpus {
    /** Mutations of each seed. */
    static final int MUTATIONS = 200;

    private static final List<String> ORACLE = List.of(
            "gray.jpg",
            "exif6.jpg",
            "progressive.jpg",
            "restart.jpg",
            "icc.jpg",
            "cmyk.jpg",
            "photo_422.jpg",
            "bilevel.png",
            "gray.png",
            "gray16.png",
            "gray_alpha.png",
            "palette.png",
            "palette_trns.png",
            "rgb.png",
            "rgba.png",
            "adam7_gama.png",
            "one_pixel.png",
            "anim.gif",
            "trans.gif",
            "lossless_alpha.webp",
            "lossy.webp",
            "rgb.bmp",
            "lzw.tif");
    /** Of the self-made pictures in {@code image-cases}. */
    private static final List<String> CASES = List.of(
            "pnm_p1_comments.pbm",
            "pnm_p2_1000.pgm",
            "pnm_p3.ppm",
            "pnm_p6_31.ppm",
            "tga_16.tga",
            "tga_map16.tga",
            "tga_rle24_tl.tga",
            "psd_rgba_packed.psd",
            "psd_cmyk_raw.psd",
            "psd_indexed_packed.psd",
            "ico_8.ico",
            "ico_png_first.ico",
            "cur_1_grey.cur",
            "cur_24.cur",
            "dib_4.dib",
            "avif_420.avif",
            "avif_alpha.avif",
            "avif_10_bit_420.avif",
            "avif_grid_1x1.avif",
            "avif_sequence.avif");

    /** Of the self-made pictures in {@code image-cases}: strips, tiles and planes. */
    private static final List<String> TIFFS = List.of(
            "tif_kind_one_lzw.tif",
            "tif_kind_lzw_pred.tif",
            "tif_kind_lzw_strips.tif",
            "tif_kind_adobe_deflate_CMYK.tif",
            "tif_kind_defl_pred.tif",
            "tif_kind_packbits_RGB.tif",
            "tif_kind_zstd_RGB.tif",
            "tif_kind_lzma_L.tif",
            "tif_kind_mm16_pred.tif",
            "tif_kind_float_pred3.tif",
            "tif_kind_planar_defl.tif",
            "tif_kind_planar16_defl.tif",
            "tif_kind_tiled_defl.tif",
            "tif_kind_tiled_raw.tif",
            "tif_kind_tiled1.tif",
            "tif_kind_planar_raw.tif",
            "tif_kind_grey12.tif",
            "tif_kind_pal4.tif",
            "tif_kind_rawP.tif",
            "tif_kind_rgba_planar_assoc.tif",
            "tif_ojpeg_jif_422.tif",
            "tif_ojpeg_strips_420.tif",
            "tif_ojpeg_tables_444.tif");

    /** Of the self-made pictures in {@code image-cases}. */
    private static final List<String> HEICS =
            List.of("heic_420.heic", "heic_alpha.heic", "heic_10_bit_420_limited.heic", "heic_grid_odd.heic");

    /** Of the self-made pictures in {@code jpeg2000}. */
    private static final List<String> JPEG_2000 = List.of(
            "grey.j2k",
            "rgb.jp2",
            "lossy-layers.j2k",
            "tiles.jp2",
            "palette.jp2",
            "ycc-420.jp2",
            "tile-parts-r.j2k",
            "packed-headers-main.j2k",
            "progressions.j2k",
            "sop-eph.j2k",
            "all-styles.jp2",
            "region.j2k",
            "after-codestream.jp2",
            "grey-16.jp2");

    /**
     * Groups of seeds have numbers of their own, so that a new seed does not change the mutants of others. HEIC and JPEG 2000 share
     * theirs: their mutants come of the same random numbers, but of other files.
     */
    private static final int FIRST_TIFF = 1000;

    private static final int FIRST_HEIC = 2000;
    private static final int FIRST_JPEG_2000 = 2000;

    private static final int SIDE = 24;
    private static final long SEED = 18;

    /** A picture to damage. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Seed(String name, byte[] file) {
        /** The format; of TIFFs with old-style JPEG, whose damaged data are refused, that. */
        String kind() {
            return name.startsWith("tif_ojpeg") ? "old JPEG" : name.substring(name.lastIndexOf('.') + 1);
        }
    }

    private final List<Seed> seeds = new ArrayList<>();
    private final List<Integer> numbers = new ArrayList<>(); // of the seeds, for the generator of their mutants

    private final FuzzMutations mutations;

    FuzzCorpus() {
        ORACLE.forEach(name -> seeds.add(new Seed(name, Pictures.oracle(name))));
        int rows = SIDE;
        seeds.add(new Seed("grey8.tif", tiff(8, 1, 1).strips(rows, 1, noise(rows * SIDE))));
        seeds.add(new Seed("rgb8.tif", tiff(8, 3, 2).strips(rows, 1, noise(rows * SIDE * 3))));
        seeds.add(new Seed("rgb16.tif", tiff(16, 3, 2).strips(rows, 1, noise(rows * SIDE * 6))));
        seeds.add(new Seed("rgba8.tif", tiff(8, 4, 2).tag(338, 3, 1, 2).strips(rows, 1, noise(rows * SIDE * 4))));
        seeds.add(new Seed("cmyk8.tif", tiff(8, 4, 5).strips(rows, 1, noise(rows * SIDE * 4))));
        seeds.add(new Seed("tiled16.tif", tiff(16, 1, 1).tiles(32, 32, 1, noise(32 * 32 * 2))));
        seeds.add(new Seed("bits555.bmp", bmp(16, 0, noise(SIDE * SIDE * 2))));
        seeds.add(new Seed("palette.bmp", bmp(8, 0, noise(SIDE * SIDE))));
        seeds.add(new Seed("rle8.bmp", bmp(8, 1, runs())));
        CASES.forEach(name -> seeds.add(new Seed(name, Pictures.oracle("../../image-cases/" + name))));
        seeds.forEach(seed -> numbers.add(numbers.size()));
        add(TIFFS, "../../image-cases/", FIRST_TIFF);
        add(HEICS, "../../image-cases/", FIRST_HEIC);
        add(JPEG_2000, "../../jpeg2000/", FIRST_JPEG_2000);
        mutations = new FuzzMutations(seeds.stream().map(Seed::file).toList());
    }

    private void add(List<String> names, String folder, int first) {
        for (int i = 0; i < names.size(); i++) {
            seeds.add(new Seed(names.get(i), Pictures.oracle(folder + names.get(i))));
            numbers.add(first + i);
        }
    }

    private static TiffBomb tiff(int bits, int samples, int photometric) {
        return new TiffBomb(SIDE, SIDE, bits, samples, photometric, TiffBomb.UNCOMPRESSED);
    }

    private static byte[] noise(int length) {
        byte[] noise = new byte[length];
        new Random(SEED).nextBytes(noise);
        return noise;
    }

    private static byte[] runs() {
        FileBuilder out = new FileBuilder();
        for (int y = 0; y < SIDE; y++) {
            out.u8(10)
                    .u8(y)
                    .u8(0)
                    .u8(4)
                    .u8(1)
                    .u8(2)
                    .u8(3)
                    .u8(4)
                    .u8(SIDE - 14)
                    .u8(7)
                    .u8(0)
                    .u8(0);
        }
        return out.u8(0).u8(1).build();
    }

    private static byte[] bmp(int bits, int compression, byte[] data) {
        int colours = bits > 8 ? 0 : 256;
        FileBuilder out = new FileBuilder()
                .text("BM")
                .le32(54L + 4L * colours + data.length)
                .le32(0)
                .le32(54 + 4L * colours);
        out.le32(40)
                .le32(SIDE)
                .le32(SIDE)
                .le16(1)
                .le16(bits)
                .le32(compression)
                .le32(data.length)
                .zeros(8);
        out.le32(colours).le32(0);
        for (int i = 0; i < colours; i++) {
            out.u8(i).u8(255 - i).u8(i / 2).u8(0);
        }
        return out.bytes(data).build();
    }

    List<Seed> seeds() {
        return seeds;
    }

    /** @param number from 0 to {@link #MUTATIONS} */
    byte[] mutant(int seed, int number) {
        Random random = new Random((SEED * 1000 + numbers.get(seed)) * 100_003 + number);
        byte[] file = seeds.get(seed).file;
        int steps = new int[] {1, 1, 1, 2, 3, 8}[random.nextInt(6)];
        for (int i = 0; i < steps && file.length > 0; i++) {
            file = mutations.applyOne(file, random);
        }
        return file;
    }

    /** Writes the corpus to a folder, for another decoder to judge: files {@code SEED@NUMBER}. */
    public static void main(String[] arguments) throws IOException {
        FuzzCorpus corpus = new FuzzCorpus();
        for (int seed = 0; seed < corpus.seeds.size(); seed++) {
            for (int number = 0; number < MUTATIONS; number++) {
                Path file = Path.of(arguments[0], corpus.seeds.get(seed).name + "@" + number);
                Files.write(file, corpus.mutant(seed, number));
            }
        }
    }
}
