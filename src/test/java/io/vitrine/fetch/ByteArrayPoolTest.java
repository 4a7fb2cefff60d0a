package io.vitrine.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class ByteArrayPoolTest {
    @Test
    void anArrayIsUsedAgainForAFileOfAboutItsLength() {
        ByteArrayPool buffers = new ByteArrayPool(1 << 20);
        byte[] first = buffers.take(100);
        assertThat(first).hasSize(128);
        assertThat(buffers.take(100)).isNotSameAs(first); // in use
        buffers.giveBack(first);
        assertThat(buffers.take(200)).isNotSameAs(first);
        assertThat(buffers.take(65)).isSameAs(first);
    }

    @Test
    void lengthsAreRoundedUpUnlessNoneOfThemCouldBeKept() {
        ByteArrayPool buffers = new ByteArrayPool(1000);
        assertThat(buffers.take(0)).hasSize(1);
        assertThat(buffers.take(1)).hasSize(1);
        assertThat(buffers.take(2)).hasSize(2);
        assertThat(buffers.take(129)).hasSize(256);
        assertThat(buffers.take(512)).hasSize(512);
        assertThat(buffers.take(513)).hasSize(513); // 1024 is over the bound
        assertThat(new ByteArrayPool(1L << 40).size(Integer.MAX_VALUE)).isEqualTo(Integer.MAX_VALUE);
    }

    @Test
    void anArrayThatNoOtherFileCouldUseIsNotKept() {
        ByteArrayPool buffers = new ByteArrayPool(1000);
        byte[] huge = buffers.take(2000);
        assertThat(huge).hasSize(2000);
        buffers.giveBack(huge);
        assertThat(buffers.take(2000)).isNotSameAs(huge);
    }

    @Test
    void noneIsKeptWhileThoseInUseAreTooMany() {
        ByteArrayPool buffers = new ByteArrayPool(1000);
        byte[] one = buffers.take(500);
        buffers.take(500);
        buffers.take(500);
        buffers.giveBack(one);
        assertThat(buffers.take(500)).isNotSameAs(one);
    }

    @Test
    void theOneLongestOutOfUseMakesRoom() {
        ByteArrayPool buffers = new ByteArrayPool(1000);
        byte[] one = buffers.take(500);
        byte[] two = buffers.take(500);
        buffers.giveBack(one);
        buffers.giveBack(two);
        assertThat(buffers.take(60)).hasSize(64);
        assertThat(buffers.take(500)).isSameAs(two);
        assertThat(buffers.take(500)).isNotSameAs(one);
    }
}
