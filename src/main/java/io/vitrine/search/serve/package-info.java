/**
 * Serves searches of an index to this host: a page with a form, and JSON for programs.
 *
 * <p>May import {@code search}, {@code search.page}, {@code index}, and the JDK's web server, but neither Spark nor Hadoop.
 */
package io.vitrine.search.serve;
