/**
 * Fetches files from web addresses: a few at a time from each host, and never from a private network that was not allowed.
 *
 * <p>May import Apache's HTTP client, and {@code net}.
 */
package io.vitrine.web;
