package io.vitrine.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.vitrine.ConfigurationException;
import io.vitrine.StorageException;
import io.vitrine.report.Omission;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.fs.RemoteIterator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ImageListerTest {
    @TempDir
    private Path folder;

    private final Omissions omissions = new Omissions();

    @Test
    void foldersAreListedToTheirDepthsWithUnusualNames() {
        List<String> names =
                List.of("a b.jpg", "c%20d.png", "e+f.jpg", "g#h.jpg", "sub/ünï.png", "sub/deep/雪.jpg", "x[1].jpg");
        names.forEach(this::write);
        assertThat(list("*", folder.toString())).containsExactlyInAnyOrderElementsOf(names);
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
        photos.forEach(this::write);
        assertThat(list("*", folder.toString())).containsExactlyInAnyOrderElementsOf(photos);
        assertThat(list("*", folder + "/{*,*/*,*/*/*,*/*/*/*}", folder + "/.*.jpg"))
                .containsExactlyInAnyOrderElementsOf(photos);
        assertThat(omissions.toList()).isEmpty();
    }

    @Test
    void markersAreLeftOutAndCountedByKind() {
        List.of("_SUCCESS", "_metadata", "_committed_1", "sub/_started_1", ".part.crc", "x.jpg._COPYING_")
                .forEach(this::write);
        List.of("_temporary/0/a.jpg", "sub/_delta_log/0.json", "sub/_delta_log/1.json", "_vitrine/lease")
                .forEach(this::write);
        List.of("._DSC1.jpg", ".DS_Store", "Thumbs.db", "sub/desktop.ini", "__MACOSX/._DSC1.jpg", "@eaDir/1.jpg/S.jpg")
                .forEach(this::write);
        List.of(".nfs0001", ".DSC1.jpg.Xa81bc", "sub/.gitignore").forEach(this::write);
        List.of(".cache/b.jpg", "sub/.thumbnails/c.jpg", "sub/.thumbnails/large/d.jpg", "kept/_1.jpg")
                .forEach(this::write);
        assertThat(list("*", folder.toString())).containsExactly("kept/_1.jpg");
        assertThat(omissions.toList())
                .extracting(Omission::reason, Omission::count)
                .containsExactly(
                        tuple("markers of Spark, Hadoop or table formats", 9L),
                        tuple("files or folders of operating systems", 6L),
                        tuple("hidden files whose names are not those of images", 3L),
                        tuple("hidden folders", 2L));
    }

    @Test
    void listingByTasksLeavesOutTheSame() {
        List.of("_SUCCESS", "a/_temporary/0/x.jpg", "a/b/.cache/x.jpg", "a/b/_1.jpg", "c/.git/x.jpg", "_c/_2.jpg")
                .forEach(this::write);
        ImageLister lister = new ImageLister(new Configuration(), "*", omissions);
        List<String> found = new ArrayList<>();
        for (ImageLister.ListingSection section : lister.sections(List.of(folder.toString()), 100)) {
            lister.images(section).forEachRemaining(ref -> found.add(relative(ref)));
        }
        assertThat(found).containsExactlyInAnyOrder("a/b/_1.jpg", "_c/_2.jpg");
        assertThat(omissions.toList())
                .extracting(Omission::reason, Omission::count)
                .containsExactly(tuple("markers of Spark, Hadoop or table formats", 2L), tuple("hidden folders", 2L));
    }

    @ParameterizedTest
    @ValueSource(classes = {FlatFileSystem.class, DeepFileSystem.class})
    void hadoopsFileSystemsAreListedAlike(Class<?> type) throws IOException {
        List.of("_DSC1.jpg", "_a/_b/_DSC2.jpg", "_a/_SUCCESS", "_a/.git/x.jpg", "_a/.git/y/z.jpg", "_temporary/1.jpg")
                .forEach(this::write);
        Configuration configuration = new Configuration();
        configuration.set("fs.odd.impl", type.getName());
        configuration.set("fs.hdfs.impl", type.getName());
        String scheme = type == FlatFileSystem.class ? "odd" : "hdfs";
        List<ImageRef> found = new ImageLister(configuration, "*", omissions)
                .list(List.of(scheme + ":" + folder), 10)
                .orElseThrow();
        assertThat(found).extracting(ImageListerTest.this::relative).containsExactly("_DSC1.jpg", "_a/_b/_DSC2.jpg");
        assertThat(omissions.toList())
                .extracting(Omission::reason, Omission::count)
                .containsExactly(tuple("markers of Spark, Hadoop or table formats", 2L), tuple("hidden folders", 1L));
    }

    /** Local files as those of a store whose listings are flat. */
    public static final class FlatFileSystem extends RawLocalFileSystem {
        @Override
        public URI getUri() {
            return URI.create("odd:///");
        }

        /** Without permissions, which Hadoop reads for the scheme {@code file} only. */
        @Override
        public FileStatus[] listStatus(org.apache.hadoop.fs.Path path) throws IOException {
            return Arrays.stream(super.listStatus(path))
                    .map(file -> new FileStatus(file.getLen(), file.isDirectory(), 1, 0, 0, file.getPath()))
                    .toArray(FileStatus[]::new);
        }
    }

    /** Local files as those of HDFS. */
    public static final class DeepFileSystem extends RawLocalFileSystem {
        @Override
        public URI getUri() {
            return URI.create("hdfs:///");
        }
    }

    @Test
    void aGlobEntersHiddenFoldersIfItBeginsWithADot() {
        List.of(".cache/1.jpg", "open/2.jpg", "_temporary/3.jpg").forEach(this::write);
        assertThat(list("*", folder + "/*")).containsExactly("open/2.jpg");
        assertThat(omissions.toList())
                .extracting(Omission::reason, Omission::count)
                .containsExactly(tuple("markers of Spark, Hadoop or table formats", 1L), tuple("hidden folders", 1L));
        assertThat(list("*", folder + "/.c*")).containsExactly(".cache/1.jpg");
        assertThat(list("*", folder + "/_temporary/*")).containsExactly("_temporary/3.jpg");
    }

    @Test
    void overlappingInputsGiveEachImageOnce() {
        List.of("a/1.jpg", "a/2.png", "b/3.jpg").forEach(this::write);
        assertThat(list("*", folder + "/*/*.jpg", folder + "/a", folder + "/a/1.jpg"))
                .containsExactly("a/1.jpg", "a/2.png", "b/3.jpg");
    }

    @Test
    void aPathThatExistsIsNotAGlob() {
        List.of("x[1].jpg", "x1.jpg").forEach(this::write);
        assertThat(list("*", folder + "/x[1].jpg")).containsExactly("x[1].jpg");
    }

    @Test
    void includeSelectsByName() {
        List.of("1.jpg", "2.png", "3.txt").forEach(this::write);
        assertThat(list("*.{jpg,png}", folder.toString())).containsExactly("1.jpg", "2.png");
    }

    @Test
    void includeSelectsAmongAGlobsMatches() {
        List.of("1.jpg", "2.txt").forEach(this::write);
        assertThat(list("*.jpg", folder + "/*")).containsExactly("1.jpg");
    }

    @Test
    void hiddenFilesAmongAGlobsMatchesAreSkipped() {
        List.of("1.jpg", "_SUCCESS", ".hidden").forEach(this::write);
        assertThat(list("*", folder + "/*")).containsExactly("1.jpg");
    }

    @Test
    void aFileNamedByItselfIsListedWhateverItsName() {
        write("2.txt");
        assertThat(list("*.jpg", folder + "/2.txt")).containsExactly("2.txt");
    }

    @Test
    void aListedImageHasItsLengthAndTime() throws IOException {
        write("1.jpg");
        ImageRef ref = new ImageLister(new Configuration(), "*", omissions)
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
        List.of("1.jpg", "2.jpg", "3.jpg").forEach(this::write);
        assertThat(new ImageLister(new Configuration(), "*", omissions).list(List.of(folder.toString()), 2))
                .isEmpty();
    }

    @Test
    void aFolderThatMayNotBeReadIsCounted() throws IOException {
        List.of("open/1.jpg", "closed/2.jpg").forEach(this::write);
        Path closed = folder.resolve("closed");
        Files.setPosixFilePermissions(closed, Set.of());
        try {
            assumeFalse(Files.isReadable(closed), "root may read every folder");
            assertThat(list("*", folder.toString())).containsExactly("open/1.jpg");
            assertThat(omissions.toList())
                    .containsExactly(
                            new Omission("folders or links that may not be read", 1, List.of("file:" + closed)));
            assertThat(omissions.hideImages()).isTrue();
        } finally {
            Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("rwx------"));
        }
    }

    @Test
    void aGlobMayMatchManyFiles() {
        Configuration configuration = new Configuration();
        configuration.set("fs.synthetic.impl", SyntheticFileSystem.class.getName());
        ImageLister lister = new ImageLister(configuration, "*", omissions);
        List<ImageLister.ListingSection> sections = assertTimeoutPreemptively(
                Duration.ofSeconds(20), () -> lister.sections(List.of("synthetic://n50000/{*/*,no/such/file}"), 1));
        assertThat(sections).hasSize(50_000);
    }

    @Test
    void aFolderWithinAnotherIsLeftToItUnlessItsNameIsHidden() {
        List.of("a/b/c/1.jpg", "a/.b/c/2.jpg", "ab/3.jpg", "a/_b/c/4.jpg").forEach(this::write);
        List<String> inputs = Stream.of("a/b/c", "a", "a/.b/c", "ab", "a/b/c/1.jpg", "a/_b/c")
                .map(name -> folder + "/" + name)
                .toList();
        assertThat(new ImageLister(new Configuration(), "*", omissions).sections(inputs, 1))
                .extracting(section -> section.path().substring(("file:" + folder + "/").length()))
                .containsExactly("a", "a/.b/c", "ab", "a/b/c/1.jpg");
    }

    @Test
    void aFolderIsReadWhileItIsListedAndThenClosed() throws IOException {
        RemoteIterator<FileTree.Entry> children = new LocalTree(omissions).children("file:" + folder);
        write("1.jpg");
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

    @Test
    void imagesMayBeBehindALinkThatCannotBeFollowed() throws IOException {
        Files.createSymbolicLink(folder.resolve("mount"), folder.resolve("mount"));
        list("*", folder.toString());
        assertThat(omissions.hideImages()).isTrue();
    }

    @Test
    void imagesMayBeBehindANameWithoutText() {
        omissions.add(OmissionReason.NAME_WITHOUT_TEXT, "file:/x");
        assertThat(omissions.hideImages()).isTrue();
    }

    @Test
    void noImagesAreBehindALinkToAFolderAboveIt() throws IOException {
        write("1.jpg");
        Files.createSymbolicLink(folder.resolve("here"), Path.of("."));
        assertThat(list("*", folder.toString())).containsExactly("1.jpg");
        assertThat(omissions.hideImages()).isFalse();
    }

    @Test
    void aMisspeltFolderIsShownInFullWithItsNearestParent() {
        assertThatThrownBy(() -> list("*", folder + "/photoos/2024"))
                .isInstanceOf(StorageException.class)
                .hasMessage("Cannot list the input " + folder + "/photoos/2024: no folder of that name here: " + folder
                        + "/photoos/2024. Check its spelling; the nearest folder that exists is " + folder + ".")
                .extracting("outlook")
                .isEqualTo(StorageException.Outlook.PERMANENT);
    }

    @Test
    void aMisspeltRelativeFolderIsShownInFull() {
        assertThatThrownBy(() -> list("*", "no/such/photos"))
                .hasMessageContaining("no folder of that name here: "
                        + Path.of("no/such/photos").toAbsolutePath());
    }

    @Test
    void aGlobWithoutMatchesIsNamed() {
        assertThatThrownBy(() -> list("*", folder + "/*.webp"))
                .isInstanceOf(StorageException.class)
                .hasMessage(
                        "Cannot list the input " + folder + "/*.webp: nothing matches this pattern. Check the path.");
    }

    @Test
    void anUnknownSchemeIsNamed() {
        assertThatThrownBy(() -> list("*", "abc://bucket/x"))
                .isInstanceOf(StorageException.class)
                .hasMessage("Cannot list the input abc://bucket/x: no connector for this scheme on the class path.");
    }

    @Test
    void googleCloudStorageNamesTheConnectorToAdd() {
        assertThatThrownBy(() -> list("*", "gs://bucket/x"))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("no connector for this scheme on the class path: for gs:// add --jars ");
    }

    @Test
    void aLocationThatIsNotAPathIsAConfigurationFault() {
        assertThatThrownBy(() -> list("*", ""))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("'' is not a path");
    }

    @Test
    void anIncludeThatIsNotAGlobIsAConfigurationFault() {
        assertThatThrownBy(() -> list("{", folder.toString()))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("--include '{' is not a glob");
    }

    @Test
    void anArchiveThatIsAnInputItselfCanBeLeftOut() {
        write("a.tar");
        ListingRules skip = new ListingRules("*", ListingRules.Archives.SKIP, List.of());
        assertThat(new ImageLister(new Configuration(), skip, omissions)
                        .list(List.of(folder.resolve("a.tar").toString()), 10))
                .contains(List.of());
        assertThat(omissions.count(OmissionReason.ARCHIVE)).isOne();
    }

    private List<String> list(String include, String... inputs) {
        return new ImageLister(new Configuration(), include, omissions)
                .list(Arrays.asList(inputs), 1000).orElseThrow().stream()
                        .map(this::relative)
                        .toList();
    }

    private String relative(ImageRef ref) {
        return ref.path()
                .substring(ref.path().indexOf(folder.toString())
                        + folder.toString().length()
                        + 1);
    }

    private void write(String name) {
        try {
            Path file = folder.resolve(name);
            Files.createDirectories(file.getParent());
            Files.writeString(file, "image");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
