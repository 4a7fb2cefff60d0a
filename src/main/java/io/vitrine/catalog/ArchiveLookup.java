package io.vitrine.catalog;

import io.vitrine.ImageRejectedException;
import io.vitrine.LocationSecrets;
import io.vitrine.RejectionReason;
import io.vitrine.archive.ArchiveContents;
import io.vitrine.archive.ArchiveFormat;
import io.vitrine.archive.ArchiveIndex;
import io.vitrine.archive.Flaw;
import io.vitrine.archive.PackedContents;
import java.io.EOFException;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;

/**
 * Finds what archives hold: from what an earlier run has kept, or by reading them.
 *
 * @param fields of the {@link ListingRules}
 * @param kept where to look first
 */
record ArchiveLookup(Configuration hadoop, List<String> fields, List<KeptContents> kept) {
    /**
     * How old an archive without a version tag has to be when it is read: file systems tell times in steps, FAT's are 2 s, so one
     * that is written again within a step has the same time and perhaps the same length.
     */
    private static final Duration NEW = Duration.ofSeconds(10);

    /**
     * What an archive holds. One that is damaged, missing or refused holds nothing, and has a flaw that says so.
     *
     * @param archive listed, or only its path
     * @param known what it held before, which is the answer if the archive has not changed
     * @throws io.vitrine.StorageException if a later attempt may have another answer
     */
    ListedArchive find(ImageRef archive, Optional<ListedArchive> known) {
        ImageRef listed = archive;
        try {
            if (!archive.isListed()) {
                requireNoCredentials(archive.path());
                ImageRef found =
                        ImageRef.of(ImageFile.of(archive.path(), hadoop).status());
                listed = new ImageRef(archive.path(), found.length(), found.modified(), found.etag());
            }
            return known.isPresent() && known.get().archive().equals(listed) ? known.get() : list(listed);
        } catch (ImageRejectedException e) {
            return refused(listed, e);
        } catch (IllegalArgumentException e) {
            return refused(
                    listed, new ImageRejectedException(RejectionReason.MISSING, "not a path: " + e.getMessage()));
        } catch (IOException e) {
            ImageRejectedException refusal =
                    refusal(listed, e).orElseThrow(() -> StorageErrors.of("list the members of", archive.path(), e));
            return refused(listed, refusal);
        }
    }

    private static void requireNoCredentials(String path) throws ImageRejectedException {
        if (LocationSecrets.isMasked(path)) {
            throw new ImageRejectedException(
                    RejectionReason.UNREADABLE,
                    "its location in the list holds credentials, which are not used. List it without them");
        }
    }

    private ListedArchive list(ImageRef archive) throws IOException {
        Optional<ListedArchive> known = kept.stream()
                .filter(store -> store.isWorthwhile(archive))
                .flatMap(store -> store.find(archive, hadoop).stream())
                .findFirst();
        return known.isPresent() ? known.get() : read(archive);
    }

    private ListedArchive read(ImageRef archive) throws IOException {
        boolean isNew = archive.etag() == null && System.currentTimeMillis() - archive.modified() < NEW.toMillis();
        ArchiveFormat format = ArchiveFormat.of(archive.path()).orElseThrow();
        ObjectStreams.Policy policy =
                format == ArchiveFormat.ZIP ? ObjectStreams.Policy.RANGES : ObjectStreams.Policy.WHOLE;
        ArchiveContents contents = ArchiveIndex.read(
                ObjectStreams.open(ImageFile.of(archive.path(), hadoop), archive, policy),
                format,
                archive.length(),
                name -> MemberNames.isField(name, fields));
        boolean isSettled = !isNew && contents.flaw().isEmpty() && isUnchanged(archive);
        return new ListedArchive(
                archive,
                PackedContents.of(contents),
                isSettled ? ListedArchive.Origin.ARCHIVE : ListedArchive.Origin.UNSETTLED);
    }

    /** A store with version tags has checked it itself. */
    private boolean isUnchanged(ImageRef archive) throws IOException {
        if (archive.etag() != null) {
            return true;
        }
        ImageFile file = ImageFile.of(archive.path(), hadoop);
        ImageRef found = ImageRef.of(file.fileSystem().getFileStatus(file.path()));
        return found.length() == archive.length() && found.modified() == archive.modified();
    }

    private Optional<ImageRejectedException> refusal(ImageRef archive, IOException e) {
        if (FolderWalk.isRefused(e)) {
            return ObjectRefusals.of(archive.path(), e)
                    .or(() -> Optional.of(new ImageRejectedException(RejectionReason.UNREADABLE, "access denied")));
        }
        try {
            return e instanceof EOFException
                    ? ObjectRefusals.shortened(ImageFile.of(archive.path(), hadoop), archive)
                    : ObjectRefusals.of(archive.path(), e);
        } catch (IOException unreachable) {
            return ObjectRefusals.of(archive.path(), unreachable);
        }
    }

    private static ListedArchive refused(ImageRef archive, ImageRejectedException refusal) {
        Flaw flaw = new Flaw(refusal.reason(), refusal.getMessage());
        ArchiveContents nothing = new ArchiveContents(List.of(), List.of(), List.of(), Optional.of(flaw));
        return new ListedArchive(archive, PackedContents.of(nothing), ListedArchive.Origin.UNSETTLED);
    }
}
