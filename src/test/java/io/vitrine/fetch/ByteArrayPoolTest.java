package io.vitrine.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ByteArrayPoolTest {
    @Test
    void anArrayIsReusedForAFileOfSimilarLength() {
        ByteArrayPool pool = new ByteArrayPool(1 << 20);
        byte[] first = pool.acquire(100);
        assertThat(first).hasSize(128);
        assertThat(pool.acquire(100)).isNotSameAs(first); // in use
        pool.release(first);
        assertThat(pool.acquire(200)).isNotSameAs(first);
        assertThat(pool.acquire(65)).isSameAs(first);
    }

    @ParameterizedTest
    @CsvSource({"0, 1", "1, 1", "2, 2", "129, 256", "512, 512"})
    void lengthsAreRoundedUpToPowersOfTwo(int length, int capacity) {
        assertThat(new ByteArrayPool(1000).acquire(length)).hasSize(capacity);
    }

    @Test
    void aLengthWhosePowerOfTwoExceedsTheBoundStays() {
        assertThat(new ByteArrayPool(1000).acquire(513)).hasSize(513);
    }

    @Test
    void theLongestArrayKeepsItsLength() {
        assertThat(new ByteArrayPool(1L << 40).capacity(Integer.MAX_VALUE)).isEqualTo(Integer.MAX_VALUE);
    }

    @Test
    void anArrayLargerThanTheBoundIsNotKept() {
        ByteArrayPool pool = new ByteArrayPool(1000);
        byte[] huge = pool.acquire(2000);
        assertThat(huge).hasSize(2000);
        pool.release(huge);
        assertThat(pool.acquire(2000)).isNotSameAs(huge);
    }

    @Test
    void noArrayIsKeptWhileThoseInUseReachTheBound() {
        ByteArrayPool pool = new ByteArrayPool(1000);
        byte[] one = pool.acquire(500);
        pool.acquire(500);
        pool.acquire(500);
        pool.release(one);
        assertThat(pool.acquire(500)).isNotSameAs(one);
    }

    @Test
    void theLeastRecentlyUsedArrayIsDroppedFirst() {
        ByteArrayPool pool = new ByteArrayPool(1000);
        byte[] one = pool.acquire(500);
        byte[] two = pool.acquire(500);
        pool.release(one);
        pool.release(two);
        assertThat(pool.acquire(60)).hasSize(64);
        assertThat(pool.acquire(500)).isSameAs(two);
        assertThat(pool.acquire(500)).isNotSameAs(one);
    }
}
