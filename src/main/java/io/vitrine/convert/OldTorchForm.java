package io.vitrine.convert;

import io.vitrine.ModelException;
import java.util.Arrays;

/** The form in which PyTorch before version 1.6 saved weights: several pickles, and no zip. It is not read. */
public final class OldTorchForm {
    /** A pickle of protocol 2 that begins with a long of ten bytes, the form's magic number. */
    private static final byte[] BEGINNING = {(byte) 0x80, 2, (byte) 0x8a, 10};

    /** How many bytes of a file {@link #matches} needs. */
    public static final int BYTES = BEGINNING.length;

    private OldTorchForm() {}

    /** Whether a file that begins with {@code bytes} is of this form. */
    public static boolean matches(byte[] bytes, int length) {
        return length >= BYTES && Arrays.equals(bytes, 0, BYTES, BEGINNING, 0, BYTES);
    }

    /** The exception that refuses {@code file}. */
    public static ModelException refused(Object file) {
        return new ModelException(
                file + " is in the form of PyTorch before version 1.6, which is not supported. Use the"
                        + " checkpoint's safetensors, or save it again with a newer PyTorch: torch.save(torch.load(\"old.bin\"),"
                        + " \"pytorch_model.bin\").");
    }
}
