package io.vitrine.catalog;

/** Why a file or a row is not an image of the run. */
public enum OmissionReason {
    MARKER("markers of Spark, Hadoop or table formats"),
    SYSTEM_FILE("files or folders of operating systems"),
    HIDDEN_FILE("hidden files whose names are not those of images"),
    HIDDEN_FOLDER("hidden folders"),
    NOT_A_FILE("FIFOs, sockets or devices"),
    BROKEN_LINK("links that lead nowhere"),
    LINK_LOOP("links that lead into themselves"),
    UNREADABLE_FOLDER("folders or links that may not be read"),
    NAME_WITHOUT_TEXT("names that are not text in this machine's encoding"),
    DOT_SEGMENT("keys with . or .. as a folder"),
    SLASH_AT_END("keys that end with a slash, as those of folders do"),
    ARCHIVE("archives (--archives skip)"),
    SIDECAR("files next to the images of archives, by their names"),
    LINK_IN_ARCHIVE("links and devices in archives"),
    REPLACED_MEMBER("members of archives whose name a later one has"),
    DAMAGED_ARCHIVE("archives that are damaged or can't be read, so that members are lost"),
    NO_PATH("rows without a path"),
    DUPLICATE_PATH("rows whose path another row has");

    private final String words;

    OmissionReason(String words) {
        this.words = words;
    }

    /** The kind in words, plural. */
    String words() {
        return words;
    }

    /** Whether images that an earlier run has done may be behind what is left out. */
    boolean hidesImages() {
        return switch (this) {
            case BROKEN_LINK, UNREADABLE_FOLDER, NAME_WITHOUT_TEXT, DAMAGED_ARCHIVE -> true;
            default -> false;
        };
    }
}
