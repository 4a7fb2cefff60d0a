package io.vitrine.image.decode;

import static org.assertj.core.api.Assertions.assertThat;

import io.vitrine.ImageRejectedException;
import io.vitrine.image.Pictures;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

final class NativeMessagesTest {
    private static final String JAVA_PRINTS = "Java prints";

    /** Decodes damaged images, then prints a line. */
    static final class Decoding {
        private Decoding() {}

        public static void main(String[] arguments) throws ImageRejectedException {
            for (String name : List.of("photo_420.jpg", "rgb.png")) {
                byte[] damaged = Pictures.oracle(name);
                Arrays.fill(damaged, damaged.length / 2, damaged.length / 2 + 100, (byte) 0);
                damaged[damaged.length / 2 + 100] = (byte) 0xff; // in a JPEG, a restart marker
                damaged[damaged.length / 2 + 101] = (byte) 0xd0;
                TestDecoding.rejected(damaged);
            }
            System.err.println(JAVA_PRINTS);
        }
    }

    @Test
    void standardErrorHasNoMessagesOfLibrariesAboutDamagedImages() throws IOException, InterruptedException {
        assertThat(standardError("SILENT")).isEqualTo(JAVA_PRINTS + "\n");
    }

    @Test
    void messagesArePrintedOnRequest() throws IOException, InterruptedException {
        assertThat(standardError("WARNING")).contains("Corrupt JPEG data: ", JAVA_PRINTS);
    }

    private static String standardError(String logLevel) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Decoding.class.getName());
        builder.environment().put("OPENCV_LOG_LEVEL", logLevel);
        Process process = builder.start();
        String printed = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).isZero();
        return printed;
    }
}
