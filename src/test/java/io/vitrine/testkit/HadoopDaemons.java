package io.vitrine.testkit;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.hdfs.MiniDFSCluster;
import org.apache.hadoop.yarn.conf.YarnConfiguration;
import org.apache.hadoop.yarn.server.MiniYARNCluster;

/** A name node with a data node, and a resource manager with a node manager, in one process that lives as long as its input. */
final class HadoopDaemons {
    static final String SITE = "site.xml";

    private HadoopDaemons() {}

    /** @param args a folder. The cluster's settings appear in its {@value #SITE} when the cluster is ready. */
    public static void main(String[] args) {
        try {
            serve(Path.of(args[0]));
        } catch (IOException | RuntimeException | LinkageError e) {
            e.printStackTrace();
            System.exit(1); // threads of Hadoop would live on
        }
        System.exit(0);
    }

    private static void serve(Path folder) throws IOException {
        Configuration settings = settings(folder);
        MiniDFSCluster hdfs = new MiniDFSCluster.Builder(settings).build();
        hdfs.waitActive();
        MiniYARNCluster yarn = new MiniYARNCluster("yarn", 1, 1, 1);
        yarn.init(settings);
        yarn.start();
        Configuration all = new Configuration(yarn.getConfig());
        all.set("fs.defaultFS", hdfs.getURI().toString());
        all.unset("net.topology.node.switch.mapping.impl"); // a class for tests of Hadoop, which clients lack
        Path unfinished = folder.resolve("unfinished.xml");
        try (OutputStream out = Files.newOutputStream(unfinished)) {
            all.writeXml(out);
        }
        Files.move(unfinished, folder.resolve(SITE), StandardCopyOption.ATOMIC_MOVE);
        System.in.transferTo(OutputStream.nullOutputStream());
    }

    private static Configuration settings(Path folder) {
        Configuration settings = new YarnConfiguration();
        settings.set(MiniDFSCluster.HDFS_MINIDFS_BASEDIR, folder.resolve("hdfs").toString());
        settings.setInt("dfs.replication", 1);
        settings.setInt(YarnConfiguration.NM_PMEM_MB, 6144);
        settings.setInt(YarnConfiguration.NM_VCORES, 4);
        settings.setInt(YarnConfiguration.RM_SCHEDULER_MINIMUM_ALLOCATION_MB, 64);
        settings.setBoolean(YarnConfiguration.NM_VMEM_CHECK_ENABLED, false);
        settings.setFloat(YarnConfiguration.NM_MAX_PER_DISK_UTILIZATION_PERCENTAGE, 100);
        settings.set("yarn.scheduler.capacity.root.queues", "default");
        settings.setFloat("yarn.scheduler.capacity.root.default.capacity", 100);
        settings.setFloat("yarn.scheduler.capacity.maximum-am-resource-percent", 1);
        return settings;
    }
}
