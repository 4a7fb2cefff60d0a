package io.vitrine.fetch;

import io.vitrine.ImageRejectedException;
import io.vitrine.archive.Extent;
import io.vitrine.archive.ZipMember;
import io.vitrine.catalog.ImageRef;
import io.vitrine.catalog.ImageSource;
import java.util.Optional;

/**
 * Reads members of archives, many in one request: those that follow each other in one archive. Safe between threads, but for {@link
 * #share}, which is called in the order of the images.
 */
final class ArchiveReader implements AutoCloseable {
    /** What a member may have besides its bytes: the headers of a zip, and deflate's own. */
    private static final int MAX_EXTRA_BYTES = 1 << 20;

    private final ObjectReader objects;
    private final long maxBytes;
    private Optional<UnpackedArchive> unpacked = Optional.empty();

    /** @param maxBytes limit on a member's length */
    ArchiveReader(ObjectReader objects, long maxBytes) {
        this.objects = objects;
        this.maxBytes = maxBytes;
    }

    /** A read that begins with {@code ref}; empty if it is {@linkplain #refusal refused}. */
    Optional<SharedRead> share(ImageRef ref, ImageSource.ArchiveMember member, long limit) {
        if (check(ref, member).isPresent()) {
            return Optional.empty();
        }
        Segment segment = new Segment(ref, member, limit, this::isReadable);
        if (member.extent().packing() != Extent.Packing.GZIP_STREAM) {
            return Optional.of(new RangeRead(segment, objects));
        }
        return Optional.of(new UnpackedRead(segment, unpacked(segment.object())));
    }

    private UnpackedArchive unpacked(ImageRef archive) {
        if (unpacked.isEmpty() || !unpacked.get().archive().equals(archive)) {
            unpacked.ifPresent(UnpackedArchive::retire);
            unpacked = Optional.of(new UnpackedArchive(archive, objects));
        }
        return unpacked.get();
    }

    private boolean isReadable(ImageRef ref) {
        return ref.source() instanceof ImageSource.ArchiveMember member
                && check(ref, member).isEmpty();
    }

    /** Why a member is not read. */
    ImageRejectedException refusal(ImageRef ref, ImageSource.ArchiveMember member) {
        return check(ref, member).orElseThrow();
    }

    private Optional<ImageRejectedException> check(ImageRef ref, ImageSource.ArchiveMember member) {
        if (ref.length() > maxBytes) {
            return Optional.of(ImageRejectedException.tooManyBytes(ref.length() + " bytes", maxBytes));
        }
        if (member.extent().span() > Math.min(Integer.MAX_VALUE - 8, maxBytes + MAX_EXTRA_BYTES)) {
            return Optional.of(
                    ImageRejectedException.tooManyBytes(member.extent().span() + " packed bytes", maxBytes));
        }
        try {
            ZipMember.requirePossible(member.extent(), ref.length());
            return Optional.empty();
        } catch (ImageRejectedException e) {
            return Optional.of(e);
        }
    }

    @Override
    public void close() {
        unpacked.ifPresent(UnpackedArchive::close);
    }
}
