package io.vitrine.catalog;

import com.amazonaws.services.s3.AmazonS3;
import com.amazonaws.services.s3.model.ListObjectsV2Request;
import com.amazonaws.services.s3.model.ListObjectsV2Result;
import com.amazonaws.services.s3.model.ObjectListing;
import com.amazonaws.services.s3.model.S3ObjectSummary;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.hadoop.fs.s3a.S3AFileSystem;
import org.apache.hadoop.fs.s3a.S3ListRequest;

/** The pages of a listing, asked for with S3A's own client: Hadoop 3.3 has version 1 of AWS' SDK. */
final class S3Pages {
    private static final String URL = "url";

    private final AmazonS3 client;
    private final S3ListRequest request;
    private Optional<ObjectListing> lastListing = Optional.empty();
    private boolean isEncoded = true;

    /** @param delimiter ends a prefix that stands for all keys below it; null to list all keys */
    S3Pages(S3AFileSystem fs, String prefix, String delimiter) {
        this.client = client(fs);
        this.request = fs.createListObjectsRequest(prefix, delimiter);
    }

    private static AmazonS3 client(S3AFileSystem fs) {
        return fs.getAmazonS3ClientForTesting("list keys as they are");
    }

    /** @throws LinkageError if S3A has another SDK */
    static void requireClient(S3AFileSystem fs) {
        client(fs);
    }

    /** An etag as S3A compares it with an answer's. */
    static String etag(String withoutQuotes) {
        return withoutQuotes;
    }

    /** Reads the next page and returns whether it is the last. */
    boolean readNext(Consumer<S3Keys.Key> keys) {
        return request.isV1() ? readPageOfVersion1(keys) : readPageOfVersion2(request.getV2(), keys);
    }

    /** The SDK asks for encoded keys, and decodes them. */
    private boolean readPageOfVersion1(Consumer<S3Keys.Key> keys) {
        ObjectListing listing = lastListing.isPresent()
                ? client.listNextBatchOfObjects(lastListing.get())
                : client.listObjects(request.getV1());
        pass(listing.getObjectSummaries(), listing.getCommonPrefixes(), keys);
        lastListing = Optional.of(listing);
        return !listing.isTruncated();
    }

    /** The SDK decodes keys where they were asked for in encoding, even if the store has ignored that; then they are asked for again. */
    private boolean readPageOfVersion2(ListObjectsV2Request pages, Consumer<S3Keys.Key> keys) {
        ListObjectsV2Result result = client.listObjectsV2(pages.withEncodingType(isEncoded ? URL : null));
        if (isEncoded && !URL.equals(result.getEncodingType())) {
            isEncoded = false;
            result = client.listObjectsV2(pages.withEncodingType(null));
        }
        pass(result.getObjectSummaries(), result.getCommonPrefixes(), keys);
        pages.setContinuationToken(result.getNextContinuationToken());
        return !result.isTruncated();
    }

    @SuppressWarnings("JavaUtilDate") // the SDK's
    private static void pass(List<S3ObjectSummary> objects, List<String> prefixes, Consumer<S3Keys.Key> keys) {
        objects.forEach(object -> keys.accept(S3Keys.Key.ofObject(
                object.getKey(),
                object.getSize(),
                object.getLastModified().toInstant().toEpochMilli(),
                object.getETag())));
        prefixes.forEach(prefix -> keys.accept(S3Keys.Key.ofPrefix(prefix)));
    }
}
