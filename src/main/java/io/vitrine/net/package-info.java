/**
 * Web addresses in the form that browsers give them, and how far network addresses reach: public, private, link-local.
 *
 * <p>May import the JDK only, and what every room shares.
 */
package io.vitrine.net;
