package io.vitrine.catalog;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
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

    /**
     * Reads the page that starts after another.
     *
     * @param after what the page before has returned; empty for the first page
     * @return where the next page starts, empty text if the store does not say it; nothing after the last page
     */
    Optional<String> read(String after, Consumer<S3Keys.Key> keys) {
        String start = after.isEmpty() ? null : after;
        return request.isV1() ? readVersion1(request.getV1(), start, keys) : readVersion2(request.getV2(), start, keys);
    }

    private Optional<String> readVersion1(ListObjectsRequest pages, String after, Consumer<S3Keys.Key> keys) {
        ListObjectsResponse page = client.listObjects(
                pages.toBuilder().encodingType(EncodingType.URL).marker(after).build());
        List<S3Keys.Key> found = new ArrayList<>();
        pass(page.contents(), page.commonPrefixes(), found::add);
        found.forEach(keys);
        return isTruncated(page.isTruncated())
                ? Optional.of(S3Keys.nextMarker(page.nextMarker(), found))
                : Optional.empty();
    }

    private Optional<String> readVersion2(ListObjectsV2Request pages, String after, Consumer<S3Keys.Key> keys) {
        ListObjectsV2Response page = client.listObjectsV2(pages.toBuilder()
                .encodingType(EncodingType.URL)
                .continuationToken(after)
                .build());
        pass(page.contents(), page.commonPrefixes(), keys);
        return isTruncated(page.isTruncated())
                ? Optional.of(Objects.requireNonNullElse(page.nextContinuationToken(), ""))
                : Optional.empty();
    }

    /** @param said null where the store does not say it */
    private static boolean isTruncated(Boolean said) {
        return Boolean.TRUE.equals(said);
    }

    private static void pass(List<S3Object> objects, List<CommonPrefix> prefixes, Consumer<S3Keys.Key> keys) {
        objects.forEach(object -> keys.accept(S3Keys.Key.ofObject(
                object.key(), object.size(), object.lastModified().toEpochMilli(), object.eTag())));
        prefixes.forEach(prefix -> keys.accept(S3Keys.Key.ofPrefix(prefix.prefix())));
    }
}
