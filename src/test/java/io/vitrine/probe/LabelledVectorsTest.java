package io.vitrine.probe;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vitrine.ConfigurationException;
import java.util.List;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.junit.jupiter.api.Test;

final class LabelledVectorsTest {
    @Test
    void labelsAreTextsOrNumbers() {
        for (DataType type : List.of(
                DataTypes.StringType, DataTypes.IntegerType, DataTypes.DoubleType, DataTypes.createDecimalType())) {
            assertThatCode(() -> LabelledVectors.requireLabels("class", type)).doesNotThrowAnyException();
        }
        for (DataType type :
                List.of(DataTypes.BooleanType, DataTypes.BinaryType, DataTypes.createArrayType(DataTypes.StringType))) {
            assertThatThrownBy(() -> LabelledVectors.requireLabels("class", type))
                    .isInstanceOf(ConfigurationException.class)
                    .hasMessage("--label-column class is of type " + type.simpleString() + ", but labels are texts or"
                            + " numbers. Give a column with each image's class; CAST one of another type.");
        }
    }
}
