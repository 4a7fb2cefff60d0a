package io.vitrine.launch;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A process to start.
 *
 * @param environment variables to set in addition to those of the launcher
 * @param command the program and its arguments
 */
record Launch(Map<String, String> environment, List<String> command) {
    Launch {
        environment = Collections.unmodifiableMap(new TreeMap<>(environment));
        command = List.copyOf(command);
    }

    /** The arguments of {@code env} that start the process, each ended by a NUL byte. */
    byte[] words() {
        List<String> words = new ArrayList<>();
        environment.forEach((name, value) -> words.add(name + "=" + value));
        words.addAll(command);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (String word : words) {
            bytes.writeBytes(word.getBytes(StandardCharsets.UTF_8));
            bytes.write(0);
        }
        return bytes.toByteArray();
    }
}
