package io.vitrine.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vitrine.ConfigurationException;
import io.vitrine.StorageException;
import java.io.IOException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class StoragePathsTest {
    @ParameterizedTest
    @CsvSource({
        "s3://bucket/a, s3a://bucket/a",
        "s3://bucket, s3a://bucket",
        "s3a://bucket/a, s3a://bucket/a",
        "hdfs://host/s3://x, hdfs://host/s3://x",
        "/data/s3, /data/s3",
        "photos, photos"
    })
    void s3IsTakenAsS3a(String location, String canonical) {
        assertThat(StoragePaths.canonical(location)).isEqualTo(canonical);
    }

    @ParameterizedTest
    @ValueSource(strings = {"s3a://bucket", "s3a://bucket/", "s3://bucket"})
    void aBucketIsItsRoot(String location) {
        assertThat(StoragePaths.parse(location)).isEqualTo(new Path("s3a://bucket/"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a:b"})
    void aLocationThatIsNotAPathIsAConfigurationFault(String location) {
        assertThatThrownBy(() -> StoragePaths.parse(location))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageStartingWith("'" + location + "' is not a path: ");
    }

    @Test
    void aQualifiedPathHasItsSchemeAndNoSlashAtItsEnd() {
        assertThat(StoragePaths.qualified("/data/photos//", new Configuration()))
                .isEqualTo("file:/data/photos");
    }

    @Test
    void aQualifiedPathWithoutConnectorNamesTheLocation() {
        assertThatThrownBy(() -> StoragePaths.qualified("gs://bucket/x", new Configuration()))
                .isInstanceOf(StorageException.class)
                .hasMessageStartingWith("Cannot reach gs://bucket/x: no connector for this scheme");
    }

    @Test
    void aConnectorWhoseClassIsMissingIsAnIoFault() {
        Configuration configuration = new Configuration();
        configuration.set("fs.lost.impl", "com.example.LostFileSystem");
        assertThatThrownBy(() -> StoragePaths.fileSystem(new Path("lost://bucket/x"), configuration))
                .isInstanceOf(IOException.class)
                .hasRootCauseInstanceOf(ClassNotFoundException.class);
    }
}
