import {
  API_CALLS,
  EVENT_BYTES,
  IMAGE_GIGABYTES,
  type Load,
  READER_RETENTION_DAYS,
  STORAGE_AGE_DAYS,
} from '#catalog/cost.ts';
import { IMAGE_RETENTION } from '#catalog/delivery.ts';
import { buckets } from '#catalog/stores.ts';
import type { StackResource } from '../../assembly/load.ts';
import type { Node } from '../../tree/node.ts';
import { type Costing, type Decisions, daysPerMonth, gigabytesPerMonth } from '../costing.ts';
import { constant, type LineItem, type Range, scaled } from '../line.ts';
import { isStorageClass, type StorageClass } from '../prices/price.ts';

/** From which age on objects are in a class. */
export interface Stage {
  readonly from: number;
  readonly storageClass: StorageClass | 'gone';
}

/** What the lifecycle of a bucket does to an object as it ages; rules of a prefix count for the whole bucket. */
export function stagesOf(lifecycle: Node): readonly Stage[] {
  const rules = lifecycle.list('Rules').filter((rule) => rule.key('Status').text === 'Enabled');
  const transitions = rules.flatMap((rule) =>
    rule.list('Transitions').flatMap((transition): readonly Stage[] => {
      const storageClass = transition.key('StorageClass').text ?? '';
      const from = Number(transition.key('TransitionInDays').value);
      return isStorageClass(storageClass) ? [{ from, storageClass }] : [];
    }),
  );
  const ends = rules.flatMap((rule): readonly Stage[] => {
    const days = rule.key('ExpirationInDays').number;
    return days === undefined ? [] : [{ from: days, storageClass: 'gone' }];
  });
  const first: Stage = { from: 0, storageClass: 'STANDARD' };
  return [first, ...transitions, ...ends].sort((left, right) => left.from - right.from);
}

/** Days that an object of a bucket this old has spent in each class, which is also how many days' worth lies there. */
export function daysByClass(stages: readonly Stage[], ageDays: number): ReadonlyMap<StorageClass, number> {
  const days = new Map<StorageClass, number>();
  for (const [index, { from, storageClass }] of stages.entries()) {
    if (storageClass === 'gone') break;
    const until = Math.min(ageDays, stages[index + 1]?.from ?? ageDays);
    if (until > from) days.set(storageClass, (days.get(storageClass) ?? 0) + until - from);
  }
  return days;
}

export const bucketOf = ({ properties, logicalId }: StackResource) => {
  const name = properties.key('BucketName').text ?? logicalId;
  return buckets.find((bucket) => name === bucket.name || name.endsWith(`-${bucket.name}`));
};

type KnownBucket = NonNullable<ReturnType<typeof bucketOf>>;

/** GB a day that a bucket takes in. */
export function writtenPerDay(bucket: KnownBucket, costing: Costing): Range {
  if (bucket.name === 'archive')
    return scaled(gigabytesPerMonth(costing, EVENT_BYTES.archive), 1 / daysPerMonth(costing));
  const written: Load['bucketGigabytesPerDay'] = costing.load.bucketGigabytesPerDay;
  return constant(written[bucket.name]);
}

/** A bucket after a year, every class of its lifecycle filled; objects whose reader expires them are gone by then. */
function bucketLines(resource: StackResource, costing: Costing): readonly LineItem[] {
  const bucket = bucketOf(resource);
  if (!bucket) return [];
  const { prices } = costing;
  const perDay = writtenPerDay(bucket, costing);
  const readerOwned = bucket.lifecycle.kind === 'reader-owned';
  const age = readerOwned ? READER_RETENTION_DAYS : STORAGE_AGE_DAYS;
  const days = daysByClass(stagesOf(resource.properties.key('LifecycleConfiguration')), age);
  const owners = bucket.owner === 'platform' ? {} : { [bucket.owner]: 1 };
  return [...days].map(
    ([storageClass, count]): LineItem => ({
      awsService: 'Amazon S3',
      what: `${bucket.name} in ${storageClass}`,
      price: prices.objects(storageClass),
      quantity: scaled(perDay, count),
      owners,
    }),
  );
}

function repository({ properties }: StackResource, { prices }: Costing): readonly LineItem[] {
  const name = (properties.key('RepositoryName').text ?? '').split('/').at(-1) ?? '';
  const { shared, release } = IMAGE_GIGABYTES;
  return [
    {
      awsService: 'Amazon ECR',
      what: 'images',
      price: prices.of('image GB'),
      quantity: constant(shared + release * IMAGE_RETENTION.releases),
      owners: name ? { [name]: 1 } : {},
    },
  ];
}

/** Requests of all keys, secrets and buckets of a place. */
export function apiCalls({ prices }: Costing): readonly LineItem[] {
  return [
    {
      awsService: 'AWS KMS',
      what: 'requests',
      price: prices.of('kms requests'),
      quantity: constant(API_CALLS.kmsPer10k),
    },
    {
      awsService: 'AWS Secrets Manager',
      what: 'calls',
      price: prices.of('secret calls'),
      quantity: constant(API_CALLS.secretsPer10k),
    },
    { awsService: 'Amazon S3', what: 'writes', price: prices.of('s3 put'), quantity: constant(API_CALLS.putPer1k) },
    { awsService: 'Amazon S3', what: 'reads', price: prices.of('s3 get'), quantity: constant(API_CALLS.getPer1k) },
  ];
}

export const storageRows: Decisions<StackResource> = {
  'AWS::S3::Bucket': { lines: bucketLines },
  'AWS::ECR::Repository': { lines: repository },
};
