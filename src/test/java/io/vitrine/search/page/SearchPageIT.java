package io.vitrine.search.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vitrine.ConfigurationException;
import io.vitrine.OutputConflictException;
import io.vitrine.index.GraphSettings;
import io.vitrine.index.Hit;
import io.vitrine.index.IndexManifest;
import io.vitrine.index.Metric;
import io.vitrine.search.Answer;
import io.vitrine.search.Query;
import io.vitrine.testkit.Archives;
import io.vitrine.testkit.Chromium;
import io.vitrine.testkit.ObjectStore;
import io.vitrine.vectors.ResultFolder.Existing;
import io.vitrine.vectors.VectorSource;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A page of images on S3: several formats, some that can't be read any more, and names that try to escape. */
final class SearchPageIT {
    private static final String BUCKET = "search-page";
    private static final String HOSTILE = "<script>document.title='x'<\u0027%22&amp;\u202egpj.jpg";
    private static final int RED = 0xd01020;

    @TempDir
    private static Path folder;

    private static ObjectStore store;
    private static Pictures pictures;

    @BeforeAll
    static void start() throws IOException {
        store = ObjectStore.start(folder.resolve("store"), BUCKET);
        pictures = new Pictures(store.configuration(), "file:/no/output", Duration.ofMinutes(1));
        for (String name : List.of("exif6.jpg", "lossy.webp", "anim.gif", "rgb.bmp", "lzw.tif", "rgba.png")) {
            store.put(at(name), io.vitrine.image.Pictures.oracle(name));
        }
        for (String name : List.of("avif_420.avif", "heic_420.heic")) {
            store.put(at(name), Files.readAllBytes(Path.of("src/test/resources/image-cases", name)));
        }
        byte[] photo = io.vitrine.image.Pictures.oracle("photo_420.jpg");
        store.put(at("cut.jpg"), Arrays.copyOf(photo, photo.length / 2));
        store.put(at(HOSTILE), "no image");
        store.put(at("red.png"), plain(700, 350));
        store.put(at("line.png"), plain(2_000, 1));
    }

