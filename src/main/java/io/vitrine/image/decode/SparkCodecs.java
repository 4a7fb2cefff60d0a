package io.vitrine.image.decode;

import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdException;
import io.vitrine.FileBytes;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import org.tukaani.xz.ArrayCache;
import org.tukaani.xz.BasicArrayCache;
import org.tukaani.xz.XZInputStream;

/** Decompresses with libraries that Spark brings. A class of its own: elsewhere they may be missing, and few files need them. */
final class SparkCodecs {
    /** Enough for xz's highest level, whose dictionary takes 64 MiB. */
    private static final int XZ_MEMORY_KIB = 70 << 10;

    /** Dictionaries are used again: each strip asks for one. */
    private static final ThreadLocal<ArrayCache> ARRAYS = ThreadLocal.withInitial(BasicArrayCache::new);

    private SparkCodecs() {}

    /** Fills {@code length} bytes of {@code out}. Returns whether the data suffice and are sound. */
    static boolean decodeZstd(FileBytes in, byte[] out, int length) {
        try (ZstdDecompressCtx context = new ZstdDecompressCtx()) {
            return context.decompressByteArray(out, 0, length, in.array(), in.offset(), in.length()) == length;
        } catch (ZstdException e) {
            return false;
        }
    }

    /** Fills {@code length} bytes of {@code out}. Returns whether the data suffice and are sound. */
    static boolean decodeXz(FileBytes in, byte[] out, int length) {
        ByteArrayInputStream data = new ByteArrayInputStream(in.array(), in.offset(), in.length());
        try (XZInputStream xz = new XZInputStream(data, XZ_MEMORY_KIB, true, ARRAYS.get())) {
            return xz.readNBytes(out, 0, length) == length;
        } catch (IOException e) {
            return false;
        }
    }
}
