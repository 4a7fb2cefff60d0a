package io.vitrine.job.rows;

import static org.assertj.core.api.Assertions.assertThat;

import io.vitrine.report.LabelFault;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ClassNamesTest {
    private static final ClassNames NAMES = new ClassNames(List.of("cat", "red panda", " odd "), 4);

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '"',
            ignoreLeadingAndTrailingWhitespace = false,
            value = {"cat,0", " cat ,0", "red panda,1", " odd ,2", "LABEL_3,3", "0,0", " 3 ,3"})
    void aTextIsANameOrDigits(String text, int index) {
        assertThat(NAMES.of(text)).isEqualTo(new Label.OfClass(index));
    }

    @ParameterizedTest
    @ValueSource(strings = {"Cat", "odd", "4", "-1", "1.0", "99999999999999999999"})
    void othersAreUnknown(String text) {
        assertThat(NAMES.of(text)).isEqualTo(new Label.Unusable(LabelFault.UNKNOWN, text));
    }

    @Test
    void aNumberIsAnIndexIfItIsWhole() {
        assertThat(NAMES.of(2.0)).isEqualTo(new Label.OfClass(2));
        assertThat(NAMES.of(4)).isEqualTo(new Label.Unusable(LabelFault.UNKNOWN, "4"));
        assertThat(NAMES.of(-1)).isEqualTo(new Label.Unusable(LabelFault.UNKNOWN, "-1"));
        assertThat(NAMES.of(0.5)).isEqualTo(new Label.Unusable(LabelFault.UNKNOWN, "0.5"));
        assertThat(NAMES.of(Double.NaN)).isEqualTo(new Label.Unusable(LabelFault.UNKNOWN, "NaN"));
    }

    @Test
    void aNameOfTwoClassesIsAmbiguous() {
        ClassNames cranes = new ClassNames(List.of("crane", "crane", "car"), 3);
        assertThat(cranes.of("crane")).isEqualTo(new Label.Unusable(LabelFault.AMBIGUOUS, "crane"));
        assertThat(cranes.of(1)).isEqualTo(new Label.OfClass(1));
    }

    /** "1" could be the second class, or the class of this name. */
    @Test
    void digitsAreNamesWhereNamesAreDigits() {
        ClassNames ratings = new ClassNames(List.of("1", "2", "3"), 3);
        assertThat(ratings.of("1")).isEqualTo(new Label.OfClass(0));
        assertThat(ratings.of("0")).isEqualTo(new Label.Unusable(LabelFault.UNKNOWN, "0"));
    }
}
