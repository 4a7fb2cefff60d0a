package io.vitrine.image.decode;

import com.github.luben.zstd.RecyclingBufferPool;
import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdException;
import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import io.vitrine.FileBytes;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import org.tukaani.xz.ArrayCache;
import org.tukaani.xz.BasicArrayCache;
import org.tukaani.xz.XZInputStream;

/**
 * Decompresses with libraries that Spark brings. A class of its own: elsewhere they may be missing, and few files need them. One
 * instance decodes the strips of an image, one after the other: to set a decoder up takes longer than a small strip.
 */
final class SparkCodecs implements AutoCloseable {
    /** Enough for xz's highest level, whose dictionary takes 64 MiB. */
    private static final int XZ_MEMORY_KIB = 70 << 10;

    /** Dictionaries are used again: each strip asks for one. */
    private static final ThreadLocal<ArrayCache> ARRAYS = ThreadLocal.withInitial(BasicArrayCache::new);

    private ZstdDecompressCtx zstd; // with the first strip that needs it

    /** Fills {@code length} bytes of {@code out}. Returns whether the data suffice and are sound. */
    boolean decodeZstd(FileBytes in, byte[] out, int length) {
        if (zstd == null) {
            zstd = new ZstdDecompressCtx();
        }
        try {
            return zstd.decompressByteArray(out, 0, length, in.array(), in.offset(), in.length()) == length;
        } catch (ZstdException e) {
            return e.getErrorCode() == Zstd.errDstSizeTooSmall() && decodeStartOfZstd(in, out, length);
        }
    }

    /** The same, of data that hold more: what follows is ignored. */
    private static boolean decodeStartOfZstd(FileBytes in, byte[] out, int length) {
        ByteArrayInputStream data = new ByteArrayInputStream(in.array(), in.offset(), in.length());
        try (ZstdInputStreamNoFinalizer stream = new ZstdInputStreamNoFinalizer(data, RecyclingBufferPool.INSTANCE)) {
            return stream.readNBytes(out, 0, length) == length;
        } catch (IOException e) {
            return false;
        }
    }

    /** Fills {@code length} bytes of {@code out}. Returns whether the data suffice and are sound. */
    boolean decodeXz(FileBytes in, byte[] out, int length) {
        ByteArrayInputStream data = new ByteArrayInputStream(in.array(), in.offset(), in.length());
        try (XZInputStream xz = new XZInputStream(data, XZ_MEMORY_KIB, true, ARRAYS.get())) {
            return xz.readNBytes(out, 0, length) == length;
        } catch (IOException e) {
            return false;
        }
    }

    /** Frees native memory. */
    @Override
    public void close() {
        if (zstd != null) {
            zstd.close();
        }
    }
}
