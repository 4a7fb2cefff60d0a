package io.vitrine.testkit;

import java.awt.image.BufferedImage;
import java.awt.image.Raster;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.lang.reflect.Field;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import javax.imageio.ImageReadParam;
import javax.imageio.ImageReader;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.event.IIOReadWarningListener;
import javax.imageio.metadata.IIOMetadata;
import javax.imageio.spi.ImageReaderSpi;
import javax.imageio.spi.ServiceRegistry;
import javax.imageio.stream.ImageInputStream;

/** Reads JPEGs with the JDK's reader, and fails where a {@link DeadlyPicture} says so. */
public final class DeadlyPictureReader extends ImageReader {
    private static final AtomicInteger RELEASES = new AtomicInteger();
    private static volatile boolean hanging;

    private final ImageReader reader;

    private DeadlyPictureReader(Provider provider, ImageReader reader) {
        super(provider);
        this.reader = reader;
    }

    /** The plugin, which ImageIO prefers to the JDK's reader. */
    public static final class Provider extends ImageReaderSpi {
        private static final String JDK = "com.sun.imageio.plugins.jpeg.JPEGImageReaderSpi";

        private ImageReaderSpi jdk;

        /** For ImageIO. */
        public Provider() {
            super(
                    "vitrine tests",
                    "1",
                    new String[] {"jpeg"},
                    null,
                    null,
                    DeadlyPictureReader.class.getName(),
                    new Class<?>[] {ImageInputStream.class},
                    null,
                    false,
                    null,
                    null,
                    null,
                    null,
                    false,
                    null,
                    null,
                    null,
                    null);
        }

        @Override
        public void onRegistration(ServiceRegistry registry, Class<?> category) {
            registry.getServiceProviders(ImageReaderSpi.class, false).forEachRemaining(other -> {
                if (other.getClass().getName().equals(JDK)) {
                    jdk = other;
                    registry.setOrdering(ImageReaderSpi.class, this, other);
                }
            });
        }

        @Override
        public boolean canDecodeInput(Object source) throws IOException {
            return jdk.canDecodeInput(source);
        }

        @Override
        public ImageReader createReaderInstance(Object extension) throws IOException {
            return new DeadlyPictureReader(this, jdk.createReaderInstance());
        }

        @Override
        public String getDescription(Locale locale) {
            return "JPEGs that kill their decoder";
        }
    }

    @Override
    public void setInput(Object input, boolean seekForwardOnly, boolean ignoreMetadata) {
        super.setInput(input, seekForwardOnly, ignoreMetadata);
        reader.setInput(input, seekForwardOnly, ignoreMetadata);
    }

    @Override
    public BufferedImage read(int index, ImageReadParam param) throws IOException {
        failIfAsked();
        return reader.read(index, param);
    }

    @Override
    public Raster readRaster(int index, ImageReadParam param) throws IOException {
        failIfAsked();
        return reader.readRaster(index, param);
    }

    @Override
    public void addIIOReadWarningListener(IIOReadWarningListener listener) {
        reader.addIIOReadWarningListener(listener);
    }

    private void failIfAsked() throws IOException {
        ImageInputStream in = (ImageInputStream) getInput();
        in.mark();
        byte[] start = new byte[2048];
        int length = in.read(start);
        in.reset();
        String text = new String(start, 0, Math.max(0, length), StandardCharsets.ISO_8859_1);
        int at = text.indexOf(DeadlyPicture.MARK);
        if (at >= 0) {
            int name = at + DeadlyPicture.MARK.length();
            fail(DeadlyPicture.valueOf(text.substring(name, text.indexOf('\0', name))));
        }
    }

    private static void fail(DeadlyPicture how) throws IOException {
        switch (how) {
            case SEGFAULT -> writeToAddressZero();
            case KILL -> {
                new ProcessBuilder(
                                "kill",
                                "-9",
                                Long.toString(ProcessHandle.current().pid()))
                        .start();
                hang();
            }
            case EXIT -> Runtime.getRuntime().halt(3);
            case HANG -> hang();
            case EXHAUST_MEMORY -> {
                long[][] all = new long[1 << 20][];
                for (int i = 0; ; i++) {
                    all[i] = new long[8 << 20];
                }
            }
            case RECURSE -> recurse(0);
            case LACK_CLASS -> throw new NoClassDefFoundError("org/example/Missing");
            case PRINT -> {
                FileOutputStream out = new FileOutputStream(FileDescriptor.out);
                out.write("libexample: a warning\n".getBytes(StandardCharsets.US_ASCII));
            }
        }
    }

    /** What a wild pointer of a native library does. */
    private static void writeToAddressZero() {
        try {
            Class<?> type = Class.forName("sun.misc.Unsafe");
            Field field = type.getDeclaredField("theUnsafe");
            field.setAccessible(true);
            type.getMethod("putAddress", long.class, long.class).invoke(field.get(null), 0L, 1L);
        } catch (ReflectiveOperationException e) {
            throw new LinkageError("no Unsafe", e);
        }
    }

    private static void hang() {
        int round = RELEASES.get();
        hanging = true;
        while (RELEASES.get() == round) {
            Thread.onSpinWait();
        }
    }

    /** Ends every {@link DeadlyPicture#HANG} in this JVM, so that no test leaves a thread behind. */
    public static void releaseHanging() {
        hanging = false;
        RELEASES.incrementAndGet();
    }

    /** Whether an image hangs in this JVM. */
    public static boolean isHanging() {
        return hanging;
    }

    private static int recurse(int depth) {
        return depth < 0 ? 0 : recurse(depth + 1) + 1; // the stack ends long before the numbers do
    }

    @Override
    public int getNumImages(boolean allowSearch) throws IOException {
        return reader.getNumImages(allowSearch);
    }

    @Override
    public int getWidth(int index) throws IOException {
        return reader.getWidth(index);
    }

    @Override
    public int getHeight(int index) throws IOException {
        return reader.getHeight(index);
    }

    @Override
    public Iterator<ImageTypeSpecifier> getImageTypes(int index) throws IOException {
        return reader.getImageTypes(index);
    }

    @Override
    public IIOMetadata getStreamMetadata() throws IOException {
        return reader.getStreamMetadata();
    }

    @Override
    public IIOMetadata getImageMetadata(int index) throws IOException {
        return reader.getImageMetadata(index);
    }
}
