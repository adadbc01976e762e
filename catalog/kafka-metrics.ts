/** One attribute of a management bean, and the series that the exporter makes of it. */
export interface JmxSeries {
  /** As its owner registers it; a key whose value is `*` becomes a label. */
  readonly bean: string;
  readonly attribute: string;
  readonly metric: string;
  readonly type: 'GAUGE' | 'COUNTER';
  /** Labels beside those of the bean. */
  readonly labels?: Readonly<Record<string, string>>;
  readonly help: string;
}

/** `bean#attribute`: where a number stands. */
type Place = `${string}:${string}#${string}`;

function gauge(place: Place, metric: string, help: string): JmxSeries {
  const [bean = '', attribute = ''] = place.split('#');
  return { bean, attribute, metric, type: 'GAUGE', help };
}

const counter = (place: Place, metric: string, help: string): JmxSeries => ({
  ...gauge(place, metric, help),
  type: 'COUNTER',
});

const replicas = (name: string, help: string): JmxSeries =>
  gauge(
    `kafka.server:type=ReplicaManager,name=${name}#Value`,
    `kafka_server_replicamanager_${name.toLowerCase()}`,
    help,
  );

const controllers = (name: string, help: string): JmxSeries =>
  gauge(
    `kafka.controller:type=KafkaController,name=${name}#Value`,
    `kafka_controller_kafkacontroller_${name.toLowerCase()}`,
    help,
  );

const traffic = (name: string, help: string): JmxSeries =>
  counter(
    `kafka.server:type=BrokerTopicMetrics,name=${name}PerSec,topic=*#Count`,
    `kafka_server_brokertopicmetrics_${name.toLowerCase()}_total`,
    help,
  );

/** Beans: Apache Kafka 4.3 documentation, «Monitoring» and «KRaft Monitoring Metrics». */
const brokers: readonly JmxSeries[] = [
  replicas('UnderReplicatedPartitions', 'Partitions that lack a copy; more than 0 for long: a broker is away or slow.'),
  replicas(
    'UnderMinIsrPartitionCount',
    'Partitions that refuse writes with acks=all; more than 0: events are held back.',
  ),
  replicas('OfflineReplicaCount', 'Replicas on failed disks; more than 0: replace the volume.'),
  replicas('PartitionCount', 'Partitions on this broker; brokers far apart: rebalance.'),
  replicas('LeaderCount', 'Partitions that this broker leads; brokers far apart: rebalance.'),
  counter(
    'kafka.server:type=ReplicaManager,name=IsrShrinksPerSec#Count',
    'kafka_server_replicamanager_isrshrinks_total',
    'Times that a follower fell behind; growing: disks or the network are too slow.',
  ),
  counter(
    'kafka.server:type=ReplicaManager,name=IsrExpandsPerSec#Count',
    'kafka_server_replicamanager_isrexpands_total',
    'Times that a follower caught up; without shrinks before it: a broker came back.',
  ),
  traffic('MessagesIn', 'Records written; none on a topic that is fed: producers have stopped.'),
  traffic('BytesIn', 'Bytes written; near the limit of the volume: add brokers.'),
  traffic('BytesOut', 'Bytes read; far above what is written: a group reads from the start.'),
  traffic('FailedProduceRequests', 'Writes refused; growing: too few in-sync replicas, or no right to the topic.'),
  traffic('FailedFetchRequests', 'Reads refused; growing: a reader asks for what it may not have.'),
  {
    ...gauge(
      'kafka.network:type=RequestMetrics,name=TotalTimeMs,request=*#99thPercentile',
      'kafka_network_requestmetrics_totaltimems',
      'Milliseconds of the slowest 1 % of requests; high on Produce: followers or disks are slow.',
    ),
    labels: { quantile: '0.99' },
  },
  gauge(
    'kafka.network:type=SocketServer,name=NetworkProcessorAvgIdlePercent#Value',
    'kafka_network_socketserver_networkprocessoravgidle_percent',
    'Share of time that network threads wait, 0 to 1; below 0.3: the broker is short of processors.',
  ),
  gauge(
    'kafka.server:type=KafkaRequestHandlerPool,name=RequestHandlerAvgIdlePercent#OneMinuteRate',
    'kafka_server_kafkarequesthandlerpool_requesthandleravgidle_percent',
    'Share of time that request threads wait, 0 to 1; below 0.3: the broker is short of processors.',
  ),
  gauge(
    'kafka.log:type=LogManager,name=OfflineLogDirectoryCount#Value',
    'kafka_log_logmanager_offlinelogdirectorycount',
    'Volumes that failed; more than 0: replace the volume.',
  ),
  gauge(
    'kafka.log:type=Log,name=Size,topic=*,partition=*#Value',
    'kafka_log_log_size',
    'Bytes of a partition on disk; growing without end: retention does not work.',
  ),
  gauge(
    'kafka.server:type=Produce,user=*#throttle-time',
    'kafka_server_produce_throttle_time',
    'Milliseconds that a user is held back by its quota for writing; above 0 for long: raise it or find the flood.',
  ),
  gauge(
    'kafka.server:type=Fetch,user=*#throttle-time',
    'kafka_server_fetch_throttle_time',
    'Milliseconds that a user is held back by its quota for reading; above 0 for long: it cannot catch up.',
  ),
  controllers('ActiveControllerCount', 'Controllers that lead; a sum other than 1: the quorum is in trouble.'),
  controllers(
    'OfflinePartitionsCount',
    'Partitions without a leader; more than 0: they can be neither read nor written.',
  ),
  controllers('ActiveBrokerCount', 'Brokers that answer; fewer than there are pods: one is fenced or gone.'),
  controllers('FencedBrokerCount', 'Brokers that may not lead; more than 0 for long: one does not come back.'),
  controllers(
    'PreferredReplicaImbalanceCount',
    'Partitions not led where they should be; high for long: leaders are not moved back.',
  ),
  gauge(
    'kafka.server:type=raft-metrics#commit-latency-avg',
    'kafka_server_raft_commit_latency_avg',
    'Milliseconds until metadata are committed; high: slow disks of controllers.',
  ),
];

