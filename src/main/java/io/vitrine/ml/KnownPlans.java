package io.vitrine.ml;

import io.vitrine.job.plan.FeaturePlan;
import org.apache.hadoop.conf.Configuration;

/** Remembers the last checkpoint that was read: a query's analysis may ask for it many times. Used by the driver. */
final class KnownPlans {
    private static EmbedRequest lastRequest; // null at first
    private static FeaturePlan lastPlan;

    private KnownPlans() {}

    /**
     * The plan of {@code request}.
     *
     * @throws io.vitrine.VitrineException if its checkpoint can't be used
     */
    static synchronized FeaturePlan of(EmbedRequest request, Configuration hadoop) {
        if (!request.equals(lastRequest) || !lastPlan.isCurrent()) {
            lastPlan = FeaturePlan.ofVector(request.model(), request.features(), hadoop);
            lastRequest = request;
        }
        return lastPlan;
    }
}
