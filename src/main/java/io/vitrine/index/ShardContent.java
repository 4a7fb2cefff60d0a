package io.vitrine.index;

import io.vitrine.vectors.PathVector;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * A sum over a shard's images that tells whether the shard is the same as before: the first 128 bits of SHA-256 over an image's path
 * and run, added up in any order. Path and run name a vector, because an output never changes a row.
 */
final class ShardContent implements Serializable {
    private static final long serialVersionUID = 1;

    private long vectors;
    private long high;
    private long low;

    ShardContent add(PathVector image) {
        ByteBuffer hash = ByteBuffer.wrap(hash(image));
        vectors++;
        high += hash.getLong();
        low += hash.getLong();
        return this;
    }

    private static byte[] hash(PathVector image) {
        try {
            MessageDigest sha = MessageDigest.getInstance("SHA-256");
            sha.update(image.path().getBytes(StandardCharsets.UTF_8));
            sha.update((byte) 0);
            return sha.digest(image.run().getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every JDK has it
        }
    }

    ShardContent add(ShardContent other) {
        vectors += other.vectors;
        high += other.high;
        low += other.low;
        return this;
    }

    long vectors() {
        return vectors;
    }

    /** The sum as text. */
    String text() {
        return HexFormat.of().toHexDigits(high) + HexFormat.of().toHexDigits(low) + "-" + vectors;
    }
}
