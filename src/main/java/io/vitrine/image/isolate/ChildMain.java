package io.vitrine.image.isolate;

import io.vitrine.FileBytes;
import io.vitrine.RejectionReason;
import io.vitrine.VitrineException;
import io.vitrine.image.decode.ImageHeader;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * The child process: decodes files from standard input and answers on standard output, as {@link Wire} describes. One thread reads,
 * another decodes, so that the process ends as soon as its parent does, even in the middle of an image.
 */
public final class ChildMain {
    private static final int BUFFER = 1 << 16;
    private static final int UNCAUGHT = 70; // exit status, as sysexits.h has it: internal software error

    private final DataInputStream files = new DataInputStream(new BufferedInputStream(System.in, BUFFER));
    private final DataOutputStream answers =
            new DataOutputStream(new BufferedOutputStream(new FileOutputStream(FileDescriptor.out), BUFFER));

    private ChildMain() {}

    /** Runs until standard input ends. Takes no arguments. */
    public static void main(String[] args) {
        ChildMain child = new ChildMain();
        System.setOut(System.err); // nothing else may get between the answers
        preferToBeKilled();
        try {
            child.run();
        } catch (IOException | UncheckedIOException e) {
            System.err.println(e); // the parent has ended, or reads this
        }
        Runtime.getRuntime().halt(0); // does not wait for a decoder that hangs
    }

    /** Where memory is short, the kernel should kill this process, not the executor. */
    private static void preferToBeKilled() {
        try {
            Files.writeString(Path.of("/proc/self/oom_score_adj"), "1000");
        } catch (IOException | SecurityException e) {
            // not Linux, or not allowed: the kernel chooses
        }
    }

    private void run() throws IOException {
        DecodeRecipe recipe = recipe();
        FileDecoder decoder = new DirectDecoder(recipe.preprocessor());
        try {
            decoder.prepare();
        } catch (VitrineException e) {
            Wire.sendFault(answers, e.getMessage());
            return;
        }
        Wire.sendReady(answers);
        ExecutorService thread = Executors.newSingleThreadExecutor(ChildMain::decodeThread);
        byte[] array = new byte[BUFFER];
        for (int length = Wire.receiveLength(files); length >= 0; length = Wire.receiveLength(files)) {
            try {
                array = array.length >= length ? array : new byte[length];
            } catch (OutOfMemoryError e) {
                files.skipNBytes(length);
                Wire.sendRejected(
                        answers,
                        RejectionReason.OUT_OF_MEMORY,
                        "the file's " + length + " bytes do not fit the memory");
                continue;
            }
            files.readFully(array, 0, length);
            FileBytes file = new FileBytes(array, 0, length); // the next file comes after this one's answer
            thread.execute(() -> answer(decoder, file));
        }
    }

    private static Thread decodeThread(Runnable task) {
        Thread thread = new Thread(task, "vitrine-decode");
        thread.setDaemon(true);
        thread.setUncaughtExceptionHandler((dead, error) -> {
            error.printStackTrace();
            Runtime.getRuntime().halt(UNCAUGHT);
        });
        return thread;
    }

    private void answer(FileDecoder decoder, FileBytes file) {
        try {
            DecodedFile result = decoder.decode(file, this::sendHeader);
            if (result instanceof DecodedFile.Pixels decoded) {
                Wire.sendPixels(answers, decoded.pixels());
            } else if (result instanceof DecodedFile.Rejected rejected) {
                Wire.sendRejected(
                        answers, rejected.cause().reason(), rejected.cause().getMessage());
            }
        } catch (VitrineException e) {
            sendFault(e.getMessage());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void sendHeader(ImageHeader header) {
        try {
            Wire.sendHeader(answers, header);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void sendFault(String message) {
        try {
            Wire.sendFault(answers, message);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private DecodeRecipe recipe() throws IOException {
        int length = Wire.receiveLength(files);
        try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(files.readNBytes(length)))) {
            return (DecodeRecipe) in.readObject();
        } catch (ClassNotFoundException e) {
            throw new IOException(e);
        }
    }
}
