package io.vitrine.soak;

import static io.vitrine.soak.HostileCheckpoint.ascii;
import static io.vitrine.soak.HostileCheckpoint.joined;
import static io.vitrine.soak.HostileCheckpoint.refused;
import static io.vitrine.soak.HostileCheckpoint.weights;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** {@code pytorch_model.bin} whose pickle runs commands, takes memory without end, or lies about its tensors. */
final class HostilePickles {
    private static final String FILE = "pytorch_model.bin";
    private static final String PICKLE = "archive/data.pkl";
    private static final byte[] SYSTEM = ascii("cos\nsystem\n(S'touch PWNED'\ntR.");
    private static final byte[] EMPTY = ascii("\u0080\2}.");
    private static final int MB = 1 << 20;

    private HostilePickles() {}

    static List<HostileCheckpoint> all() {
        return java.util.stream.Stream.of(calls(), sizes(), tensors(), archives())
                .flatMap(List::stream)
                .toList();
    }

    private static List<HostileCheckpoint> calls() {
        return List.of(
                pickle("os.system", SYSTEM),
                pickle(
                        "os.system by STACK_GLOBAL",
                        ascii("\u0080\4\u008c\5posix\u008c\6system\u0093\u008c\13touch PWNED\u0085R.")),
                pickle("eval", ascii("\u0080\2cbuiltins\neval\nX\3\0\0\0001+1\u0085R.")),
                pickle(
                        "a dotted name",
                        ascii("\u0080\4\u008c\13collections\u008c\33OrderedDict.__init__.__glob\u0093.")),
                pickle("a function of torch", ascii("\u0080\2ctorch.utils.collect_env\nrun\nX\3\0\0\0001+1\u0085R.")),
                pickle("INST", ascii("(S'touch PWNED'\nios\nsystem\n.")),
                pickle("OBJ", ascii("(cos\nsystem\nS'x'\no.")),
                pickle(
                        "BUILD with __setstate__",
                        ascii("\u0080\2ccollections\nOrderedDict\n)R}X\14\0\0\0__setstate__cos\nsystem\nsb.")),
                pickle("EXT1", ascii("\u0080\2\u0082\1.")),
                pickle("a persistent id that is a text", ascii("\u0080\2X\4\0\0\0evilQ.")),
                pickle("a persistent id of protocol 0", ascii("Pevil\n.")));
    }

    private static List<HostileCheckpoint> sizes() {
        return List.of(
                pickle("3 MB of MEMOIZE", joined(ascii("\u0080\4N"), repeated(0x94, 3 * MB), ascii("."))),
                pickle("16 MB of MEMOIZE", joined(ascii("\u0080\4N"), repeated(0x94, 16 * MB - 16), ascii("."))),
                pickle("3 MB of None", joined(repeated('N', 3 * MB), ascii("."))),
                pickle("17 MB of None", repeated('N', 17 * MB)),
                pickle("lists in lists", joined(repeated(']', 200_000), repeated('a', 199_999), ascii("."))),
                pickle("tuples in tuples", joined(repeated('(', 200_000), repeated('t', 200_000), ascii("."))),
                pickle("3 MB of empty dictionaries", joined(ascii("("), repeated('}', 3 * MB), ascii("t."))),
                pickle("a whole number of 2 GB", ascii("\u0080\2\u008b\u00ff\u00ff\u00ff\u007f.")),
                pickle("a text of 2 GB", ascii("\u0080\2X\u00ff\u00ff\u00ff\u007f.")),
                pickle("bytes of 2^63", ascii("\u0080\4\u008e\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u007f.")),
                pickle("a pickle that ends early", ascii("\u0080\2}q")),
                pickle("no pickle", new byte[0]),
                pickle("a dictionary in itself", ascii("\u0080\2}q\0X\1\0\0\0ah\0s.")));
    }

    private static List<HostileCheckpoint> tensors() {
        return List.of(
                archive("a storage of 2^40", Map.of(PICKLE, storage("0", 1L << 40), "archive/data/0", ascii("1234"))),
                archive("a storage outside", Map.of(PICKLE, storage("../../../../etc/passwd", 1))),
                archive(
                        "a tensor for a name the model has not",
                        Map.of(PICKLE, storage("0", 1), "archive/data/0", ascii("1234"))));
    }

