package io.driftaware.runner.reindex;

import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Brings new and changed documents when a re-index begins. Found by {@link java.util.ServiceLoader}, or given to the
 * {@link Reindexer}. Without one, {@code documents} itself is the source.
 */
public interface DocumentSource {
    /** A short name that stays the same. */
    String name();

    /**
     * One page; the same cursor may be asked for again after a crash.
     *
     * @param cursor as the page before gave it, null at the first
     * @throws IOException if it cannot be read now; asked again later
     */
    Page next(@Nullable String cursor) throws IOException, InterruptedException;

    /**
     * Some documents.
     *
     * @param documents a page's worth, at most about a thousand; one that did not change does no harm
     * @param cursor of the next page, null at the last
     */
    record Page(List<Document> documents, @Nullable String cursor) {
        /** Copies the list. */
        public Page {
            documents = List.copyOf(documents);
        }
    }

    /**
     * One document.
     *
     * @param source what it is known by, in {@code documents.source}; a row with the same one is replaced
     * @param title may be null
     * @param content what is embedded
     */
    record Document(String source, @Nullable String title, String content) {
        /** Refuses a blank source or content. */
        public Document {
            if (source.isBlank() || content.isBlank()) {
                throw new IllegalArgumentException(
                        "document '" + source + "' has a blank source or content; leave it out");
            }
        }
    }
}
