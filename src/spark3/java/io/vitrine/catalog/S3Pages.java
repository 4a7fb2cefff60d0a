package io.vitrine.catalog;

import com.amazonaws.services.s3.AmazonS3;
import com.amazonaws.services.s3.model.ListObjectsRequest;
import com.amazonaws.services.s3.model.ListObjectsV2Request;
import com.amazonaws.services.s3.model.ListObjectsV2Result;
import com.amazonaws.services.s3.model.ObjectListing;
import com.amazonaws.services.s3.model.S3ObjectSummary;
import com.amazonaws.util.SdkHttpUtils;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.apache.hadoop.fs.s3a.S3AFileSystem;
import org.apache.hadoop.fs.s3a.S3ListRequest;

/** The pages of a listing, asked for with S3A's own client: Hadoop 3.3 has version 1 of AWS' SDK. */
final class S3Pages {
    private static final String URL = "url";

    private final AmazonS3 client;
    private final S3ListRequest request;
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

    /** Where the request names an encoding itself, the SDK decodes nothing. */
    private Optional<String> readVersion1(ListObjectsRequest pages, String after, Consumer<S3Keys.Key> keys) {
        ObjectListing page = client.listObjects(pages.withEncodingType(URL).withMarker(after));
        UnaryOperator<String> decode = decoder(page);
        List<S3Keys.Key> found = new ArrayList<>();
        pass(page.getObjectSummaries(), page.getCommonPrefixes(), decode, found::add);
        found.forEach(keys);
        return page.isTruncated() ? Optional.of(S3Keys.nextMarker(named(page), found)) : Optional.empty();
    }

    private static UnaryOperator<String> decoder(ObjectListing page) {
        return URL.equals(page.getEncodingType()) ? SdkHttpUtils::urlDecode : UnaryOperator.identity();
    }

    /** Where the store names nothing, the SDK says the last object, which may come before the last prefix. */
    private static String named(ObjectListing page) {
        List<S3ObjectSummary> objects = page.getObjectSummaries();
        String marker = page.getNextMarker();
        boolean isGuess =
                !objects.isEmpty() && objects.get(objects.size() - 1).getKey().equals(marker);
        return marker == null || isGuess ? null : decoder(page).apply(marker);
    }

    /** The SDK decodes keys where they were asked for in encoding, even if the store has ignored that; then they are asked for again. */
    private Optional<String> readVersion2(ListObjectsV2Request pages, String after, Consumer<S3Keys.Key> keys) {
        pages.setContinuationToken(after);
        ListObjectsV2Result page = client.listObjectsV2(pages.withEncodingType(isEncoded ? URL : null));
        if (isEncoded && !URL.equals(page.getEncodingType())) {
            isEncoded = false;
            page = client.listObjectsV2(pages.withEncodingType(null));
        }
        pass(page.getObjectSummaries(), page.getCommonPrefixes(), UnaryOperator.identity(), keys);
        return page.isTruncated()
                ? Optional.of(Objects.requireNonNullElse(page.getNextContinuationToken(), ""))
                : Optional.empty();
    }

    @SuppressWarnings("JavaUtilDate") // the SDK's
    private static void pass(
            List<S3ObjectSummary> objects,
            List<String> prefixes,
            UnaryOperator<String> decode,
            Consumer<S3Keys.Key> keys) {
        objects.forEach(object -> keys.accept(S3Keys.Key.ofObject(
                decode.apply(object.getKey()),
                object.getSize(),
                object.getLastModified().toInstant().toEpochMilli(),
                object.getETag())));
        prefixes.forEach(prefix -> keys.accept(S3Keys.Key.ofPrefix(decode.apply(prefix))));
    }
}
