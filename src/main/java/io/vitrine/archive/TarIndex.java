package io.vitrine.archive;

import io.vitrine.RejectionReason;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.Predicate;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/** Finds the members of a tar by reading its headers, in one pass. */
final class TarIndex {
    /** How much larger than itself a compressed tar may be. Pictures are compressed already. */
    private static final long MAX_RATIO = 200;

    private static final long SMALL_BYTES = 1L << 30;

    private final Extent.Packing packing;
    private final StorageInput file;
    private final ArchiveFormat format;
    private final long fileLength;
    private TarInput in;
    private final long length;
    private final Predicate<String> texts;
    private final ContentsBuilder contents = new ContentsBuilder();
    private boolean hasEnd;

    /**
     * @param archive at its beginning
     * @param length of the archive's file
     * @param texts names of members whose content is wanted
     */
    TarIndex(InputStream archive, ArchiveFormat format, long length, Predicate<String> texts) {
        boolean isPlain = format == ArchiveFormat.TAR;
        this.file = new StorageInput(archive);
        this.format = format;
        this.fileLength = length;
        this.packing = isPlain ? Extent.Packing.PLAIN : Extent.Packing.GZIP_STREAM;
        this.length = isPlain ? length : Long.MAX_VALUE;
        this.texts = texts;
    }

    /** @throws IOException if the storage fails; a damaged archive is no error */
    ArchiveContents read() throws IOException {
        try {
            in = format == ArchiveFormat.TAR
                    ? new TarInput(file, Long.MAX_VALUE)
                    : new TarInput(UnpackedStream.unpack(file), SMALL_BYTES + MAX_RATIO * fileLength);
        } catch (UncheckedIOException e) { // of the storage
            throw e.getCause();
        } catch (IOException e) {
            return contents.build(Optional.of(new Flaw(RejectionReason.CORRUPT, "not compressed with gzip")));
        }
        return readMembers();
    }

    /** Notes the block of zeros that every tar ends with. To the parser the end of the file is as good. */
    private final class Headers extends TarArchiveInputStream {
        Headers(InputStream in) {
            super(in, StandardCharsets.UTF_8.name());
        }

        @Override
        protected boolean isEOFRecord(byte[] block) {
            boolean isEnd = super.isEOFRecord(block);
            hasEnd |= isEnd && block != null;
            return isEnd;
        }
    }

    private Flaw endless() {
        return new Flaw(
                RejectionReason.TRUNCATED,
                "the archive ends at byte " + in.position()
                        + " without a tar's block of zeros, so members may be lost");
    }

    private ArchiveContents readMembers() throws IOException {
        try (TarArchiveInputStream tar = new Headers(in)) {
            while (true) {
                in.allow(0);
                Optional<Flaw> flaw = readMember(tar);
                if (flaw.isPresent()) {
                    return contents.build(flaw);
                }
                if (tar.getCurrentEntry() == null) {
                    return contents.build(hasEnd ? Optional.empty() : Optional.of(endless()));
                }
            }
        }
    }

    private Optional<Flaw> readMember(TarArchiveInputStream tar) throws IOException {
        try {
            TarArchiveEntry entry = tar.getNextTarEntry();
            return entry == null ? Optional.empty() : add(entry, tar);
        } catch (TarInput.LimitException e) {
            return Optional.of(new Flaw(RejectionReason.TOO_LARGE, message(e)));
        } catch (EOFException e) {
            return Optional.of(new Flaw(RejectionReason.TRUNCATED, "the archive ends at byte " + in.position()));
        } catch (UncheckedIOException e) { // of the storage
            throw e.getCause();
        } catch (IOException | RuntimeException e) { // of the parser
            return Optional.of(new Flaw(RejectionReason.CORRUPT, message(e)));
        }
    }

    private String message(Exception e) {
        return "damaged at byte " + in.position() + ", so that members behind it are lost: " + e.getMessage();
    }

    private Optional<Flaw> add(TarArchiveEntry entry, TarArchiveInputStream tar) throws IOException {
        long offset = in.position();
        if (!entry.isCheckSumOK() || entry.getSize() < 0) {
            return Optional.of(new Flaw(
                    RejectionReason.CORRUPT,
                    "the header before byte " + offset + " is damaged, so that members behind it are lost"));
        }
        String name = Member.clean(entry.getName());
        if (entry.isDirectory()) {
            return Optional.empty();
        }
        if (entry.isSymbolicLink()
                || entry.isLink()
                || entry.isBlockDevice()
                || entry.isCharacterDevice()
                || entry.isFIFO()) {
            return contents.addOther(name);
        }
        Optional<Flaw> flaw = entry.isSparse()
                ? Optional.of(new Flaw(RejectionReason.UNSUPPORTED, "a sparse member of a tar"))
                : Optional.empty();
        Optional<String> text = flaw.isEmpty() && texts.test(name) && entry.getSize() <= Member.MAX_TEXT_BYTES
                ? Optional.of(text(tar, entry.getSize()))
                : Optional.empty();
        Extent extent = new Extent(packing, offset, entry.getSize(), entry.getSize(), -1);
        if (length - offset < entry.getSize()) { // the next header would be beyond the end
            String end = "the archive ends at byte " + length + ", inside " + name;
            contents.add(new Member(
                    name, entry.getSize(), extent, Optional.of(new Flaw(RejectionReason.TRUNCATED, end)), text));
            return Optional.of(new Flaw(RejectionReason.TRUNCATED, end));
        }
        return contents.add(new Member(name, entry.getSize(), extent, flaw, text));
    }

    private String text(TarArchiveInputStream tar, long size) throws IOException {
        in.allow(size);
        return new String(tar.readNBytes((int) size), StandardCharsets.UTF_8);
    }
}
