package io.vitrine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class LocationSecretsTest {
    @ParameterizedTest
    @CsvSource({
        "s3a://KEY:SECRET@bucket/photos, s3a://***@bucket/photos",
        "s3://KEY:SEC/SE+CRET@bucket/photos, s3://***@bucket/photos",
        "S3A://KEY@bucket, S3A://***@bucket",
        "https://user:SECRET@host/a.jpg, https://***@host/a.jpg",
        "https://hf_SECRET@host/a.jpg, https://***@host/a.jpg",
        "hdfs://user:SECRET@name:8020/p, hdfs://***@name:8020/p",
        "abfss://c:SECRET@a.dfs.core.windows.net/p, abfss://***@a.dfs.core.windows.net/p",
        "wasbs://c@a.blob.core.windows.net/p?sv=1&sig=SECRET&se=2, wasbs://c@a.blob.core.windows.net/p?sv=1&sig=***&se=2",
        "https://b.s3.amazonaws.com/p?X-Amz-Signature=SECRET, https://b.s3.amazonaws.com/p?X-Amz-Signature=***"
    })
    void secretsAreMasked(String location, String masked) {
        assertThat(LocationSecrets.masked(location)).isEqualTo(masked);
        assertThat(LocationSecrets.isMasked(masked)).isTrue();
        assertThat(LocationSecrets.masked(masked)).as("masked twice").isEqualTo(masked);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "s3a://bucket/photos",
                "s3a://bucket/a:b@c.jpg",
                "abfss://container@account.dfs.core.windows.net/p",
                "hdfs://user@name:8020/p",
                "http://host:8080/a@b",
                "/data/user:name@home/p.jpg",
                "photos/a?b=c.jpg",
                "acme/vit-small@main",
                "Screenshot 10:11:12.jpg"
            })
    void otherLocationsStay(String location) {
        assertThat(LocationSecrets.requireNone("--input", location)).isEqualTo(location);
        assertThat(LocationSecrets.isMasked(location)).isFalse();
    }

    @Test
    void theRefusalNamesTheOptionAndNoSecret() {
        assertThatThrownBy(() -> LocationSecrets.requireNone("--output", "s3a://KEY:SECRET@bucket/features"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("--output holds credentials: s3a://***@bucket/features")
                .hasMessageNotContainingAny("KEY", "SECRET");
    }
}
