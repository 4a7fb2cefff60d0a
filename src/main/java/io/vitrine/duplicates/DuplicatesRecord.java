package io.vitrine.duplicates;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.vitrine.vectors.VectorSource;
import java.util.List;

/**
 * What was compared and found.
 *
 * @param version of the files; {@value #VERSION}
 * @param source the vectors and how they were made
 * @param newestRun the newest run that was read
 * @param threshold the least cosine of near-duplicates
 * @param vectors with a direction, of different contents
 * @param copies objects with the bytes of another, which are not compared again
 * @param undirected vectors of zeros, of different contents, which are in no group of near-duplicates
 * @param undirectedPaths the first of these
 * @param comparison how vectors were compared
 * @param found groups and members
 */
public record DuplicatesRecord(
        int version,
        VectorSource source,
        String newestRun,
        double threshold,
        long vectors,
        long copies,
        long undirected,
        List<String> undirectedPaths,
        How comparison,
        Found found) {
    static final int VERSION = 1;

    /**
     * How vectors were compared.
     *
     * @param exact whether all pairs above the threshold are found
     * @param clusters 1 if each vector was compared with each
     * @param incomplete vectors that can have near-duplicates in clusters that they did not visit
     * @param recall of a sample; of no image if all pairs are found
     */
    public record How(boolean exact, int clusters, long incomplete, Recall recall) {}

    /**
     * How many pairs were found.
     *
     * @param images that were compared with all others
     * @param pairs of one of these and a near-duplicate
     * @param found of these pairs, in one group
     */
    public record Recall(long images, long pairs, long found) {
        static final Recall NOT_MEASURED = new Recall(0, 0, 0);
    }

    /**
     * What was found.
     *
     * @param groups of two members or more
     * @param members of all groups, with their representatives
     * @param identical members with the bytes of their representative
     * @param near members that are like their representative
     * @param chained members whose similarity to the representative is below the threshold: others connect them with it
     * @param largest the groups of the most members, largest first
     */
    public record Found(long groups, long members, long identical, long near, long chained, List<Largest> largest) {}

    /**
     * A group.
     *
     * @param group its representative
     * @param members with the representative
     * @param leastSimilarity of a member to the representative
     */
    public record Largest(String group, long members, float leastSimilarity) {}

    String json() {
        try {
            return new ObjectMapper()
                            .setPropertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
                            .enable(SerializationFeature.INDENT_OUTPUT)
                            .writeValueAsString(this)
                    + "\n";
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e); // records of texts and numbers
        }
    }
}
