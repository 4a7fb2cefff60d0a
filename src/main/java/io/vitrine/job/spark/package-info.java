/** Settings, failures and progress of a Spark session. It may use {@code request}. */
package io.vitrine.job.spark;
