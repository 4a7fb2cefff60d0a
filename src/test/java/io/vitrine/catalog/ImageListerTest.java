package io.vitrine.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vitrine.VitrineException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ImageListerTest {
    @TempDir
    private Path folder;

    @Test
    void foldersAreListedWithAllBelowThemAndStrangeNames() throws IOException {
        List<String> names =
                List.of("a b.jpg", "c%20d.png", "e+f.jpg", "g#h.jpg", "sub/ünï.png", "sub/deep/雪.jpg", "x[1].jpg");
        names.forEach(this::write);
        assertThat(list("*", folder.toString())).containsExactlyInAnyOrderElementsOf(names);
    }

    @Test
    void hiddenNamesAndFoldersArePassedOver() {
        List.of("_SUCCESS", ".part.crc", "_temporary/0/a.jpg", ".cache/b.jpg", "kept/c.jpg")
                .forEach(this::write);
        assertThat(list("*", folder.toString())).containsExactly("kept/c.jpg");
    }

    @Test
    void globsSingleFilesAndOverlapsGiveEachImageOnce() {
        List.of("a/1.jpg", "a/2.png", "b/3.jpg", "x[1].jpg").forEach(this::write);
        assertThat(list("*", folder + "/*/*.jpg", folder + "/a", folder + "/a/1.jpg"))
                .containsExactly("a/1.jpg", "a/2.png", "b/3.jpg");
        assertThat(list("*", folder + "/x[1].jpg")).containsExactly("x[1].jpg"); // exists as it is written
    }

    @Test
    void includeChoosesByName() {
        List.of("1.jpg", "2.png", "3.txt").forEach(this::write);
        assertThat(list("*.{jpg,png}", folder.toString())).containsExactly("1.jpg", "2.png");
    }

    @Test
    void whatAGlobMatchesIsChosenLikewise() {
        List.of("1.jpg", "2.txt", "_SUCCESS", ".hidden.jpg").forEach(this::write);
        assertThat(list("*.jpg", folder + "/*")).containsExactly("1.jpg");
        assertThat(list("*", folder + "/*.{jpg,txt}")).containsExactly("1.jpg", "2.txt");
        assertThat(list("*.jpg", folder + "/2.txt")).containsExactly("2.txt"); // named by itself, it is taken
    }

    @Test
    void lengthAndTimeTravelAlong() throws IOException {
        write("1.jpg");
        ImageRef ref = new ImageLister(new Configuration(), "*")
                .list(List.of(folder.toString()), 10)
                .orElseThrow()
                .get(0);
        assertThat(ref.length()).isEqualTo(5);
        assertThat(ref.modified())
                .isEqualTo(Files.getLastModifiedTime(folder.resolve("1.jpg")).toMillis());
        assertThat(ref.path()).startsWith("file:/");
    }

    @Test
    void aMissingInputIsNamed() {
        assertThatThrownBy(() -> list("*", folder + "/nowhere"))
                .isInstanceOf(VitrineException.class)
                .hasMessage("Cannot list the input " + folder + "/nowhere: it does not exist. Check the path.");
    }

    @Test
    void anUnknownSchemeSaysWhatToAdd() {
        assertThatThrownBy(() -> list("*", "abc://bucket/x"))
                .isInstanceOf(VitrineException.class)
                .hasMessageContaining("no connector for this scheme");
    }

    private List<String> list(String include, String... inputs) {
        return new ImageLister(new Configuration(), include)
                .list(Arrays.asList(inputs), 1000).orElseThrow().stream()
                        .map(ref -> ref.path().substring(ref.path().indexOf(folder.toString())))
                        .map(path -> path.substring(folder.toString().length() + 1))
                        .toList();
    }

    private void write(String name) {
        try {
            Path file = folder.resolve(name);
            Files.createDirectories(file.getParent());
            Files.writeString(file, "image");
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
