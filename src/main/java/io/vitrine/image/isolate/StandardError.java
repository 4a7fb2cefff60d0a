package io.vitrine.image.isolate;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/** Reads a process's standard error to its end, on a thread of its own, and keeps the start and the end of it. */
final class StandardError {
    private static final int KEPT_HEAD = 4096;
    private static final int KEPT_TAIL = 4096;

    private final StringBuilder head = new StringBuilder();
    private final StringBuilder tail = new StringBuilder();
    private final Thread thread;

    StandardError(InputStream stream) {
        thread = new Thread(() -> drain(stream), "vitrine-decoder-stderr");
        thread.setDaemon(true);
        thread.start();
    }

    private void drain(InputStream stream) {
        byte[] buffer = new byte[KEPT_TAIL];
        try (stream) {
            for (int count = stream.read(buffer); count >= 0; count = stream.read(buffer)) {
                keep(new String(buffer, 0, count, StandardCharsets.ISO_8859_1));
            }
        } catch (IOException e) {
            // the process was killed
        }
    }

    private synchronized void keep(String text) {
        int first = Math.min(KEPT_HEAD - head.length(), text.length());
        head.append(text, 0, first);
        tail.append(text, first, text.length());
        tail.delete(0, Math.max(0, tail.length() - KEPT_TAIL));
    }

    /** What was read, after the process has ended: at most 8 KiB. */
    String text() throws InterruptedException {
        thread.join(1000); // a grandchild may hold the stream open
        synchronized (this) {
            return head + "\n" + tail;
        }
    }
}
