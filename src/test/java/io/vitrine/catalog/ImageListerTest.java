package io.vitrine.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.vitrine.report.Omission;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.RemoteIterator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which files of an input are images, and in which sections they are listed. */
final class ImageListerTest {
    @TempDir
    private Path folder;

    private ListedFolder files;

    @BeforeEach
    void open() {
        files = new ListedFolder(folder);
    }

    @Test
    void foldersAreListedToTheirDepthsWithUnusualNames() {
        List<String> names =
                List.of("a b.jpg", "c%20d.png", "e+f.jpg", "g#h.jpg", "sub/ünï.png", "sub/deep/雪.jpg", "x[1].jpg");
        files.write(names.toArray(String[]::new));
        assertThat(files.list("*", folder.toString())).containsExactlyInAnyOrderElementsOf(names);
    }

    @Test
    void everyNameOfAPhotographIsListed() {
        List<String> photos = List.of(
                "_DSC0001.jpg",
                "_MG_0002.JPG",
                "DSC0003.jpg",
                "_selects/_DSC0004.jpg",
                "_selects/2026/_raw/__5.jpg",
                "_staging/6.jpg",
                "_metadata.jpg",
                ".hidden.jpg",
                "_",
                "a/_temporary.png");
        files.write(photos.toArray(String[]::new));
        assertThat(files.list("*", folder.toString())).containsExactlyInAnyOrderElementsOf(photos);
        assertThat(files.list("*", folder + "/{*,*/*,*/*/*,*/*/*/*}", folder + "/.*.jpg"))
                .containsExactlyInAnyOrderElementsOf(photos);
        assertThat(files.omissions().toList()).isEmpty();
    }

    @Test
    void aGlobEntersHiddenFoldersIfItBeginsWithADot() {
        files.write(".cache/1.jpg", "open/2.jpg", "_temporary/3.jpg");
        assertThat(files.list("*", folder + "/*")).containsExactly("open/2.jpg");
        assertThat(files.omissions().toList())
                .extracting(Omission::reason, Omission::count)
                .containsExactly(tuple("markers of Spark, Hadoop or table formats", 1L), tuple("hidden folders", 1L));
        assertThat(files.list("*", folder + "/.c*")).containsExactly(".cache/1.jpg");
        assertThat(files.list("*", folder + "/_temporary/*")).containsExactly("_temporary/3.jpg");
    }

    @Test
    void overlappingInputsGiveEachImageOnce() {
        files.write("a/1.jpg", "a/2.png", "b/3.jpg");
        assertThat(files.list("*", folder + "/*/*.jpg", folder + "/a", folder + "/a/1.jpg"))
                .containsExactly("a/1.jpg", "a/2.png", "b/3.jpg");
    }

    @Test
    void aPathThatExistsIsNotAGlob() {
        files.write("x[1].jpg", "x1.jpg");
        assertThat(files.list("*", folder + "/x[1].jpg")).containsExactly("x[1].jpg");
    }

    @Test
    void includeSelectsByName() {
        files.write("1.jpg", "2.png", "3.txt");
        assertThat(files.list("*.{jpg,png}", folder.toString())).containsExactly("1.jpg", "2.png");
    }

    @Test
    void includeSelectsAmongAGlobsMatches() {
        files.write("1.jpg", "2.txt");
        assertThat(files.list("*.jpg", folder + "/*")).containsExactly("1.jpg");
    }

    @Test
    void hiddenFilesAmongAGlobsMatchesAreSkipped() {
        files.write("1.jpg", "_SUCCESS", ".hidden");
        assertThat(files.list("*", folder + "/*")).containsExactly("1.jpg");
    }

    @Test
    void aFileNamedByItselfIsListedWhateverItsName() {
        files.write("2.txt");
        assertThat(files.list("*.jpg", folder + "/2.txt")).containsExactly("2.txt");
    }

    @Test
    void aListedImageHasItsLengthAndTime() throws IOException {
        files.write("1.jpg");
        ImageRef ref = files.lister("*")
                .list(List.of(folder.toString()), 10)
                .orElseThrow()
                .get(0);
        assertThat(ref.length()).isEqualTo(5);
        assertThat(ref.modified())
                .isEqualTo(Files.getLastModifiedTime(folder.resolve("1.jpg")).toMillis());
        assertThat(ref.path()).startsWith("file:/");
    }

    @Test
    void moreImagesThanTheLimitGiveNoList() {
        files.write("1.jpg", "2.jpg", "3.jpg");
        assertThat(files.lister("*").list(List.of(folder.toString()), 2)).isEmpty();
    }

    @Test
    void aGlobMayMatchManyFiles() {
        Configuration configuration = new Configuration();
        configuration.set("fs.synthetic.impl", SyntheticFileSystem.class.getName());
        ImageLister lister = new ImageLister(configuration, "*", files.omissions());
        List<ImageLister.ListingSection> sections = assertTimeoutPreemptively(
                Duration.ofSeconds(20), () -> lister.sections(List.of("synthetic://n50000/{*/*,no/such/file}"), 1));
        assertThat(sections).hasSize(50_000);
    }

    @Test
    void aFolderWithinAnotherIsLeftToItUnlessItsNameIsHidden() {
        files.write("a/b/c/1.jpg", "a/.b/c/2.jpg", "ab/3.jpg", "a/_b/c/4.jpg");
        List<String> inputs = Stream.of("a/b/c", "a", "a/.b/c", "ab", "a/b/c/1.jpg", "a/_b/c")
                .map(name -> folder + "/" + name)
                .toList();
        assertThat(files.lister("*").sections(inputs, 1))
                .extracting(section -> section.path().substring(("file:" + folder + "/").length()))
                .containsExactly("a", "a/.b/c", "ab", "a/b/c/1.jpg");
    }

    @Test
    void aFolderIsReadWhileItIsListedAndThenClosed() throws IOException {
        RemoteIterator<FileTree.Entry> children = new LocalTree(files.omissions()).children("file:" + folder);
        files.write("1.jpg");
        assertThat(children.next().name()).isEqualTo("1.jpg");
        assertThat(children.hasNext()).isFalse();
        assertThat(children.hasNext()).isFalse();
        assertThat(openFiles()).doesNotContain(folder);
    }

    private static List<Path> openFiles() throws IOException {
        List<Path> open = new ArrayList<>();
        try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
            for (Path descriptor : descriptors) {
                if (Files.isSymbolicLink(descriptor)) {
                    open.add(Files.readSymbolicLink(descriptor));
                }
            }
        }
        return open;
    }
}
