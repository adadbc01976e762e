import { EVENT_BYTES, EXPECTED_PARTS } from '#catalog/cost.ts';
import type { Costing } from './costing.ts';
import { daysPerMonth, gigabytesPerMonth, resourcesOfType } from './costing.ts';
import { add, constant, type LineItem, scaled } from './line.ts';
import type { Place } from './places.ts';
import { bucketOf, writtenPerDay } from './rows/storage.ts';

/** Objects that the first region copies into the buckets here: what crosses, and the promise of its minutes. */
function replicationLines(costing: Costing): readonly LineItem[] {
  const { prices } = costing;
  const written = resourcesOfType(costing, 'AWS::S3::Bucket').flatMap((resource) => {
    const bucket = bucketOf(resource);
    return bucket ? [writtenPerDay(bucket, costing)] : [];
  });
  const quantity = scaled(add(written), daysPerMonth(costing));
  return [
    {
      awsService: 'Data transfer',
      what: 'objects to the recovery region',
      price: prices.assumed('cross-region GB'),
      quantity,
    },
    {
      awsService: 'Amazon S3',
      what: 'replication in promised time',
      price: prices.assumed('timed replication GB'),
      quantity,
    },
  ];
}

/** Bytes and operations pending, operations failed, latency (S3 user guide, «Using S3 Replication metrics»). */
const METRICS_OF_A_COPY = 4;

/** S3 publishes metrics of copies that are promised in time, at the price of custom ones. */
function metricLines({ everywhere, prices }: Costing): readonly LineItem[] {
  const timed = everywhere
    .flatMap(({ resources }) => resources)
    .flatMap(({ properties }) => properties.list('ReplicationConfiguration.Rules'))
    .filter((rule) => rule.at('Destination.ReplicationTime.Status').text === 'Enabled');
  return [
    {
      awsService: 'Amazon CloudWatch',
      what: 'metrics of copied buckets',
      price: prices.assumed('custom metric'),
      quantity: constant(timed.length * METRICS_OF_A_COPY),
    },
  ];
}

/** Whether a network of another region leads here. */
const isPeered = ({ everywhere, stacks }: Costing): boolean =>
  everywhere
    .flatMap(({ resources }) => resources)
    .some(
      ({ type, properties }) =>
        type === 'AWS::EC2::VPCPeeringConnection' && properties.key('PeerRegion').text === stacks[0]?.region,
    );

/**
 * What the recovery region needs beside its stacks to hold the objectives: copies of objects, of Kafka's records and of
 * TimescaleDB's log, and disks for them. Streams and disks have no manifest yet, so they are marked as expected.
 */
export function standbyLines(costing: Costing, { environment }: Place): readonly LineItem[] {
  if (!environment) return [];
  const { prices } = costing;
  const { kafka, timescale } = environment;
  const gib = kafka.brokers * kafka.storageGiB + timescale.storageGiB;
  return [
    ...replicationLines(costing),
    ...metricLines(costing),
    {
      awsService: 'Amazon EBS',
      what: `${gib} GiB for brokers and the streaming replica`,
      price: prices.volume('gp3'),
      quantity: constant(gib),
      expected: EXPECTED_PARTS.standbyVolumes,
    },
    {
      awsService: 'Data transfer',
      what: 'streams to the recovery region',
      price: prices.assumed('cross-region GB'),
      quantity: gigabytesPerMonth(costing, EVENT_BYTES.kafka + EVENT_BYTES.writeAheadLog),
      ...(isPeered(costing) ? {} : { expected: EXPECTED_PARTS.standbyStreams }),
    },
  ];
}
