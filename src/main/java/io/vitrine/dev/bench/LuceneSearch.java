package io.vitrine.dev.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.lucene.codecs.KnnVectorsFormat;
import org.apache.lucene.codecs.lucene912.Lucene912Codec;
import org.apache.lucene.codecs.lucene99.Lucene99HnswVectorsFormat;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.KnnFloatVectorField;
import org.apache.lucene.document.StoredField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.StoredFields;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.KnnFloatVectorQuery;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.MMapDirectory;

/** Lucene's HNSW in one segment. Its maximum of connections is doubled at the lowest level. */
final class LuceneSearch implements SearchEngine {
    private static final String VECTOR = "vector";
    private static final String NUMBER = "number";
    private static final double BUFFER_MB = 1900; // one segment if it fits, so that no graph is built twice

    private final Directory directory;
    private DirectoryReader reader;

    LuceneSearch(Path folder) throws IOException {
        this.directory = new MMapDirectory(folder);
    }

    @Override
    public String name() {
        return "Lucene HNSW";
    }

    @Override
    public void build(VectorFile vectors) throws IOException {
        IndexWriterConfig config = new IndexWriterConfig()
                .setRAMBufferSizeMB(BUFFER_MB)
                .setCodec(new Lucene912Codec() {
                    @Override
                    public KnnVectorsFormat getKnnVectorsFormatForField(String field) {
                        return new Lucene99HnswVectorsFormat(NEIGHBORS / 2, BUILD_BEAM);
                    }
                });
        try (IndexWriter writer = new IndexWriter(directory, config)) {
            for (int i = 0; i < vectors.count(); i++) {
                Document document = new Document();
                document.add(new StoredField(NUMBER, i));
                document.add(new KnnFloatVectorField(VECTOR, vectors.get(i), VectorSimilarityFunction.DOT_PRODUCT));
                writer.addDocument(document);
            }
            writer.forceMerge(1);
        }
        reader = DirectoryReader.open(directory);
    }

    @Override
    public List<Integer> search(float[] query, int top, int beam) throws IOException {
        StoredFields stored = reader.storedFields();
        List<Integer> numbers = new ArrayList<>();
        for (ScoreDoc hit :
                new IndexSearcher(reader).search(new KnnFloatVectorQuery(VECTOR, query, beam), top).scoreDocs) {
            numbers.add(stored.document(hit.doc).getField(NUMBER).numericValue().intValue());
        }
        return numbers;
    }

    @Override
    public long bytes() throws IOException {
        long bytes = 0;
        for (String file : directory.listAll()) {
            bytes += directory.fileLength(file);
        }
        return bytes;
    }

    @Override
    public void close() throws IOException {
        reader.close();
        directory.close();
    }
}
