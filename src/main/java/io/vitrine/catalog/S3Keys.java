package io.vitrine.catalog;

import com.amazonaws.SdkClientException;
import com.amazonaws.services.s3.AmazonS3;
import com.amazonaws.services.s3.model.ListObjectsV2Request;
import com.amazonaws.services.s3.model.ListObjectsV2Result;
import com.amazonaws.services.s3.model.ObjectListing;
import com.amazonaws.services.s3.model.S3ObjectSummary;
import io.vitrine.StorageException;
import io.vitrine.StorageException.Outlook;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import org.apache.hadoop.fs.s3a.Invoker;
import org.apache.hadoop.fs.s3a.S3AFileSystem;
import org.apache.hadoop.fs.s3a.S3ARetryPolicy;
import org.apache.hadoop.fs.s3a.S3ListRequest;
import org.xml.sax.SAXParseException;

/**
 * The keys with a prefix, as they are: page after page of a listing in URL encoding, because XML can't hold control characters.
 * Requests are made, retried and explained as S3A does.
 */
final class S3Keys extends PullIterator<S3Keys.Key> {
    /**
     * A key.
     *
     * @param name an object's key, or a prefix up to the delimiter
     * @param object empty for a prefix
     */
    record Key(String name, Optional<S3ObjectSummary> object) {}

    private static final String URL = "url";

    private final AmazonS3 client;
    private final Invoker invoker;
    private final String place;
    private final S3ListRequest request;
    private final Deque<Key> page = new ArrayDeque<>();
    private Optional<ObjectListing> lastListing = Optional.empty();
    private boolean isEncoded = true;
    private boolean isLastPage;

    /** @param delimiter ends a prefix that stands for all keys below it; null to list all keys */
    S3Keys(S3AFileSystem fs, AmazonS3 client, String prefix, String delimiter) {
        this.client = client;
        this.invoker = new Invoker(new S3ARetryPolicy(fs.getConf()), Invoker.LOG_EVENT);
        this.place = "s3a://" + fs.getUri().getAuthority() + "/" + prefix;
        this.request = fs.createListObjectsRequest(prefix, delimiter);
    }

    @Override
    Optional<Key> pull() throws IOException {
        while (page.isEmpty() && !isLastPage) {
            invoker.retry("list", place, true, this::readPage);
        }
        return Optional.ofNullable(page.poll());
    }

    private void readPage() {
        try {
            if (request.isV1()) {
                readPageOfVersion1();
            } else {
                readPageOfVersion2(request.getV2());
            }
        } catch (SdkClientException e) {
            if (isNotXml(e)) { // no later attempt has another answer
                throw new StorageException(
                        Outlook.PERMANENT,
                        "Cannot list the input " + place + ": a key there has a control character, and the store"
                                + " ignores the request to encode keys (encoding-type=url), so its listing is not XML."
                                + " Rename the key, or give the paths with --input-list.",
                        e);
            }
            throw e;
        }
    }

    private static boolean isNotXml(Throwable e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof SAXParseException
                    && String.valueOf(cause.getMessage()).contains("character")) {
                return true;
            }
        }
        return false;
    }

    /** The SDK asks for encoded keys, and decodes them. */
    private void readPageOfVersion1() {
        ObjectListing listing = lastListing.isPresent()
                ? client.listNextBatchOfObjects(lastListing.get())
                : client.listObjects(request.getV1());
        listing.getObjectSummaries().forEach(object -> page.add(new Key(object.getKey(), Optional.of(object))));
        listing.getCommonPrefixes().forEach(prefix -> page.add(new Key(prefix, Optional.empty())));
        lastListing = Optional.of(listing);
        isLastPage = !listing.isTruncated();
    }

    /** The SDK decodes keys where they were asked for in encoding, even if the store has ignored that; then they are asked for again. */
    private void readPageOfVersion2(ListObjectsV2Request pages) {
        ListObjectsV2Result result = client.listObjectsV2(pages.withEncodingType(isEncoded ? URL : null));
        if (isEncoded && !URL.equals(result.getEncodingType())) {
            isEncoded = false;
            result = client.listObjectsV2(pages.withEncodingType(null));
        }
        result.getObjectSummaries().forEach(object -> page.add(new Key(object.getKey(), Optional.of(object))));
        result.getCommonPrefixes().forEach(prefix -> page.add(new Key(prefix, Optional.empty())));
        pages.setContinuationToken(result.getNextContinuationToken());
        isLastPage = !result.isTruncated();
    }
}
