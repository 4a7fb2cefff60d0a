package io.vitrine.catalog;

import com.amazonaws.services.s3.AmazonS3;
import java.io.IOException;
import java.net.URI;
import org.apache.hadoop.fs.s3a.DefaultS3ClientFactory;

/**
 * Makes S3A's clients, which agree to pay for requests where {@value #SETTING} is set. Hadoop reads that setting from 3.3.5 on; this
 * class is for earlier versions.
 */
public final class RequesterPaysClientFactory extends DefaultS3ClientFactory {
    /** The setting of Hadoop; for one bucket {@code fs.s3a.bucket.NAME.requester.pays.enabled}. */
    public static final String SETTING = "fs.s3a.requester.pays.enabled";

    @Override
    public AmazonS3 createS3Client(URI uri, S3ClientCreationParameters parameters) throws IOException {
        return super.createS3Client(
                uri,
                getConf().getBoolean(SETTING, false)
                        ? parameters.withHeader("x-amz-request-payer", "requester")
                        : parameters);
    }
}
