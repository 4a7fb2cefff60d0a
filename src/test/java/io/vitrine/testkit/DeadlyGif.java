package io.vitrine.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URL;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import javax.imageio.spi.ImageReaderSpi;

/** Valid BMPs with a text that tells {@link DeadlyGifReader}, a plugin of ImageIO, how to fail. */
public enum DeadlyGif {
    /** Writes to address 0: the JVM ends with SIGSEGV. */
    SEGFAULT,
    /** Sends SIGKILL to its own process. */
    KILL,
    /** Ends the JVM in good order. */
    EXIT,
    /** Never returns. */
    HANG,
    /** Takes all of the heap. */
    EXHAUST_MEMORY,
    /** Overflows the stack. */
    RECURSE,
    /** Needs a class that is not there. */
    LACK_CLASS,
    /** Prints to the process's standard output, as a native library may. */
    PRINT;

    static final String MARK = "vitrine-test:";

    private static final int HEADER_BYTES = 54;
    private static final int WIDTH = 24;
    private static final int HEIGHT = 16;

    /** The file: a 16-bit BMP, the kind that ImageIO reads. The text lies between its header and its pixels. */
    public byte[] file() {
        byte[] text = (MARK + name() + "\0").getBytes(StandardCharsets.ISO_8859_1);
        int pixels = HEADER_BYTES + text.length;
        ByteBuffer out = ByteBuffer.allocate(pixels + 2 * WIDTH * HEIGHT).order(ByteOrder.LITTLE_ENDIAN);
        out.put((byte) 'B').put((byte) 'M').putInt(out.capacity()).putInt(0).putInt(pixels);
        out.putInt(40).putInt(WIDTH).putInt(HEIGHT).putShort((short) 1).putShort((short) 16);
        out.position(HEADER_BYTES);
        out.put(text);
        while (out.hasRemaining()) {
            out.putShort((short) (name().length() * 997 + out.position()));
        }
        return out.array();
    }

    /** A jar with the plugin, as {@code --jars} takes it. */
    public static Path plugin(Path folder) {
        Path jar = folder.resolve("deadly-bmp.jar");
        if (Files.exists(jar)) {
            return jar;
        }
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar))) {
            add(out, "META-INF/services/" + ImageReaderSpi.class.getName());
            out.write(DeadlyGifReader.Provider.class.getName().getBytes(StandardCharsets.UTF_8));
            for (Path type : classes()) {
                add(out, DeadlyGif.class.getPackageName().replace('.', '/') + "/" + type.getFileName());
                Files.copy(type, out);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return jar;
    }

    private static void add(JarOutputStream out, String name) throws IOException {
        out.putNextEntry(new JarEntry(name));
    }

    /** The class files of this enum and of the plugin. */
    private static List<Path> classes() {
        URL folder = DeadlyGif.class.getResource(".");
        return Folders.files(Path.of(URI.create(folder.toString()))).stream()
                .filter(file -> file.getFileName().toString().startsWith("DeadlyGif"))
                .toList();
    }
}
