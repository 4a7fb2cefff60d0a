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

/** Valid BMPs whose first pixels tell {@link DeadlyPictureReader}, a plugin of ImageIO, how to fail. */
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

    private static final int WIDTH = 24;
    private static final int HEIGHT = 16;
    private static final int HEADERS = 54;
    private static final int BYTES_PER_PIXEL = 2; // ImageIO reads BMPs with 16 bits, OpenCV the others

    /** The file. */
    public byte[] file() {
        byte[] bytes = new byte[HEADERS + WIDTH * HEIGHT * BYTES_PER_PIXEL];
        ByteBuffer bmp = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        bmp.put((byte) 'B').put((byte) 'M').putInt(bytes.length).putInt(0).putInt(HEADERS);
        bmp.putInt(40).putInt(WIDTH).putInt(HEIGHT).putShort((short) 1).putShort((short) (8 * BYTES_PER_PIXEL));
        bmp.position(HEADERS).put((MARK + name() + '\0').getBytes(StandardCharsets.ISO_8859_1));
        return bytes;
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
