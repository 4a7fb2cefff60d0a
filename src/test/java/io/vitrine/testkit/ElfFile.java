package io.vitrine.testkit;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a shared library for 64-bit Linux says of itself: machine, name, needed libraries, imported functions. */
public final class ElfFile {
    public static final int X86_64 = 62;
    public static final int AARCH64 = 183;

    private static final int DYNAMIC = 6; // types of sections
    private static final int DYNAMIC_SYMBOLS = 11;

    private final ByteBuffer bytes;
    private final Map<Integer, Section> sections = new LinkedHashMap<>(); // by type

    private record Section(int offset, int size, int strings) {}

    /** Reads a file that is mapped, not copied: some libraries take half a gigabyte. It can be deleted afterwards. */
    public static ElfFile map(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file)) {
            return new ElfFile(channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size()));
        }
    }

    private ElfFile(ByteBuffer file) {
        bytes = file.order(ByteOrder.LITTLE_ENDIAN);
        int table = (int) bytes.getLong(40);
        int entry = bytes.getShort(58);
        int count = bytes.getShort(60);
        for (int i = 0; i < count; i++) {
            int at = table + i * entry;
            int link = bytes.getInt(at + 40); // the section of its strings
            sections.put(
                    bytes.getInt(at + 4), new Section((int) bytes.getLong(at + 24), (int) bytes.getLong(at + 32), (int)
                            bytes.getLong(table + link * entry + 24)));
        }
    }

    /** {@link #X86_64} or {@link #AARCH64}. */
    public int machine() {
        return bytes.getShort(18);
    }

    /** The libraries that the linker loads first. */
    public List<String> needed() {
        return dynamic(1);
    }

    /** Its own names: one, or none. */
    public List<String> names() {
        return dynamic(14);
    }

    private List<String> dynamic(int tag) {
        Section section = sections.get(DYNAMIC);
        List<String> values = new ArrayList<>();
        for (int at = section.offset; at < section.offset + section.size; at += 16) {
            if (bytes.getLong(at) == tag) {
                values.add(string(section.strings + (int) bytes.getLong(at + 8)));
            }
        }
        return values;
    }

    /** The functions and variables that other libraries must have. */
    public List<String> imports() {
        Section section = sections.get(DYNAMIC_SYMBOLS);
        List<String> imports = new ArrayList<>();
        for (int at = section.offset + 24; at < section.offset + section.size; at += 24) {
            if (bytes.getShort(at + 6) == 0) { // in no section of this file
                imports.add(string(section.strings + bytes.getInt(at)));
            }
        }
        return imports;
    }

    private String string(int at) {
        int end = at;
        while (bytes.get(end) != 0) {
            end++;
        }
        byte[] text = new byte[end - at];
        bytes.get(at, text);
        return new String(text, StandardCharsets.US_ASCII);
    }
}
