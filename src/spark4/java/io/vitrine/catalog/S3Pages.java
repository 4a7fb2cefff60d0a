package io.vitrine.catalog;

import java.util.List;
import java.util.function.Consumer;
import org.apache.hadoop.fs.s3a.S3AFileSystem;
import org.apache.hadoop.fs.s3a.S3ListRequest;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CommonPrefix;
import software.amazon.awssdk.services.s3.model.EncodingType;
import software.amazon.awssdk.services.s3.model.ListObjectsRequest;
import software.amazon.awssdk.services.s3.model.ListObjectsResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.S3Object;

/**
 * The pages of a listing, asked for with S3A's own client: Hadoop 3.4 has version 2 of AWS' SDK. Keys are asked for in URL encoding,
 * and the SDK decodes them if the store says that it has encoded them.
 */
final class S3Pages {
    private final S3Client client;
    private final S3ListRequest request;
    private String next; // the token or the marker of the next page; null at first

    /** @param delimiter ends a prefix that stands for all keys below it; null to list all keys */
    S3Pages(S3AFileSystem fs, String prefix, String delimiter) {
        this.client = client(fs);
        this.request = fs.createListObjectsRequest(prefix, delimiter);
    }

    private static S3Client client(S3AFileSystem fs) {
        return fs.getS3AInternals().getAmazonS3Client("list keys as they are");
    }

    /** @throws LinkageError if S3A has another SDK */
    static void requireClient(S3AFileSystem fs) {
        client(fs);
    }

    /** An etag as S3A compares it with an answer's: with the quotes of the header. */
    static String etag(String withoutQuotes) {
        return withoutQuotes == null ? null : '"' + withoutQuotes + '"';
    }

    /** Reads the next page and returns whether it is the last. */
    boolean readNext(Consumer<S3Keys.Key> keys) {
        return request.isV1() ? readPageOfVersion1(request.getV1(), keys) : readPageOfVersion2(request.getV2(), keys);
    }

    private boolean readPageOfVersion1(ListObjectsRequest pages, Consumer<S3Keys.Key> keys) {
        ListObjectsResponse page = client.listObjects(
                pages.toBuilder().encodingType(EncodingType.URL).marker(next).build());
        pass(page.contents(), page.commonPrefixes(), keys);
        next = page.nextMarker() == null ? last(page) : page.nextMarker();
        return !Boolean.TRUE.equals(page.isTruncated());
    }

    /** What a page ends with: a store names the next one only where there is a delimiter. */
    private static String last(ListObjectsResponse page) {
        List<S3Object> objects = page.contents();
        return objects.isEmpty() ? null : objects.get(objects.size() - 1).key();
    }

    private boolean readPageOfVersion2(ListObjectsV2Request pages, Consumer<S3Keys.Key> keys) {
        ListObjectsV2Response page = client.listObjectsV2(pages.toBuilder()
                .encodingType(EncodingType.URL)
                .continuationToken(next)
                .build());
        pass(page.contents(), page.commonPrefixes(), keys);
        next = page.nextContinuationToken();
        return !Boolean.TRUE.equals(page.isTruncated());
    }

    private static void pass(List<S3Object> objects, List<CommonPrefix> prefixes, Consumer<S3Keys.Key> keys) {
        objects.forEach(object -> keys.accept(S3Keys.Key.ofObject(
                object.key(), object.size(), object.lastModified().toEpochMilli(), object.eTag())));
        prefixes.forEach(prefix -> keys.accept(S3Keys.Key.ofPrefix(prefix.prefix())));
    }
}