/** Sensors: Cruise Control wiki, «Sensors». */
const cruiseControl: readonly JmxSeries[] = [
  gauge(
    'kafka.cruisecontrol:name=AnomalyDetector.balancedness-score#Value',
    'kafka_cruisecontrol_anomalydetector_balancedness_score',
    'How even the cluster is, 0 to 100; falling: rebalance.',
  ),
  gauge(
    'kafka.cruisecontrol:name=LoadMonitor.valid-windows#Value',
    'kafka_cruisecontrol_loadmonitor_valid_windows',
    'Windows of measurements; 0 for long: no proposal can be made, brokers do not report.',
  ),
  gauge(
    'kafka.cruisecontrol:name=Executor.execution-stopped#Value',
    'kafka_cruisecontrol_executor_execution_stopped',
    'Rebalances that were stopped before their end.',
  ),
];

/** Beans: Apache Kafka 4.3 documentation, «Connect Monitoring»; Debezium's, «Monitoring» of its PostgreSQL connector. */
const connect: readonly JmxSeries[] = [
  gauge(
    'kafka.connect:type=connect-worker-metrics#task-count',
    'kafka_connect_worker_task_count',
    'Tasks that run here; 0 in sum: nothing is relayed.',
  ),
  counter(
    'kafka.connect:type=task-error-metrics,connector=*,task=*#total-record-errors',
    'kafka_connect_task_error_total_record_errors',
    'Records that failed; growing: look at the log of the task.',
  ),
  gauge(
    'debezium.postgres:type=connector-metrics,context=streaming,server=*#MilliSecondsBehindSource',
    'debezium_postgres_milliseconds_behind_source',
    'How far the relay is behind the database; growing: mails and erasures are late.',
  ),
  gauge(
    'debezium.postgres:type=connector-metrics,context=streaming,server=*#Connected',
    'debezium_postgres_connected',
    '1 while it reads the log of the database; 0 for long: the log fills the disk of the database.',
  ),
];

/** Beans: KIP-382, «Metrics», as Apache Kafka 4.3 registers them. */
const mirror: readonly JmxSeries[] = [
  gauge(
    'kafka.connect:type=connect-worker-metrics#task-count',
    'kafka_connect_worker_task_count',
    'Tasks that run here; 0 in sum: nothing is mirrored.',
  ),
  gauge(
    'kafka.connect.mirror:type=MirrorSourceConnector,source=*,target=*,topic=*,partition=*#replication-latency-ms-avg',
    'kafka_connect_mirror_source_replication_latency_ms_avg',
    'Milliseconds from the record to its copy; above 300,000: the recovery point of five minutes is missed.',
  ),
  gauge(
    'kafka.connect.mirror:type=MirrorSourceConnector,source=*,target=*,topic=*,partition=*#record-age-ms-max',
    'kafka_connect_mirror_source_record_age_ms_max',
    'Age of the oldest record when it is copied; above 300,000: the recovery point of five minutes is missed.',
  ),
  gauge(
    'kafka.connect.mirror:type=MirrorCheckpointConnector,source=*,target=*,group=*,topic=*,partition=*#checkpoint-latency-ms-avg',
    'kafka_connect_mirror_checkpoint_latency_ms_avg',
    'Milliseconds from an offset of a group to its copy; high: after a failover groups read again what they had read.',
  ),
];

/** What the Java programs of Kafka export, by program; dashboards and alerts may name these, and nothing else of them. */
export const JMX_SERIES = { brokers, 'cruise-control': cruiseControl, connect, mirror } as const satisfies Record<
  string,
  readonly JmxSeries[]
>;

export type JmxProgram = keyof typeof JMX_SERIES;
