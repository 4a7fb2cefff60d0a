package io.vitrine.fetch;

import static io.vitrine.fetch.WebReads.FILE;
import static io.vitrine.fetch.WebReads.bytes;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vitrine.ImageRejectedException;
import io.vitrine.RejectionReason;
import io.vitrine.StorageException;
import io.vitrine.catalog.ImageRef;
import io.vitrine.testkit.Await;
import io.vitrine.testkit.RawServer;
import io.vitrine.testkit.WebServer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Hosts that do not answer: they cost their own images, and the run only if no host answers. */
@Tag("slow")
final class WebReaderDeadHostsTest {
    @RegisterExtension
    private final WebReads web = new WebReads();

    private final WebServer server = web.server();

    @Test
    void aHostWithoutAddressIsARow() {
        web.assertRejected("http://no.example/x", RejectionReason.UNREADABLE, "the host has no address: no.example");
    }

    @Test
    void aServerThatSaysNothingIsGivenUp() {
        try (RawServer raw = RawServer.hangingAfter("")) {
            web.assertRejected(raw.address("/x"), RejectionReason.UNREADABLE, "4 attempts: Read timed out");
        }
    }

    @Test
    void aReadThatIsGivenUpClosesItsConnection() {
        try (RawServer raw = RawServer.hangingAfter("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf")) {
            ImageRef ref = ImageRef.unlisted(raw.address("/x"));
            ObjectRead read = new ObjectRead(ref, web.reader().limits());
            read.start();
            Thread thread = new Thread(() -> {
                try {
                    web.reader().read(ref, web.pool(), read);
                } catch (ImageRejectedException e) {
                    // nobody waits for it
                }
            });
            thread.start();
            Await.until("half has come", Duration.ofSeconds(5), () -> read.bytes() == 4);
            Instant start = Instant.now();
            assertThat(read.abandon()).isTrue();
            Await.until("the thread ends", Duration.ofSeconds(5), () -> !thread.isAlive());
            assertThat(Duration.between(start, Instant.now())).isLessThan(Duration.ofMillis(600)); // the read's timeout
            assertThat(raw.connections()).isOne();
        }
    }

    private List<String> messages(Function<Integer, String> address, int count) {
        return IntStream.range(0, count)
                .parallel()
                .mapToObj(i -> {
                    try {
                        web.read(address.apply(i));
                        return "ok";
                    } catch (ImageRejectedException e) {
                        return e.getMessage();
                    }
                })
                .toList();
    }

    @Test
    void aHostThatIsDownCostsItsOwnImagesAndIsTriedAgain() throws ImageRejectedException {
        server.put("/x", FILE);
        AtomicInteger answers = new AtomicInteger();
        try (RawServer raw = RawServer.start((out, closed) -> {
            if (answers.get() > 0) {
                out.write("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx".getBytes(UTF_8));
            }
        })) {
            List<String> messages = messages(i -> raw.address("/" + i), 200);
            assertThat(messages)
                    .allMatch(message -> message.startsWith("no file after ") || message.startsWith("not asked: "));
            assertThat(messages.get(199))
                    .matches("not asked: the host failed [12][0-9] requests in a row, the last with: .+");
            assertThat(raw.connections()).isLessThan(40);
            assertThat(bytes(web.read(server.address("/x")))).isEqualTo(FILE);
            answers.set(1);
            Await.until("the host is asked again", Duration.ofSeconds(10), () -> messages(i -> raw.address("/"), 1)
                    .equals(List.of("ok")));
            assertThat(messages(i -> raw.address("/" + i), 50)).containsOnly("ok");
        }
    }

    /** Nobody listens on port 1. */
    private static String dead(int host) {
        return "http://" + host + ".dead.example:1/x";
    }

    @Test
    void ifNoHostAnswersTheNetworkIsGone() throws ImageRejectedException {
        server.put("/x", FILE);
        web.read(server.address("/x"));
        for (int i = 1; i < WebHealth.HOSTS; i++) {
            web.assertRejected(dead(i), RejectionReason.UNREADABLE, "no file after ");
            web.assertRejected(dead(i), RejectionReason.UNREADABLE, "no file after ");
        }
        assertThatThrownBy(() -> web.read(dead(WebHealth.HOSTS)))
                .isInstanceOf(StorageException.class)
                .hasMessageStartingWith(
                        "Cannot read many images in a row, the last of them http://64.dead.example:1/x:");
        web.read(server.address("/x"));
        web.assertRejected(dead(WebHealth.HOSTS), RejectionReason.UNREADABLE, "no file after ");
    }

    @Test
    void namesWithoutAddressStopNoRun() {
        for (int i = 0; i <= WebHealth.HOSTS; i++) {
            web.assertRejected("http://" + i + "no.example/x", RejectionReason.UNREADABLE, "the host has no address");
        }
    }
}
