package io.vitrine.catalog;

import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Names that surely belong to something else than an image: what Spark, Hadoop, table formats and operating systems keep beside
 * files, and what is hidden. A name that begins with {@code _} is a name like any other: cameras call photographs in Adobe RGB
 * {@code _DSC0001.jpg}.
 */
public final class HiddenNames {
    private static final Pattern MARKER_FILES = Pattern.compile(
            "_SUCCESS|_(?:common_)?metadata|_(?:committed|started)_.*|\\..*\\.crc|.*\\._COPYING_" + "|.*_\\$folder\\$",
            Pattern.DOTALL);

    private static final Set<String> MARKER_FOLDERS = Set.of(
            "_temporary",
            "_spark_metadata",
            "_delta_log",
            "_delta_index",
            "_change_data",
            "_symlink_format_manifest",
            "_vitrine");

    /** Of macOS, with those that it puts on other systems and into archives, and of Windows. */
    private static final Pattern SYSTEM_FILES =
            Pattern.compile("\\._.*|\\.DS_Store|Icon\r|(?i:thumbs\\.db|ehthumbs\\.db|desktop\\.ini)", Pattern.DOTALL);

    /** Of macOS, Windows and Synology: copies, thumbnails and what was deleted. */
    private static final Set<String> SYSTEM_FOLDERS =
            Set.of("__MACOSX", "$RECYCLE.BIN", "System Volume Information", "@eaDir", "#recycle");

    private static final Set<String> IMAGE_EXTENSIONS = Set.of(
            "apng", "avif", "bmp", "dib", "gif", "heic", "heif", "hif", "ico", "j2k", "jfif", "jp2", "jpe", "jpeg",
            "jpg", "jxl", "pbm", "pgm", "png", "pnm", "ppm", "psd", "tga", "tif", "tiff", "webp");

    private HiddenNames() {}

    /** Why a listing leaves out a file of this name; empty if it may be an image. */
    static Optional<OmissionReason> ofFile(String name) {
        if (SYSTEM_FILES.matcher(name).matches()) {
            return Optional.of(OmissionReason.SYSTEM_FILE);
        } else if (MARKER_FILES.matcher(name).matches()) {
            return Optional.of(OmissionReason.MARKER);
        }
        return name.startsWith(".") && !IMAGE_EXTENSIONS.contains(extension(name))
                ? Optional.of(OmissionReason.HIDDEN_FILE)
                : Optional.empty();
    }

    /** Why a listing does not enter a folder of this name; empty if it does. */
    static Optional<OmissionReason> ofFolder(String name) {
        if (MARKER_FOLDERS.contains(name)) {
            return Optional.of(OmissionReason.MARKER);
        } else if (SYSTEM_FOLDERS.contains(name)) {
            return Optional.of(OmissionReason.SYSTEM_FILE);
        }
        return name.startsWith(".") ? Optional.of(OmissionReason.HIDDEN_FOLDER) : Optional.empty();
    }

    /**
     * A regular expression for paths in folders of operating systems below {@code root}, which ends with a slash. Vitrine 0.1 listed
     * what is in them.
     */
    public static String inSystemFolder(String root) {
        String names = SYSTEM_FOLDERS.stream().map(Pattern::quote).collect(Collectors.joining("|"));
        return "(?s)^" + Pattern.quote(root) + "(?:.*/)?(?:" + names + ")/";
    }

    private static String extension(String name) {
        return name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
    }
}