    private static byte[] plain(int width, int height) throws IOException {
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                image.setRGB(x, y, RED);
            }
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ImageIO.write(image, "png", out);
        return out.toByteArray();
    }

    @AfterAll
    static void stop() {
        pictures.close();
        store.close();
    }

    private static String at(String name) {
        return "s3a://" + BUCKET + "/photos/" + name;
    }

    private static IndexManifest manifest() {
        VectorSource source = new VectorSource(
                "s3a://b/features", "f", "some/model", "p", "224x224", "float32", "[]", "image_embeds", 2, "none");
        return new IndexManifest(
                1,
                "id",
                source,
                "run",
                Metric.COSINE,
                IndexManifest.Structure.FLAT,
                GraphSettings.DEFAULT,
                12,
                100,
                List.of(),
                List.of(new IndexManifest.Shard(0, "shard-0", 12, "content", 1_000)),
                "class");
    }

    private static Answer answer(Query query, String... names) {
        List<Hit> hits = new ArrayList<>();
        for (String name : names) {
            hits.add(new Hit(name.contains(":/") ? name : at(name), 1f / (1 + hits.size()), "class <b>" + hits.size()));
        }
        return new Answer(query, hits, Optional.empty());
    }

    private static AnswerPage page(Path file, Existing existing, long images) {
        return new AnswerPage(
                new PageFile(file.toString(), existing, store.configuration()),
                "s3a://b/index",
                manifest(),
                images,
                store.configuration());
    }

    @Test
    void everyFormatIsShownUprightAndSmall() throws IOException {
        List<String> names = List.of(
                "exif6.jpg",
                "lossy.webp",
                "anim.gif",
                "rgb.bmp",
                "lzw.tif",
                "rgba.png",
                "avif_420.avif",
                "heic_420.heic");
        for (Picture picture : pictures.of(names.stream().map(SearchPageIT::at).toList())) {
            assertThat(picture).isInstanceOf(Picture.Small.class);
            Picture.Small small = (Picture.Small) picture;
            BufferedImage image = ImageIO.read(new ByteArrayInputStream(small.jpeg()));
            assertThat(image.getWidth()).isEqualTo(small.width()).isLessThanOrEqualTo(PictureFile.SIDE);
            assertThat(image.getHeight()).isEqualTo(small.height()).isLessThanOrEqualTo(PictureFile.SIDE);
        }
        BufferedImage stored = ImageIO.read(new ByteArrayInputStream(io.vitrine.image.Pictures.oracle("exif6.jpg")));
        Picture.Small upright =
                (Picture.Small) pictures.of(List.of(at("exif6.jpg"))).get(0);
        assertThat(upright.width() > upright.height()).isEqualTo(stored.getHeight() > stored.getWidth());
        Picture.Small red = (Picture.Small) pictures.of(List.of(at("red.png"))).get(0);
        assertThat(red.width()).isEqualTo(240);
        assertThat(red.height()).isEqualTo(120);
        int colour = ImageIO.read(new ByteArrayInputStream(red.jpeg())).getRGB(120, 60) & 0xffffff;
        assertThat(distance(colour)).isLessThan(8);
        Picture.Small line =
                (Picture.Small) pictures.of(List.of(at("line.png"))).get(0);
        assertThat(line.height()).isOne();
    }

    private static int distance(int colour) {
        int most = 0;
        for (int shift = 0; shift <= 16; shift += 8) {
            most = Math.max(most, Math.abs((colour >> shift & 0xff) - (RED >> shift & 0xff)));
        }
        return most;
    }

    @Test
    void anImageThatCannotBeReadSaysWhyAndCostsNoOther() {
        List<Picture> shown = pictures.of(List.of(
                at("gone.jpg"),
                at("red.png"),
                at("cut.jpg"),
                at(HOSTILE),
                "nowhere://x/1.jpg",
                at("red.png"),
                at("shard.tar#a.jpg"),
                "demo/pictures/star/star-1.jpg"));
        assertThat(shown).hasSize(8);
        assertThat(reason(shown.get(0))).startsWith("missing: ");
        assertThat(shown.get(1)).isInstanceOf(Picture.Small.class);
        assertThat(reason(shown.get(2))).startsWith("truncated: the file ends after");
        assertThat(reason(shown.get(3))).startsWith("not_an_image: ");
        assertThat(reason(shown.get(4))).startsWith("unreadable: ");
        assertThat(shown.get(5)).isInstanceOf(Picture.Small.class);
        assertThat(reason(shown.get(6))).startsWith("missing: ");
        assertThat(reason(shown.get(7)))
                .isEqualTo("unsupported: it came from a cell of a table, which pages do not open"); // a file here
        try (Pictures hurried = new Pictures(store.configuration(), "file:/no/output", Duration.ZERO)) {
            assertThat(hurried.of(List.of(at("red.png"), at("red.png"), at("all.tar#2.png"))))
                    .hasSize(3)
                    .allSatisfy(late -> assertThat(reason(late)).startsWith("timed_out: "));
        }
    }

    @Test
    void membersOfArchivesAreShownWhereverTheyLie() throws IOException {
        Map<String, byte[]> members =
                new TreeMap<>(Map.of("1.png", plain(10, 20), "2.txt", new byte[9], "3.png", plain(30, 40)));
        store.put(at("all.tar"), Archives.tar(members));
        store.put(at("all.tar.gz"), Archives.gzip(Archives.tar(members)));
        store.put(at("all.zip"), Archives.zip(members));
        for (String archive : List.of("all.tar", "all.tar.gz", "all.zip")) {
            List<Picture> shown = pictures.of(List.of(
                    at(archive + "#3.png"),
                    at("red.png"),
                    at(archive + "#4.png"),
                    at(archive + "#2.txt"),
                    at(archive + "#1.png")));
            assertThat(((Picture.Small) shown.get(0)).height()).as(archive).isEqualTo(40);
            assertThat(((Picture.Small) shown.get(1)).height()).isGreaterThan(100);
            assertThat(reason(shown.get(2))).isEqualTo("missing: the archive has no such member now");
            assertThat(reason(shown.get(3))).startsWith("not_an_image: ");
            assertThat(((Picture.Small) shown.get(4)).height()).isEqualTo(20);
        }
        store.put(at("all.tar"), Archives.tar(new TreeMap<>(Map.of("0.txt", new byte[3_000], "3.png", plain(50, 60)))));
        List<Picture> later = pictures.of(List.of(at("all.tar#3.png"), at("all.tar#1.png")));
        assertThat(((Picture.Small) later.get(0)).height()).isEqualTo(60);
        assertThat(reason(later.get(1))).startsWith("missing: ");
    }

    private static String reason(Picture picture) {
        return ((Picture.Unreadable) picture).reason();
    }

    @Test
    void aPageIsWrittenWholeAndReplacesNothingUnasked() throws IOException {
        Path file = folder.resolve("pages/whole.html");
        try (AnswerPage page = page(file, Existing.REFUSE, 2)) {
            page.add(answer(new Query.Text("red"), "red.png", "gone.jpg"));
            assertThat(page.write()).isEqualTo(file + ": 2 images, 1 of them can't be shown");
        }
        assertThat(file.getParent()).isDirectoryNotContaining(other -> !other.equals(file));
        assertThat(Files.readString(file)).contains("1 of 2 images can&#x27;t be shown", "missing: ");
        assertThatThrownBy(() -> page(file, Existing.REFUSE, 2))
                .isInstanceOf(OutputConflictException.class)
                .hasMessageContaining("exists. Choose another name for --html, or replace it with --overwrite");
        assertThatThrownBy(() -> page(file.getParent(), Existing.OVERWRITE, 2))
                .isInstanceOf(OutputConflictException.class)
                .hasMessageContaining("is a folder");
        assertThatThrownBy(() -> page(file, Existing.OVERWRITE, 1_001))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("at most 1,000 images; these queries ask for 1,001");
        try (AnswerPage page = page(file, Existing.OVERWRITE, 1)) {
            page.add(answer(new Query.Text("blue"), "red.png"));
            page.write();
        }
        assertThat(Files.readString(file)).contains("blue").doesNotContain("missing: ");
        String object = "s3a://" + BUCKET + "/page.html";
        new PageFile(object, Existing.REFUSE, store.configuration()).write("<p>");
        assertThatThrownBy(() -> new PageFile(object, Existing.REFUSE, store.configuration()))
                .isInstanceOf(OutputConflictException.class);
    }

    @Test
    void aBrowserShowsThePicturesAndObeysNoName() throws IOException {
        Optional<Chromium> chromium = Chromium.find(folder);
        assumeTrue(chromium.isPresent(), "chromium is not installed: the page is not opened in a browser");
        Path file = folder.resolve("hostile.html");
        try (AnswerPage page = page(file, Existing.OVERWRITE, 100)) {
            Query query = new Query.Picture(HOSTILE, plain(300, 300));
            page.add(answer(query, "red.png", HOSTILE, "gone.jpg", "lossy.webp", "exif6.jpg", "heic_420.heic"));
            page.add(answer(new Query.Text("<img src=x onerror=alert(1)>"), "red.png"));
            page.write();
        }
        assertThat(Files.readString(file))
                .doesNotContain("<script", "<img src=x", "<b>0")
                .contains("\\u202egpj.jpg");
        Chromium.Page shown = chromium.get().open(file);
        assertThat(shown.requests()).isEmpty();
        assertThat(shown.log()).doesNotContain("CONSOLE").doesNotContain("Content Security Policy");
        assertThat(shown.dom())
                .contains("<title>Search: &lt;script&gt;document.title='x'")
                .contains("class &lt;b&gt;0", "missing: ", "not_an_image: ");
        assertThat(shown.dom().split("<img src=\"data:image/jpeg;base64,", -1)).hasSize(1 + 6);
        assertThat(shown.dom().split("<img [^>]*alt=\"[^\"]+\"", -1)).hasSize(1 + 6);
        Path drawn = folder.resolve("page.png");
        chromium.get().draw(file, 1280, 1000, drawn);
        assertThat(reddish(drawn)).isGreaterThan(10_000); // the query of 128 x 128, two images of about 168 x 84
        chromium.get().draw(file, 412, 1800, folder.resolve("phone.png"));
        assertThat(reddish(folder.resolve("phone.png"))).isGreaterThan(10_000);
    }

    private static int reddish(Path png) throws IOException {
        BufferedImage image = ImageIO.read(png.toFile());
        int count = 0;
        for (int y = 0; y < image.getHeight(); y++) {
            for (int x = 0; x < image.getWidth(); x++) {
                count += distance(image.getRGB(x, y) & 0xffffff) < 10 ? 1 : 0;
            }
        }
        return count;
    }
}
