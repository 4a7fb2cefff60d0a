package io.vitrine.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.IDN;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class PunycodeTest {
    /** The JDK's own encoder is the witness, on letters that both map alike. */
    @Test
    void labelsAreEncodedAsTheJdkDoes() {
        Random random = new Random(7);
        String letters = "abcxyz019äöüéñøжщяあ漢字한글";
        for (int i = 0; i < 2000; i++) {
            StringBuilder label = new StringBuilder("é");
            for (int j = random.nextInt(12); j > 0; j--) {
                label.append(letters.charAt(random.nextInt(letters.length())));
            }
            assertThat("xn--" + Punycode.encoded(label.toString()))
                    .as(label.toString())
                    .isEqualTo(IDN.toASCII(label.toString(), IDN.ALLOW_UNASSIGNED));
        }
    }

    @Test
    void aSharpSIsALetterOfItsOwn() {
        assertThat(Punycode.encoded("straße")).isEqualTo("strae-oqa");
    }
}
