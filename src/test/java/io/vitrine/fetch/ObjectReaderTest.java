package io.vitrine.fetch;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vitrine.ImageRejectedException;
import io.vitrine.catalog.ImageRef;
import java.time.Duration;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ObjectReaderTest {
    private static final ReadLimits LIMITS = new ReadLimits(Duration.ofMinutes(1), 1024);

    @ParameterizedTest
    @ValueSource(strings = {"s3a://***@photos/1.jpg", "wasbs://c@a/p.jpg?sv=1&sig=***"})
    void aRowWhoseCredentialsWereMaskedIsUnreadable(String path) {
        ObjectReader reader = new ObjectReader(new Configuration(), 1000, LIMITS);
        assertThatThrownBy(() -> reader.stat(ImageRef.unlisted(path), new ObjectRead(ImageRef.unlisted(path), LIMITS)))
                .isInstanceOf(ImageRejectedException.class)
                .hasMessageContaining("its location in the list holds credentials");
    }
}
