package io.vitrine.image.isolate;

import io.vitrine.FileBytes;
import io.vitrine.RejectionReason;
import io.vitrine.image.decode.Completeness;
import io.vitrine.image.decode.ImageFormat;
import io.vitrine.image.decode.ImageHeader;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;

/**
 * The messages between a process and its child. Each starts with {@link #MAGIC}, because a native library may print to the same
 * stream. Integers are big-endian, texts are as {@link DataOutputStream#writeUTF} writes them.
 *
 * <p>To the child go the recipe (length, serialized object) and then files (length, bytes). For the recipe the child answers READY or
 * FAULT. For each file it answers HEADER, unless the header cannot be read, and then PIXELS, REJECTED or FAULT. The parent believes
 * no length that it did not expect: a hostile image may have taken over the child.
 */
final class Wire {
    static final int MAGIC = 0x56697472;

    static final byte READY = 1;
    static final byte HEADER = 2; // format, width, height, orientation
    static final byte PIXELS = 3; // length, bytes
    static final byte REJECTED = 4; // reason, message
    static final byte FAULT = 5; // message: no image can be decoded

    private static final int MAX_TEXT = 4000;

    private Wire() {}

    /** The header as the parent knows it. */
    record Header(ImageFormat format, int width, int height, int orientation) implements ImageHeader {
        @Override
        public Completeness completeness() {
            return Completeness.COMPLETE; // the child has checked it
        }
    }

    static void send(DataOutputStream out, FileBytes bytes) throws IOException {
        out.writeInt(MAGIC);
        out.writeInt(bytes.length());
        out.write(bytes.array(), bytes.offset(), bytes.length());
        out.flush();
    }

    /** The length of the next file; -1 if the parent has closed the stream. */
    static int receiveLength(DataInputStream in) throws IOException {
        try {
            requireMagic(in);
            return in.readInt();
        } catch (EOFException e) {
            return -1;
        }
    }

    /** Begins an answer of a kind. */
    static void begin(DataOutputStream out, byte kind) throws IOException {
        out.writeInt(MAGIC);
        out.writeByte(kind);
    }

    static void sendReady(DataOutputStream out) throws IOException {
        begin(out, READY);
        out.flush();
    }

    static void sendHeader(DataOutputStream out, ImageHeader header) throws IOException {
        begin(out, HEADER);
        out.writeUTF(header.format().name());
        out.writeInt(header.width());
        out.writeInt(header.height());
        out.writeInt(header.orientation());
        out.flush(); // before the decoder can crash
    }

    static void sendPixels(DataOutputStream out, byte[] pixels) throws IOException {
        begin(out, PIXELS);
        out.writeInt(pixels.length);
        out.write(pixels);
        out.flush();
    }

    static void sendRejected(DataOutputStream out, RejectionReason reason, String message) throws IOException {
        begin(out, REJECTED);
        out.writeUTF(reason.name());
        out.writeUTF(shortened(message));
        out.flush();
    }

    static void sendFault(DataOutputStream out, String message) throws IOException {
        begin(out, FAULT);
        out.writeUTF(shortened(message));
        out.flush();
    }

    private static String shortened(String text) {
        return text.length() <= MAX_TEXT ? text : text.substring(0, MAX_TEXT);
    }

    /** The kind of the next answer. */
    static byte receiveKind(DataInputStream in) throws IOException {
        requireMagic(in);
        return in.readByte();
    }

    static Header receiveHeader(DataInputStream in) throws IOException {
        return new Header(constant(ImageFormat.class, in), in.readInt(), in.readInt(), in.readInt());
    }

    static RejectionReason receiveReason(DataInputStream in) throws IOException {
        return constant(RejectionReason.class, in);
    }

    private static <E extends Enum<E>> E constant(Class<E> type, DataInputStream in) throws IOException {
        String name = in.readUTF();
        try {
            return Enum.valueOf(type, name);
        } catch (IllegalArgumentException e) {
            throw new IOException("no " + type.getSimpleName() + " is " + name, e);
        }
    }

    private static void requireMagic(DataInputStream in) throws IOException {
        int found = in.readInt();
        if (found != MAGIC) {
            throw new IOException("unexpected bytes " + Integer.toHexString(found));
        }
    }
}
