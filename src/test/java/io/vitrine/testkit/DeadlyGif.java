package io.vitrine.testkit;

import io.vitrine.image.Pictures;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import javax.imageio.spi.ImageReaderSpi;

/** Valid GIFs whose comment tells {@link DeadlyGifReader}, a plugin of ImageIO, how to fail. */
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

    private static final int HEADER_BYTES = 13;

    /** The file. */
    public byte[] file() {
        byte[] gif = Pictures.drawn("gif", 24, 16, name().length());
        byte[] comment = (MARK + name()).getBytes(StandardCharsets.ISO_8859_1);
        int afterPalette = HEADER_BYTES + 3 * (2 << (gif[10] & 7)); // the JDK writes a global palette
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(gif, 0, afterPalette);
        out.write(0x21); // an extension: a comment
        out.write(0xfe);
        out.write(comment.length);
        out.writeBytes(comment);
        out.write(0);
        out.write(gif, afterPalette, gif.length - afterPalette);
        return out.toByteArray();
    }

    /** A jar with the plugin, as {@code --jars} takes it. */
    public static Path plugin(Path folder) {
        Path jar = folder.resolve("deadly-gif.jar");
        if (Files.exists(jar)) {
            return jar;
        }
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar))) {
            add(out, "META-INF/services/" + ImageReaderSpi.class.getName());
            out.write(DeadlyGifReader.Provider.class.getName().getBytes(StandardCharsets.UTF_8));
            for (Class<?> type : List.of(DeadlyGif.class, DeadlyGifReader.class, DeadlyGifReader.Provider.class)) {
                String name = type.getName().replace('.', '/') + ".class";
                add(out, name);
                copy(name, out);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return jar;
    }

    private static void add(JarOutputStream out, String name) throws IOException {
        out.putNextEntry(new JarEntry(name));
    }

    private static void copy(String name, OutputStream out) throws IOException {
        try (InputStream in = DeadlyGif.class.getClassLoader().getResourceAsStream(name)) {
            in.transferTo(out);
        }
    }
}
