package io.vitrine.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.vitrine.report.Omission;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is left out of a listing, and whether images may be behind it. */
final class OmittedFilesTest {
    @TempDir
    private Path folder;

    private ListedFolder files;

    @BeforeEach
    void open() {
        files = new ListedFolder(folder);
    }

    @Test
    void markersAreLeftOutAndCountedByKind() {
        files.write("_SUCCESS", "_metadata", "_committed_1", "sub/_started_1", ".part.crc", "x.jpg._COPYING_");
        files.write("_temporary/0/a.jpg", "sub/_delta_log/0.json", "sub/_delta_log/1.json", "_vitrine/lease");
        files.write(
                "._DSC1.jpg", ".DS_Store", "Thumbs.db", "sub/desktop.ini", "__MACOSX/._DSC1.jpg", "@eaDir/1.jpg/S.jpg");
        files.write(".nfs0001", ".DSC1.jpg.Xa81bc", "sub/.gitignore");
        files.write(".cache/b.jpg", "sub/.thumbnails/c.jpg", "sub/.thumbnails/large/d.jpg", "kept/_1.jpg");
        assertThat(files.list("*", folder.toString())).containsExactly("kept/_1.jpg");
        assertThat(files.omissions().toList())
                .extracting(Omission::reason, Omission::count)
                .containsExactly(
                        tuple("markers of Spark, Hadoop or table formats", 9L),
                        tuple("files or folders of operating systems", 6L),
                        tuple("hidden files whose names are not those of images", 3L),
                        tuple("hidden folders", 2L));
    }

    @Test
    void listingByTasksLeavesOutTheSame() {
        files.write("_SUCCESS", "a/_temporary/0/x.jpg", "a/b/.cache/x.jpg", "a/b/_1.jpg", "c/.git/x.jpg", "_c/_2.jpg");
        ImageLister lister = files.lister("*");
        List<String> found = new ArrayList<>();
        for (ImageLister.ListingSection section : lister.sections(List.of(folder.toString()), 100)) {
            lister.images(section).forEachRemaining(ref -> found.add(files.relative(ref)));
        }
        assertThat(found).containsExactlyInAnyOrder("a/b/_1.jpg", "_c/_2.jpg");
        assertThat(files.omissions().toList())
                .extracting(Omission::reason, Omission::count)
                .containsExactly(tuple("markers of Spark, Hadoop or table formats", 2L), tuple("hidden folders", 2L));
    }

    @ParameterizedTest
    @ValueSource(classes = {FlatFileSystem.class, DeepFileSystem.class})
    void hadoopsFileSystemsAreListedAlike(Class<?> type) throws IOException {
        files.write(
                "_DSC1.jpg", "_a/_b/_DSC2.jpg", "_a/_SUCCESS", "_a/.git/x.jpg", "_a/.git/y/z.jpg", "_temporary/1.jpg");
        Configuration configuration = new Configuration();
        configuration.set("fs.odd.impl", type.getName());
        configuration.set("fs.hdfs.impl", type.getName());
        String scheme = type == FlatFileSystem.class ? "odd" : "hdfs";
        List<ImageRef> found = new ImageLister(configuration, "*", files.omissions())
                .list(List.of(scheme + ":" + folder), 10)
                .orElseThrow();
        assertThat(found).extracting(files::relative).containsExactly("_DSC1.jpg", "_a/_b/_DSC2.jpg");
        assertThat(files.omissions().toList())
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
    void anArchiveThatIsAnInputItselfCanBeLeftOut() {
        files.write("a.tar");
        ListingRules skip = new ListingRules("*", ListingRules.Archives.SKIP, List.of());
        assertThat(new ImageLister(new Configuration(), skip, files.omissions())
                        .list(List.of(folder.resolve("a.tar").toString()), 10))
                .contains(List.of());
        assertThat(files.omissions().count(OmissionReason.ARCHIVE)).isOne();
    }

    @Test
    void aFolderThatMayNotBeReadIsCounted() throws IOException {
        files.write("open/1.jpg", "closed/2.jpg");
        Path closed = folder.resolve("closed");
        Files.setPosixFilePermissions(closed, Set.of());
        try {
            assumeFalse(Files.isReadable(closed), "root may read every folder");
            assertThat(files.list("*", folder.toString())).containsExactly("open/1.jpg");
            assertThat(files.omissions().toList())
                    .containsExactly(
                            new Omission("folders or links that may not be read", 1, List.of("file:" + closed)));
            assertThat(files.omissions().hideImages()).isTrue();
        } finally {
            Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("rwx------"));
        }
    }

    @Test
    void imagesMayBeBehindALinkThatCannotBeFollowed() throws IOException {
        Files.createSymbolicLink(folder.resolve("mount"), folder.resolve("mount"));
        files.list("*", folder.toString());
        assertThat(files.omissions().hideImages()).isTrue();
    }

    @Test
    void imagesMayBeBehindANameWithoutText() {
        files.omissions().add(OmissionReason.NAME_WITHOUT_TEXT, "file:/x");
        assertThat(files.omissions().hideImages()).isTrue();
    }

    @Test
    void noImagesAreBehindALinkToAFolderAboveIt() throws IOException {
        files.write("1.jpg");
        Files.createSymbolicLink(folder.resolve("here"), Path.of("."));
        assertThat(files.list("*", folder.toString())).containsExactly("1.jpg");
        assertThat(files.omissions().hideImages()).isFalse();
    }
}
