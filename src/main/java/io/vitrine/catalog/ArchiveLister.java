package io.vitrine.catalog;

import io.vitrine.ImageRejectedException;
import io.vitrine.RejectionReason;
import io.vitrine.archive.ArchiveContents;
import io.vitrine.archive.ArchiveFormat;
import io.vitrine.archive.ArchiveIndex;
import io.vitrine.archive.Flaw;
import io.vitrine.archive.Member;
import java.io.EOFException;
import java.io.IOException;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Row;
import org.apache.spark.util.SerializableConfiguration;

/**
 * Lists the members of an archive, on the executor that calls it. An archive that is damaged or can't be read is an image itself,
 * whose row says why members are lost.
 */
final class ArchiveLister implements FlatMapFunction<ImageRef, Row> {
    private static final long serialVersionUID = 1;

    private final Broadcast<SerializableConfiguration> configuration;
    private final ListingRules rules;
    private final ListedOmissions omissions;

    ArchiveLister(Broadcast<SerializableConfiguration> configuration, ListingRules rules, ListedOmissions omissions) {
        this.configuration = configuration;
        this.rules = rules;
        this.omissions = omissions;
    }

    /** Rows of {@link ImageRefSchema}, then one column for each field. */
    @Override
    public Iterator<Row> call(ImageRef archive) {
        Omissions ofArchive = new Omissions();
        ArchiveContents contents = read(archive, configuration.value().value());
        Iterator<Row> rows = rows(archive, contents, ofArchive).iterator();
        omissions.add(Map.entry(archive.path(), ofArchive));
        return rows;
    }

    private ArchiveContents read(ImageRef archive, Configuration hadoop) {
        ArchiveFormat format = ArchiveFormat.of(archive.path()).orElseThrow();
        ObjectStreams.Policy policy =
                format == ArchiveFormat.ZIP ? ObjectStreams.Policy.RANGES : ObjectStreams.Policy.WHOLE;
        try {
            return ArchiveIndex.read(
                    ObjectStreams.open(ImageFile.of(archive.path(), hadoop), archive, policy),
                    format,
                    archive.length(),
                    name -> MemberNames.isField(name, rules.fields()));
        } catch (IOException e) {
            ImageRejectedException refusal = refusal(archive, hadoop, e)
                    .orElseThrow(() -> StorageErrors.of("list the members of", archive.path(), e));
            return refused(refusal.reason(), refusal.getMessage());
        }
    }

    private static Optional<ImageRejectedException> refusal(ImageRef archive, Configuration hadoop, IOException e) {
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

    private static ArchiveContents refused(RejectionReason reason, String message) {
        return new ArchiveContents(List.of(), List.of(), List.of(), Optional.of(new Flaw(reason, message)));
    }

    private List<Row> rows(ImageRef archive, ArchiveContents contents, Omissions omitted) {
        omitted.add(OmissionReason.REPLACED_MEMBER, contents.replaced().size(), examples(archive, contents.replaced()));
        omitted.add(OmissionReason.LINK_IN_ARCHIVE, contents.others().size(), examples(archive, contents.others()));
        Map<String, String> texts = new HashMap<>();
        contents.members().forEach(member -> member.text().ifPresent(text -> texts.put(member.name(), text)));
        MemberNames names = new MemberNames(rules.include());
        Stream<Row> members = contents.members().stream()
                .filter(member -> isImage(archive, member, names, omitted))
                .map(member -> ImageRefSchema.toRow(ref(archive, member), fields(member, texts)));
        Stream<Row> itself = contents.flaw().stream().map(flaw -> damaged(archive, flaw, omitted));
        return Stream.concat(members, itself).toList();
    }

    private static List<String> examples(ImageRef archive, List<String> names) {
        return names.stream()
                .limit(Omissions.EXAMPLES)
                .map(name -> ArchivePaths.of(archive.path(), name))
                .toList();
    }

    private static boolean isImage(ImageRef archive, Member member, MemberNames names, Omissions omitted) {
        Optional<OmissionReason> reason = names.omission(member.name());
        boolean included = names.isIncluded(member.name());
        if (reason.isPresent() && (included || reason.get() == OmissionReason.SIDECAR)) {
            omitted.add(reason.get(), ArchivePaths.of(archive.path(), member.name()));
        }
        return included && reason.isEmpty();
    }

    private static ImageRef ref(ImageRef archive, Member member) {
        ImageSource source = member.flaw()
                .<ImageSource>map(flaw -> new ImageSource.Unavailable(flaw.reason(), flaw.message()))
                .orElseGet(() -> new ImageSource.ArchiveMember(archive.path(), archive.length(), member.extent()));
        return new ImageRef(
                ArchivePaths.of(archive.path(), member.name()),
                member.length(),
                archive.modified(),
                archive.etag(),
                source);
    }

    private Row damaged(ImageRef archive, Flaw flaw, Omissions omitted) {
        omitted.add(OmissionReason.DAMAGED_ARCHIVE, archive.path());
        ImageSource source = new ImageSource.Unavailable(flaw.reason(), flaw.message());
        ImageRef ref = new ImageRef(archive.path(), archive.length(), archive.modified(), archive.etag(), source);
        return ImageRefSchema.toRow(ref, new Object[rules.fields().size()]);
    }

    private Object[] fields(Member member, Map<String, String> texts) {
        return rules.fields().stream()
                .map(field -> MemberNames.fieldNames(member.name(), field)
                        .map(texts::get)
                        .filter(Objects::nonNull)
                        .findFirst()
                        .orElse(null))
                .toArray();
    }
}
