package io.vitrine.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vitrine.StorageException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class CanonicalPathsTest {
    private static String local(String path) {
        return CanonicalPaths.of(new Configuration(), "/lists").of(path);
    }

    private static String onHdfs(String path) {
        Configuration configuration = new Configuration();
        configuration.set("fs.defaultFS", "hdfs://name:8020/");
        return CanonicalPaths.of(configuration, "/lists").of(path);
    }

    @ParameterizedTest
    @CsvSource({
        "s3://KEY:SEC/RET@photos/1.jpg, s3a://***@photos/1.jpg",
        "wasbs://c@a/p.jpg?sv=1&sig=SECRET, wasbs://c@a/p.jpg?sv=1&sig=***",
        "s3a://photos/a:b@2.jpg, s3a://photos/a:b@2.jpg"
    })
    void credentialsInAPathAreMasked(String path, String canonical) {
        assertThat(local(path)).isEqualTo(canonical);
    }

    @ParameterizedTest
    @CsvSource({
        "/x, file:/x",
        "file:/x, file:/x",
        "file:///x, file:/x",
        "file://localhost/x, file:/x",
        "FILE:/x, file:/x",
        "/a//b/./c/../d/, file:/a/b/d",
        "/../x, file:/../x",
        "/, file:/",
        "/a/%20 b#c?d.jpg, file:/a/%20 b#c?d.jpg",
        "1.jpg, file:/lists/1.jpg",
        "./a/1.jpg, file:/lists/a/1.jpg",
        "../1.jpg, file:/1.jpg",
        "Screenshot 10:11:12.jpg, file:/lists/Screenshot 10:11:12.jpg",
        "/a/Screenshot 10:11:12.jpg, file:/a/Screenshot 10:11:12.jpg",
        "a:b.jpg, file:/lists/a:b.jpg",
        "HTTP://host/a.jpg, http://host/a.jpg",
        "https://host/a.zip#b?c, https://host/a.zip",
        "https://host/a.zip#https://user:secret@host, https://host/a.zip"
    })
    void localPathsHaveOneForm(String path, String canonical) {
        assertThat(local(path)).isEqualTo(canonical);
    }

    @ParameterizedTest
    @CsvSource({
        "/x, hdfs://name:8020/x",
        "hdfs:///x, hdfs://name:8020/x",
        "hdfs:/x, hdfs:/x",
        "hdfs://name:8020//x/, hdfs://name:8020/x",
        "file:///x, file:/x",
        "1.jpg, hdfs://name:8020/lists/1.jpg"
    })
    void pathsWithoutSchemeAreOfTheDefaultFileSystem(String path, String canonical) {
        assertThat(onHdfs(path)).isEqualTo(canonical);
    }

    @Test
    void relativePathsStartInTheWorkingFolderOfTheDefaultFileSystem() {
        Configuration configuration = new Configuration();
        assertThat(CanonicalPaths.ofWorkingFolder(configuration).of("photos"))
                .isEqualTo("file:" + java.nio.file.Path.of("photos").toAbsolutePath());
        configuration.set("fs.synthetic.impl", SyntheticFileSystem.class.getName());
        configuration.set("fs.defaultFS", "synthetic://n10");
        assertThat(CanonicalPaths.ofWorkingFolder(configuration).of("photos")).isEqualTo("synthetic://n10/photos");
        assertThat(StoragePaths.qualified("features/", configuration)).isEqualTo("synthetic://n10/features");
    }

    @Test
    void aDefaultFileSystemThatCannotBeReachedIsNamed() {
        Configuration configuration = new Configuration();
        configuration.set("fs.defaultFS", "abc://bucket");
        assertThatThrownBy(() -> CanonicalPaths.ofWorkingFolder(configuration))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("Cannot reach the default file system abc://bucket: ");
    }

    @ParameterizedTest
    @CsvSource({
        "s3://bucket/a/1.jpg, s3a://bucket/a/1.jpg",
        "S3N://bucket/a/1.jpg, s3a://bucket/a/1.jpg",
        "s3a://bucket/a//b/../1.jpg, s3a://bucket/a//b/../1.jpg",
        "s3a://bucket//lead.jpg, s3a://bucket//lead.jpg",
        "s3a://bucket/a/, s3a://bucket/a/",
        "s3://bucket, s3a://bucket/",
        "s3://, s3a://"
    })
    void keysOfS3StayAsTheyAre(String path, String canonical) {
        assertThat(local(path)).isEqualTo(canonical);
    }

    @ParameterizedTest
    @CsvSource({"/a//b/./c/../d/", "/a b/ü#x?y%20.jpg", "/../x", "/a/.hidden/..x", "/a/.../x"})
    void aPathHasTheFormThatHadoopGivesIt(String path) {
        assertThat(local(path)).isEqualTo("file:" + new Path(path));
    }

    @Test
    void relativePathsOfAListOnS3AreKeysBelowItsFolder() {
        assertThat(CanonicalPaths.of(new Configuration(), "s3://bucket/lists/").of("a//1.jpg"))
                .isEqualTo("s3a://bucket/lists/a//1.jpg");
    }
}
