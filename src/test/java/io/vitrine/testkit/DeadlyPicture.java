package io.vitrine.testkit;

import io.vitrine.image.Pictures;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URL;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import javax.imageio.spi.ImageReaderSpi;

/** Valid CMYK JPEGs with a segment that tells {@link DeadlyPictureReader}, a plugin of ImageIO, how to fail. */
public enum DeadlyPicture {
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

    /** In pixels. */
    public static final int WIDTH = 150;

    private static final int SOI_BYTES = 2;
    private static final short APP0 = (short) 0xffe0; // goes to the decoder, as the segment of JFIF does

    /** The file. ImageIO reads CMYK JPEGs, and no other images. */
    public byte[] file() {
        byte[] jpeg = Pictures.oracle("cmyk.jpg");
        byte[] mark = (MARK + name() + '\0').getBytes(StandardCharsets.ISO_8859_1);
        return ByteBuffer.allocate(jpeg.length + 4 + mark.length)
                .put(jpeg, 0, SOI_BYTES)
                .putShort(APP0)
                .putShort((short) (2 + mark.length))
                .put(mark)
                .put(jpeg, SOI_BYTES, jpeg.length - SOI_BYTES)
                .array();
    }

    /** A jar with the plugin, as {@code --jars} takes it. */
    public static Path plugin(Path folder) {
        Path jar = folder.resolve("deadly-picture.jar");
        if (Files.exists(jar)) {
            return jar;
        }
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar))) {
            add(out, "META-INF/services/" + ImageReaderSpi.class.getName());
            out.write(DeadlyPictureReader.Provider.class.getName().getBytes(StandardCharsets.UTF_8));
            for (Path type : classes()) {
                add(out, DeadlyPicture.class.getPackageName().replace('.', '/') + "/" + type.getFileName());
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
        URL folder = DeadlyPicture.class.getResource(".");
        return Folders.files(Path.of(URI.create(folder.toString()))).stream()
                .filter(file -> file.getFileName().toString().startsWith("DeadlyPicture"))
                .toList();
    }
}
