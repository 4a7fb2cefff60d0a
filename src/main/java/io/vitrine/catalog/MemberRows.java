package io.vitrine.catalog;

import io.vitrine.archive.Flaw;
import io.vitrine.archive.Member;
import io.vitrine.archive.PackedContents;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Optional;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.Row;

/**
 * The images of a listed archive as rows of {@link ImageRefSchema}, then one column for each field, one row at a time. An archive
 * that is damaged or can't be read is an image itself, whose row says why members are lost.
 */
final class MemberRows implements FlatMapFunction<ListedArchive, Row> {
    private static final long serialVersionUID = 1;

    private final ListingRules rules;
    private final Choice choice;
    private final ListedOmissions omissions;

    /** Which members are images. */
    enum Choice {
        /** Those whose names may be those of images. */
        BY_NAME,
        /** All: who asks for members has their names. */
        ALL
    }

    MemberRows(ListingRules rules, Choice choice, ListedOmissions omissions) {
        this.rules = rules;
        this.choice = choice;
        this.omissions = omissions;
    }

    @Override
    public Iterator<Row> call(ListedArchive listed) {
        return new Rows(listed);
    }

    private final class Rows implements Iterator<Row> {
        private final ImageRef archive;
        private final Omissions omitted = new Omissions();
        private final MemberNames names = new MemberNames(rules.include());
        private final Map<String, String> texts;
        private final PackedContents.Reader members;
        private Optional<Flaw> flaw;
        private Optional<Row> next = Optional.empty();
        private boolean isCounted;

        Rows(ListedArchive listed) {
            this.archive = listed.archive();
            this.texts = rules.fields().isEmpty() ? Map.of() : texts(listed.contents());
            this.members = listed.contents().open();
            this.flaw = members.flaw();
            omit(OmissionReason.REPLACED_MEMBER, members.replaced());
            omit(OmissionReason.LINK_IN_ARCHIVE, members.others());
            flaw.ifPresent(found -> omitted.add(OmissionReason.DAMAGED_ARCHIVE, archive.path()));
        }

        private void omit(OmissionReason reason, PackedContents.Some some) {
            List<String> examples = some.examples().stream()
                    .map(name -> ArchivePaths.of(archive.path(), name))
                    .toList();
            omitted.add(reason, some.count(), examples);
        }

        @Override
        public boolean hasNext() {
            while (next.isEmpty() && members.hasNext()) {
                Member member = members.next();
                if (isImage(member)) {
                    next = Optional.of(ImageRefSchema.toRow(ref(archive, member), fields(member)));
                }
            }
            if (next.isEmpty() && flaw.isPresent()) {
                next = flaw.map(this::itself);
                flaw = Optional.empty();
            }
            if (next.isEmpty() && !isCounted) {
                omissions.add(Map.entry(archive.path(), omitted)); // at the end: Spark sends it while the task runs
                isCounted = true;
            }
            return next.isPresent();
        }

        @Override
        public Row next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            Row row = next.get();
            next = Optional.empty();
            return row;
        }

        private boolean isImage(Member member) {
            if (choice == Choice.ALL) {
                return true;
            }
            Optional<OmissionReason> reason = names.omission(member.name());
            boolean included = names.isIncluded(member.name());
            if (reason.isPresent() && (included || reason.get() == OmissionReason.SIDECAR)) {
                omitted.add(reason.get(), ArchivePaths.of(archive.path(), member.name()));
            }
            return included && reason.isEmpty();
        }

        private Row itself(Flaw found) {
            ImageSource source = new ImageSource.Unavailable(found.reason(), found.message());
            ImageRef ref = new ImageRef(archive.path(), archive.length(), archive.modified(), archive.etag(), source);
            return ImageRefSchema.toRow(ref, new Object[rules.fields().size()]);
        }

        private Object[] fields(Member member) {
            return rules.fields().stream()
                    .map(field -> MemberNames.fieldNames(member.name(), field)
                            .map(texts::get)
                            .filter(Objects::nonNull)
                            .findFirst()
                            .orElse(null))
                    .toArray();
        }
    }

    /** A member as an image. */
    static ImageRef ref(ImageRef archive, Member member) {
        ImageSource source = member.flaw()
                .<ImageSource>map(flaw -> new ImageSource.Unavailable(flaw.reason(), flaw.message()))
                .orElseGet(() -> new ImageSource.ArchiveMember(archive.path(), archive.length(), member.extent()));
        String path = ArchivePaths.of(archive.path(), member.name());
        return new ImageRef(path, member.length(), archive.modified(), archive.etag(), source);
    }

    private static Map<String, String> texts(PackedContents contents) {
        Map<String, String> texts = new HashMap<>();
        contents.open().forEachRemaining(member -> member.text().ifPresent(text -> texts.put(member.name(), text)));
        return texts;
    }
}
