package io.vitrine.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.s3a.S3AFileSystem;
import org.junit.jupiter.api.Test;

final class FileTreeTest {
    @Test
    void anS3ConnectorWithAnotherSdkListsByItself() throws IOException {
        Configuration configuration = new Configuration(false);
        configuration.set("fs.s3a.impl", OtherSdk.class.getName());
        configuration.setBoolean("fs.s3a.impl.disable.cache", true);
        FileTree tree = FileTree.of("s3a://bucket/photos", configuration, new Omissions());
        assertThat(((TimedTree) tree).tree()).isInstanceOf(HadoopTree.class);
    }

    /** Lacks a method, as that of another Hadoop may, and needs no store. */
    public static final class OtherSdk extends S3AFileSystem {
        private URI name;

        @Override
        public void initialize(URI uri, Configuration configuration) {
            name = uri;
            setConf(configuration);
        }

        @Override
        public URI getUri() {
            return name;
        }

        @Override
        public boolean isCSEEnabled() {
            throw new NoSuchMethodError("isCSEEnabled");
        }

        @Override
        public void close() {
            // was never opened
        }
    }
}
