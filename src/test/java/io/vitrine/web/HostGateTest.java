package io.vitrine.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Pauses that hosts ask for, hosts that are down, and hosts that were asked long ago. */
final class HostGateTest {
    @Test
    void manyAnswersThatAskForOnePauseDoNotMakeAHostDown() throws IOException {
        HostGate gate = new HostGate(HostGate.FAILURES, WebClients.FAST);
        for (int i = 0; i < HostGate.FAILURES; i++) {
            gate.enter(WebClients.NOBODY);
        }
        for (int i = 0; i < HostGate.FAILURES; i++) {
            gate.pause(Duration.ofMillis(300), "HTTP 429");
            gate.leave();
        }
        long start = System.nanoTime();
        gate.enter(WebClients.NOBODY);
        assertThat(System.nanoTime() - start).isGreaterThan(200_000_000);
    }

    @Test
    void theTrialOfAHostThatWasDownWaitsForItsPause() throws Exception {
        HostGate gate = new HostGate(1, WebClients.FAST);
        for (int i = 0; i < HostGate.FAILURES; i++) {
            gate.failed("reset");
        }
        gate.pause(Duration.ofMillis(800), "HTTP 503");
        assertThatThrownBy(() -> gate.enter(WebClients.NOBODY)).isInstanceOf(WebRefusedException.class);
        Thread.sleep(WebClients.FAST.rest().toMillis() + 50);
        gate.enter(WebClients.NOBODY);
        assertThatThrownBy(() -> gate.enter(WebClients.NOBODY)).hasMessageContaining("failed 17 requests in a row");
    }

    @Test
    void longForgottenHostsTakeNoMemory() {
        HostGates gates = new HostGates(1, WebClients.FAST);
        HostGate first = gates.of("0.example");
        assertThat(gates.of("0.example")).isSameAs(first);
        for (int i = 1; i <= 5000; i++) {
            gates.of(i + ".example");
        }
        assertThat(gates.of("0.example")).isNotSameAs(first);
    }
}
