import type { Node } from '../../tree/node.ts';
import type { SetRow } from '../rows.ts';
import { EXPOSURE, OPENED } from './hazards.ts';

const json = ({ value }: Node): string => JSON.stringify(value);
const _textsOf = (nodes: readonly Node[]): readonly string[] => nodes.flatMap(({ text }) => text ?? []);

const clearPart = (root: Node): readonly string[] =>
  root.list('spec.kafka.listeners').flatMap((listener) => {
    const name = listener.key('name').text ?? '?';
    return [
      ...(listener.key('tls').value === true ? [] : [`the listener ${name} without TLS`]),
      ...(listener.key('authentication').exists ? [] : [`the listener ${name} without a password`]),
    ];
  });

const outside = (root: Node): readonly string[] =>
  root
    .list('spec.kafka.listeners')
    .filter((listener) => listener.key('type').text !== 'internal' && listener.key('type').text !== 'cluster-ip')
    .flatMap((listener) => listener.key('name').text ?? []);

function minimums(root: Node): readonly string[] {
  const config = [root.at('spec.config'), root.at('spec.kafka.config')];
  return config.flatMap((one) =>
    one.key('min.insync.replicas').exists ? [String(one.key('min.insync.replicas').value)] : [],
  );
}

/** The same disk in the same class, as large or larger: EBS volumes grow in place. */
function grownDisk(had: string, other: string): boolean {
  const pattern = /^(?<id>disk .+) of (?<size>\d+)Gi in (?<kind>.+)$/;
  const [now, before] = [pattern.exec(had)?.groups, pattern.exec(other)?.groups];
  return now?.id === before?.id && now?.kind === before?.kind && Number(now?.size) >= Number(before?.size);
}

const HOUR_MILLIS = 3_600_000;
/** Kafka keeps for ever what says minus one. */
const retention = (topic: Node): number => {
  const millis = Number(topic.at('spec.config').key('retention.ms').value);
  return millis < 0 ? Number.POSITIVE_INFINITY : millis;
};

const keptHours = (topic: Node): readonly string[] => [
  `records older than ${retention(topic) / HOUR_MILLIS} hours are deleted`,
];
const hoursOf = (text: string): number => Number(/than (\S+) hours/.exec(text)?.[1]);

/** Rights, records and brokers of Kafka. */
export const kafkaSets: readonly SetRow[] = [
  {
    subject: 'kafka.strimzi.io Kafka',
    of: clearPart,
    gained: { ...OPENED, says: 'Brokers take connections at' },
    countsWhenNew: true,
  },
  {
    subject: 'kafka.strimzi.io Kafka',
    of: outside,
    gained: { ...EXPOSURE, says: 'Brokers can be reached from outside the cluster at the listener' },
    countsWhenNew: true,
  },
  {
    subject: 'kafka.strimzi.io KafkaTopic',
    of: keptHours,
    gained: { class: 'dangerous', hazard: 'data loss', says: 'Sooner than before' },
    countsWhenNew: false,
    covers: (had, other) => hoursOf(other) >= hoursOf(had),
  },
  {
    subject: 'kafka.strimzi.io KafkaTopic',
    of: (topic) => (topic.at('spec.config').key('cleanup.policy').text ?? 'delete').split(','),
    gained: { class: 'dangerous', hazard: 'data loss', says: 'Records are also removed by' },
    countsWhenNew: false,
  },
  {
    subject: 'kafka.strimzi.io *',
    of: (root) => minimums(root),
    lost: { class: 'disruptive', hazard: 'lost replica', says: 'A write is acknowledged with fewer copies than' },
    countsWhenNew: false,
    covers: (had, other) => Number(had) >= Number(other),
  },
  {
    subject: 'kafka.strimzi.io KafkaNodePool',
    of: (pool) =>
      pool
        .list('spec.storage.volumes')
        .map((volume) => `disk ${json(volume.key('id'))} of ${volume.key('size').text} in ${volume.key('class').text}`),
    lost: { class: 'dangerous', hazard: 'data loss', says: 'Disks of brokers go, shrink or change their class' },
    countsWhenNew: false,
    covers: grownDisk,
  },
  {
    subject: 'kafka.strimzi.io KafkaNodePool',
    of: (pool) =>
      pool
        .list('spec.storage.volumes')
        .filter((volume) => volume.key('deleteClaim').value === true)
        .map((volume) => `disk ${json(volume.key('id'))}`),
    gained: { class: 'dangerous', hazard: 'data loss', says: 'With the pool go' },
    countsWhenNew: false,
  },
];
