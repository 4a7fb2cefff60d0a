package io.vitrine.archive;

import io.vitrine.RejectionReason;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.InflaterInputStream;

/** What an archive holds, as deflated bytes: some tens per member, from which the members are read one by one. Immutable. */
public final class PackedContents implements Serializable {
    private static final long serialVersionUID = 1;
    private static final int EXAMPLES = 3;
    private static final int BUFFER_BYTES = 8 << 10;

    private final byte[] bytes;

    /** @param bytes as {@link #bytes()} gave them; not copied */
    public PackedContents(byte[] bytes) {
        this.bytes = bytes;
    }

    /** Packs {@code contents}. Besides them, it needs memory for twice the packed bytes. */
    public static PackedContents of(ArchiveContents contents) {
        ByteBlocks blocks = new ByteBlocks();
        Deflater deflater = new Deflater(Deflater.BEST_SPEED);
        try (DataOutputStream out = new DataOutputStream(
                new BufferedOutputStream(new DeflaterOutputStream(blocks, deflater, ByteBlocks.BYTES), BUFFER_BYTES))) {
            writeSome(out, contents.replaced());
            writeSome(out, contents.others());
            write(out, contents.flaw());
            out.writeInt(contents.members().size());
            for (Member member : contents.members()) {
                write(out, member);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            deflater.end();
        }
        return new PackedContents(blocks.toArray());
    }

    /** For {@link #PackedContents}; not copied. */
    public byte[] bytes() {
        return bytes;
    }

    /** Reads it from its beginning. */
    public Reader open() {
        return new Reader(new DataInputStream(
                new BufferedInputStream(new InflaterInputStream(new ByteArrayInputStream(bytes)), BUFFER_BYTES)));
    }

    /**
     * How many names there are, and the first few.
     *
     * @param examples at most three
     */
    public record Some(int count, List<String> examples) {}

    /** The members, in the order of their bytes, after what else there is. Used by one thread. */
    public static final class Reader implements Iterator<Member> {
        private final DataInputStream in;
        private final Some replaced;
        private final Some others;
        private final Optional<Flaw> flaw;
        private int left;

        private Reader(DataInputStream in) {
            this.in = in;
            try {
                this.replaced = readSome(in);
                this.others = readSome(in);
                this.flaw = readFlaw(in);
                this.left = in.readInt();
                closeAtEnd();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        /** Lets the inflater's memory go, which is outside the heap. */
        private void closeAtEnd() throws IOException {
            if (left == 0) {
                in.close();
            }
        }

        /** As {@link ArchiveContents#replaced}. */
        public Some replaced() {
            return replaced;
        }

        /** As {@link ArchiveContents#others}. */
        public Some others() {
            return others;
        }

        /** As {@link ArchiveContents#flaw}. */
        public Optional<Flaw> flaw() {
            return flaw;
        }

        @Override
        public boolean hasNext() {
            return left > 0;
        }

        @Override
        public Member next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            left--;
            try {
                Member member = readMember(in);
                closeAtEnd();
                return member;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private static void writeSome(DataOutputStream out, List<String> names) throws IOException {
        out.writeInt(names.size());
        for (String name : names.subList(0, Math.min(EXAMPLES, names.size()))) {
            write(out, name);
        }
    }

    private static Some readSome(DataInputStream in) throws IOException {
        int count = in.readInt();
        List<String> examples = new ArrayList<>();
        while (examples.size() < Math.min(EXAMPLES, count)) {
            examples.add(readText(in));
        }
        return new Some(count, examples);
    }

    private static void write(DataOutputStream out, Member member) throws IOException {
        write(out, member.name());
        out.writeLong(member.length());
        Extent extent = member.extent();
        write(out, extent.packing().name());
        out.writeLong(extent.offset());
        out.writeLong(extent.span());
        out.writeLong(extent.packed());
        out.writeLong(extent.crc());
        write(out, member.flaw());
        out.writeBoolean(member.text().isPresent());
        if (member.text().isPresent()) {
            write(out, member.text().get());
        }
    }

    private static Member readMember(DataInputStream in) throws IOException {
        return new Member(
                readText(in),
                in.readLong(),
                new Extent(
                        Extent.Packing.valueOf(readText(in)),
                        in.readLong(),
                        in.readLong(),
                        in.readLong(),
                        in.readLong()),
                readFlaw(in),
                in.readBoolean() ? Optional.of(readText(in)) : Optional.empty());
    }

    private static void write(DataOutputStream out, Optional<Flaw> flaw) throws IOException {
        out.writeBoolean(flaw.isPresent());
        if (flaw.isPresent()) {
            write(out, flaw.get().reason().name());
            write(out, flaw.get().message());
        }
    }

    private static Optional<Flaw> readFlaw(DataInputStream in) throws IOException {
        return in.readBoolean()
                ? Optional.of(new Flaw(RejectionReason.valueOf(readText(in)), readText(in)))
                : Optional.empty();
    }

    /** {@link DataOutputStream#writeUTF} has a limit of 65,535 bytes. */
    private static void write(DataOutputStream out, String text) throws IOException {
        byte[] encoded = text.getBytes(StandardCharsets.UTF_8);
        out.writeInt(encoded.length);
        out.write(encoded);
    }

    private static String readText(DataInputStream in) throws IOException {
        byte[] encoded = in.readNBytes(in.readInt());
        return new String(encoded, StandardCharsets.UTF_8);
    }
}
