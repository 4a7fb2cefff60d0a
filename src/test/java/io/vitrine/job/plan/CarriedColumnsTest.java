package io.vitrine.job.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.vitrine.job.request.ClashingColumns;
import java.util.List;
import java.util.Set;
import org.apache.spark.sql.Column;
import org.junit.jupiter.api.Test;

final class CarriedColumnsTest {
    @Test
    void aColumnThatIsLeftOutIsFoundInAnyCase() {
        CarriedColumns carried = new CarriedColumns(ClashingColumns.FAIL, Set.of("IMAGE"), List.of("status"));
        assertThat(carried.of(new String[] {"image", "Label"}))
                .extracting(Column::toString)
                .containsExactly("Label");
    }
}
