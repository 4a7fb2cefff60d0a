package io.vitrine.duplicates;

import io.vitrine.duplicates.BlockKey.Role;
import io.vitrine.vectors.PathVector;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.function.PairFlatMapFunction;
import org.apache.spark.broadcast.Broadcast;
import scala.Tuple2;

/** A task: sends each vector that has a direction to its blocks, divided by its norm. */
final class PlaceVectors implements PairFlatMapFunction<PathVector, BlockKey, float[]> {
    private static final long serialVersionUID = 1;
    private final Broadcast<Placement> placement;

    PlaceVectors(Broadcast<Placement> placement) {
        this.placement = placement;
    }

    @Override
    public Iterator<Tuple2<BlockKey, float[]>> call(PathVector image) {
        float[] unit = UnitVector.of(image.vector());
        List<Tuple2<BlockKey, float[]>> placed = new ArrayList<>();
        if (UnitVector.hasDirection(unit)) {
            Placement.Place place = placement.value().place(image.path(), unit);
            placed.add(new Tuple2<>(new BlockKey(place.home(), Role.RESIDENT, image.path()), unit));
            for (int block : place.visits()) {
                placed.add(new Tuple2<>(new BlockKey(block, Role.VISITOR, image.path()), unit));
            }
        }
        return placed.iterator();
    }
}
