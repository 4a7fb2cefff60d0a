/** Measures the job, its parts and single steps. May import every room, Spark, OpenCV (to draw pictures) and JMH. */
package io.vitrine.dev.bench;
