package io.vitrine.image.decode;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Shared libraries for Linux that hold a name and no function.
 *
 * <p>OpenCV's core names OpenBLAS as a library that it needs, and FFmpeg names VA-API, and the dynamic linker loads neither without
 * them. Both call them only for linear algebra and for video hardware, which decoding an image never does, and the linker looks a
 * function up at its first call. So a library of the right name is enough. A call of a missing function would end the process with
 * the linker's message, "undefined symbol".
 *
 * <p>Format: the ELF-64 specification, and the dynamic section of the System V ABI.
 */
final class EmptyLibrary {
    private static final int HEADER = 64; // bytes of an ELF-64 header
    private static final int SEGMENT = 56; // bytes of a program header
    private static final int SEGMENTS = 3;
    private static final int DYNAMIC = HEADER + SEGMENTS * SEGMENT; // where the dynamic section starts
    private static final int ENTRY = 16; // bytes of an entry of it
    private static final int ENTRIES = 6;
    private static final int STRINGS = DYNAMIC + ENTRIES * ENTRY;
    private static final int NO_SYMBOL = 24; // bytes of a symbol: the first of a table is no symbol
    private static final int PAGE = 0x10000; // the largest of the platforms

    private static final int X86_64 = 62;
    private static final int AARCH64 = 183;

    private EmptyLibrary() {}

    /**
     * Loads an empty library into this process.
     *
     * @param name by which other libraries name it, such as {@code libva.so.2}
     * @param folder where its file lies while it is loaded
     * @throws UnsatisfiedLinkError if this machine's linker does not take it
     */
    static void load(String name, Path folder) throws IOException {
        Path file = Files.createTempFile(folder, name + "-", ".so"); // of this class loader alone
        try {
            Files.write(file, bytes(name, System.getProperty("os.arch").equals("aarch64") ? AARCH64 : X86_64));
            System.load(file.toString());
        } finally {
            Files.delete(file); // the process keeps what it has mapped
        }
    }

    /** The file of a library {@code name} for an ELF machine. */
    static byte[] bytes(String name, int machine) {
        byte[] strings = strings(name);
        int symbols = STRINGS + strings.length;
        int size = symbols + NO_SYMBOL;
        ByteBuffer out = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
        out.put(new byte[] {0x7f, 'E', 'L', 'F', 2, 1, 1, 0}).putLong(0); // 64 bits, little endian, System V
        out.putShort((short) 3).putShort((short) machine).putInt(1); // a shared object
        out.putLong(0).putLong(HEADER).putLong(0); // no entry point, the program headers, no sections
        out.putInt(0).putShort((short) HEADER).putShort((short) SEGMENT).putShort((short) SEGMENTS);
        out.putShort((short) 64).putShort((short) 0).putShort((short) 0);
        segment(out, 1, 0, size, PAGE); // PT_LOAD, writable: linkers put addresses into the dynamic section
        segment(out, 2, DYNAMIC, ENTRIES * ENTRY, 8); // PT_DYNAMIC
        segment(out, 0x6474e551, 0, 0, 16); // PT_GNU_STACK: no executable stack
        out.putLong(14).putLong(1); // DT_SONAME, at the first string
        out.putLong(5).putLong(STRINGS); // DT_STRTAB
        out.putLong(10).putLong(strings.length); // DT_STRSZ
        out.putLong(6).putLong(symbols); // DT_SYMTAB
        out.putLong(11).putLong(NO_SYMBOL); // DT_SYMENT
        out.putLong(0).putLong(0); // DT_NULL
        return out.put(strings).array();
    }

    private static void segment(ByteBuffer out, int type, int offset, int size, int alignment) {
        out.putInt(type).putInt(6); // readable and writable
        out.putLong(offset)
                .putLong(offset)
                .putLong(offset)
                .putLong(size)
                .putLong(size)
                .putLong(alignment);
    }

    /** The string table, filled up to a multiple of 8 bytes. */
    private static byte[] strings(String name) {
        ByteArrayOutputStream strings = new ByteArrayOutputStream();
        strings.write(0);
        strings.writeBytes(name.getBytes(StandardCharsets.US_ASCII));
        do {
            strings.write(0);
        } while (strings.size() % 8 != 0);
        return strings.toByteArray();
    }
}
