package io.vitrine.catalog;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.hadoop.fs.GlobPattern;

/**
 * Which members of an archive are images, by their names. In WebDataset's shards the files of a sample differ in their extension
 * only: {@code 0001.jpg}, {@code 0001.json}, {@code 0001.cls}.
 */
final class MemberNames {
    /** Extensions that WebDataset and img2dataset write next to images, and a few that are never an image's. */
    private static final Set<String> OTHERS = Set.of(
            "cbor",
            "caption",
            "cls",
            "cls2",
            "csv",
            "feather",
            "flac",
            "htm",
            "html",
            "id",
            "index",
            "inx",
            "json",
            "jsonl",
            "log",
            "md",
            "mp",
            "mp3",
            "mp4",
            "msg",
            "msgpack",
            "npy",
            "npz",
            "parquet",
            "pickle",
            "pkl",
            "pt",
            "pth",
            "pyd",
            "srt",
            "ten",
            "transcript",
            "tsv",
            "txt",
            "url",
            "vtt",
            "wav",
            "xml",
            "yaml",
            "yml");

    private final GlobPattern include;

    MemberNames(String include) {
        this.include = new GlobPattern(include);
    }

    /** Whether {@code --include} takes a member. */
    boolean isIncluded(String name) {
        return include.matches(base(name));
    }

    /** Why a member is not an image; empty if it may be one. */
    Optional<OmissionReason> omission(String name) {
        String[] parts = name.split("/");
        for (int i = 0; i < parts.length - 1; i++) {
            Optional<OmissionReason> folder = HiddenNames.ofFolder(parts[i]);
            if (folder.isPresent() && !parts[i].equals("..") && !parts[i].equals(".")) {
                return folder;
            }
        }
        String base = base(name);
        Optional<OmissionReason> file = HiddenNames.ofFile(base);
        int dot = base.lastIndexOf('.');
        boolean isOther = dot >= 0 && OTHERS.contains(base.substring(dot + 1).toLowerCase(Locale.ROOT));
        return file.isPresent() || !isOther ? file : Optional.of(OmissionReason.SIDECAR);
    }

    private static String base(String name) {
        return name.substring(name.lastIndexOf('/') + 1);
    }

    /** Whether a member is one of the files next to images that {@code fields} name. */
    static boolean isField(String name, List<String> fields) {
        return fields.stream().anyMatch(field -> name.endsWith("." + field));
    }

    /**
     * The names that the file with an image's field may have: {@code a.v2.txt} or {@code a.txt} for {@code a.v2.jpg}. WebDataset's
     * names end at their first dot, those of other programs at the last.
     */
    static Stream<String> fieldNames(String image, String field) {
        int begin = image.lastIndexOf('/') + 1;
        int last = image.lastIndexOf('.');
        int first = image.indexOf('.', begin);
        return last < begin
                ? Stream.of(image + "." + field)
                : Stream.of(image.substring(0, last) + "." + field, image.substring(0, first) + "." + field);
    }
}
