"""Features of a catalog of images, every night.

Needs apache-airflow-providers-apache-spark, the connection spark_default, and the variable spark_version, the cluster's.
"""

from datetime import datetime, timedelta

from airflow import DAG
from airflow.providers.apache.spark.operators.spark_submit import SparkSubmitOperator

with DAG(
    dag_id="vitrine_nightly",
    schedule="30 2 * * *",
    start_date=datetime(2026, 1, 1),
    catchup=False,
    max_active_runs=1,  # a second run on the same output stops with exit code 7
    default_args={"retries": 1, "retry_delay": timedelta(minutes=10)},  # a retry continues where the run stopped
) as dag:
    SparkSubmitOperator(
        task_id="extract",
        conn_id="spark_default",
        application="/opt/vitrine/vitrine.jar",
        java_class="io.vitrine.Vitrine",
        packages="org.apache.spark:spark-hadoop-cloud_2.12:{{ var.value.spark_version }}",
        executor_cores=4,
        executor_memory="2g",
        conf={"spark.executor.memoryOverhead": "2g"},
        application_args=[
            "extract",
            "--input", "s3a://bucket/photos",
            "--model", "google/vit-base-patch16-224-in21k",
            "--output", "s3a://bucket/features",
        ],
    )
