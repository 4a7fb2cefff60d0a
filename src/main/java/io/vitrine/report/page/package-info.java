/**
 * A run's report as one HTML page that needs no network.
 *
 * <p>May import {@code report}, j2html, XChart and Batik, and no other room. Texts reach the page through j2html, which escapes
 * them: paths and errors come from files of strangers.
 */
package io.vitrine.report.page;
