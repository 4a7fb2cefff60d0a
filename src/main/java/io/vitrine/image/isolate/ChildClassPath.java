package io.vitrine.image.isolate;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.core.TreeNode;
import com.fasterxml.jackson.databind.JsonNode;
import com.github.luben.zstd.Zstd;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import javax.imageio.spi.IIORegistry;
import javax.imageio.spi.ImageReaderSpi;
import org.bytedeco.ffmpeg.presets.avutil;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.openblas.presets.openblas;
import org.bytedeco.opencv.global.opencv_core;
import org.tukaani.xz.XZInputStream;

/**
 * The jars and folders that a child process needs, where this JVM has them. On an executor they are not in
 * {@code java.class.path}: a class loader of Spark adds the job's jars.
 */
final class ChildClassPath {
    /** One class of each library. OpenCV's and FFmpeg's are not initialised here. */
    private static final List<Class<?>> LIBRARIES = List.of(
            ChildMain.class,
            Loader.class,
            openblas.class,
            opencv_core.class,
            avutil.class,
            Zstd.class,
            XZInputStream.class,
            JsonNode.class, // a parameter in Preprocessing
            TreeNode.class,
            JsonCreator.class);

    private static final List<String> PLATFORMS = List.of("linux-x86_64", "linux-arm64");
    private static final List<String> NATIVE_LIBRARIES = List.of(
            "org/bytedeco/javacpp/%s/libjnijavacpp.so",
            "org/bytedeco/openblas/%s/libopenblas.so.0",
            "org/bytedeco/opencv/%s/libjniopencv_core.so",
            "org/bytedeco/ffmpeg/%s/libjniavcodec.so");

    private ChildClassPath() {}

    static List<Path> find() {
        Set<Path> paths = new LinkedHashSet<>();
        for (Class<?> library : LIBRARIES) {
            codeSource(library).ifPresent(paths::add);
        }
        for (String platform : PLATFORMS) {
            for (String library : NATIVE_LIBRARIES) {
                resource(String.format(library, platform)).ifPresent(paths::add);
            }
        }
        // Without the same plugins, ImageIO could choose another reader.
        Iterator<ImageReaderSpi> plugins =
                IIORegistry.getDefaultInstance().getServiceProviders(ImageReaderSpi.class, false);
        plugins.forEachRemaining(plugin -> codeSource(plugin.getClass()).ifPresent(paths::add));
        return List.copyOf(paths);
    }

    /** The jar or folder of a class; empty for the JDK's own. */
    private static Optional<Path> codeSource(Class<?> type) {
        CodeSource source = type.getProtectionDomain().getCodeSource();
        return source == null ? Optional.empty() : path(source.getLocation().toString());
    }

    private static Optional<Path> resource(String name) {
        URL url = ChildClassPath.class.getClassLoader().getResource(name);
        if (url == null) {
            return Optional.empty();
        }
        String jar = url.toString().replaceFirst("^jar:", "").replaceFirst("!/.*$", "");
        return path(jar.endsWith(name) ? jar.substring(0, jar.length() - name.length()) : jar);
    }

    private static Optional<Path> path(String url) {
        try {
            URI uri = new URI(url);
            return "file".equals(uri.getScheme()) ? Optional.of(Path.of(uri)) : Optional.empty();
        } catch (URISyntaxException | IllegalArgumentException e) {
            return Optional.empty(); // then the child says which class it lacks
        }
    }
}
