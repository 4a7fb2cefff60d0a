"""Features of a catalog of images, every night: needs apache-airflow-providers-apache-spark."""

from datetime import datetime, timedelta

from airflow import DAG
from airflow.providers.apache.spark.operators.spark_submit import SparkSubmitOperator

with DAG(
    dag_id="vitrine_nightly",
    schedule="30 2 * * *",
    start_date=datetime(2026, 1, 1),
    catchup=False,
    max_active_runs=1,  # a second run on the same output would stop with a message
    default_args={"retries": 1, "retry_delay": timedelta(minutes=10)},  # a retry goes on where the first try stopped
) as dag:
    SparkSubmitOperator(
        task_id="extract",
        conn_id="spark_default",
        application="/opt/vitrine/vitrine.jar",
        java_class="io.vitrine.Vitrine",
        packages="org.apache.spark:spark-hadoop-cloud_2.12:3.5.8",
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
