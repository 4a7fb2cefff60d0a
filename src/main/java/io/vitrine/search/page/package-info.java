/**
 * Answers as an HTML page that needs no network, with small pictures of what was found.
 *
 * <p>May import {@code search}, {@code index}, {@code fetch}, {@code web}, {@code catalog}, {@code image}, {@code table}, {@code vectors},
 * {@code report}, j2html and
 * Hadoop. Texts reach the page through j2html, which escapes them: names and labels come from strangers.
 */
package io.vitrine.search.page;
