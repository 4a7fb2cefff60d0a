package io.vitrine.image.isolate;

import io.vitrine.FileBytes;
import io.vitrine.testkit.DeadlyPicture;
import java.io.File;
import java.nio.file.Path;
import java.util.Arrays;

/** A process whose child decodes an image for ever. */
final class ParentOfHangingChild {
    /** What it prints when the child has begun. */
    static final String DECODING = "decoding";

    private ParentOfHangingChild() {}

    /** @param args the child's class path */
    public static void main(String[] args) {
        ChildDecoder decoder = new ChildDecoder(
                TestChild.RECIPE,
                Arrays.stream(args[0].split(File.pathSeparator)).map(Path::of).toList());
        decoder.decode(FileBytes.of(DeadlyPicture.HANG.file()), header -> System.out.println(DECODING));
    }
}