    private static List<HostileCheckpoint> archives() {
        byte[] stored = zip(Map.of(PICKLE, EMPTY), ZipEntry.STORED);
        return List.of(
                archive("a pickle at ../..", Map.of("../../etc/data.pkl", SYSTEM)),
                archive("two pickles", Map.of(PICKLE, SYSTEM, "b/data.pkl", EMPTY)),
                refused(
                        "a compressed pickle of 200 MB",
                        weights(FILE, zip(Map.of(PICKLE, new byte[200 * MB]), ZipEntry.DEFLATED))),
                refused("100,000 entries", weights(FILE, manyEntries(100_000))),
                refused("an encrypted entry", weights(FILE, flagged(stored))),
                refused(
                        "an entry of 2 GB",
                        weights(FILE, patched(stored, 20, new byte[] {-2, -1, -1, 127, -2, -1, -1, 127}))),
                refused(
                        "an entry with another checksum",
                        weights(FILE, patched(zip(Map.of(PICKLE, SYSTEM), ZipEntry.STORED), 16, new byte[] {1, 2, 3, 4
                        }))),
                refused("a zip that is cut off", weights(FILE, Arrays.copyOf(stored, stored.length / 2))),
                refused("a pickle alone", weights(FILE, SYSTEM)),
                refused("the form before 1.6", weights(FILE, joined(ascii("\u0080\2\u008a\12"), repeated('l', 100)))));
    }

    private static HostileCheckpoint pickle(String name, byte[] pickle) {
        return archive(name, Map.of(PICKLE, pickle));
    }

    private static HostileCheckpoint archive(String name, Map<String, byte[]> entries) {
        return refused(
                name, folder -> weights(FILE, zip(entries, ZipEntry.STORED)).write(folder));
    }

    private static byte[] repeated(int value, int count) {
        byte[] bytes = new byte[count];
        Arrays.fill(bytes, (byte) value);
        return bytes;
    }

    /** A dictionary with one tensor, w, of {@code elements} floats. */
    private static byte[] storage(String key, long elements) {
        byte[] count = Arrays.copyOf(
                ByteBuffer.allocate(8)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putLong(elements)
                        .array(),
                6);
        byte[] keyLength = ByteBuffer.allocate(4)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(key.length())
                .array();
        return joined(
                ascii(
                        "\u0080\2}X\1\0\0\0wctorch._utils\n_rebuild_tensor_v2\n((X\7\0\0\0storagectorch\nFloatStorage\nX"),
                keyLength,
                ascii(key + "X\3\0\0\0cpu\u008a\6"),
                count,
                ascii("tQK\0(\u008a\6"),
                count,
                ascii("t(K\1t\u0089ccollections\nOrderedDict\n)RtRs."));
    }

    private static byte[] zip(Map<String, byte[]> entries, int method) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            for (Map.Entry<String, byte[]> named : entries.entrySet()) {
                ZipEntry entry = new ZipEntry(named.getKey());
                entry.setMethod(method);
                entry.setSize(named.getValue().length);
                if (method == ZipEntry.STORED) {
                    CRC32 crc = new CRC32();
                    crc.update(named.getValue());
                    entry.setCrc(crc.getValue());
                }
                zip.putNextEntry(entry);
                zip.write(named.getValue(), 0, named.getValue().length);
                zip.closeEntry();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private static byte[] manyEntries(int count) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            for (int i = 0; i < count; i++) {
                zip.putNextEntry(new ZipEntry("archive/data/" + i));
                zip.closeEntry();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /** The first entry of the central directory with other bytes at {@code offset}. */
    private static byte[] patched(byte[] zip, int offset, byte[] bytes) {
        byte[] copy = zip.clone();
        System.arraycopy(bytes, 0, copy, find(zip, 1) + offset, bytes.length);
        return copy;
    }

    /** The first entry marked as encrypted. */
    private static byte[] flagged(byte[] zip) {
        byte[] copy = zip.clone();
        copy[find(zip, 3) + 6] |= 1;
        copy[find(zip, 1) + 8] |= 1;
        return copy;
    }

    private static int find(byte[] zip, int kind) {
        for (int i = 0; i < zip.length - 4; i++) {
            if (zip[i] == 'P' && zip[i + 1] == 'K' && zip[i + 2] == kind && zip[i + 3] == kind + 1) {
                return i;
            }
        }
        throw new IllegalStateException("no record");
    }
}
