/**
 * Measures the job, its parts and single steps, and checks what only a machine with a GPU can.
 *
 * <p>May import every room, Spark, Hadoop, OpenCV (to draw pictures), Jackson and JMH.
 */
package io.vitrine.dev.bench;
