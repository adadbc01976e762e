import { ASSUMED_PRICES, type AssumedPriceName, HALF_OF, SPOT_SHARE } from '#catalog/cost.ts';
import type { PriceFiles } from './table.ts';

/**
 * How good a price is. `sourced`: from AWS's price list through a program that reads it. `secondary`: a public table or an
 * old reading. `assumed`: ours, with its reason. `missing`: there is none, so the line has no sum.
 */
export type PriceQuality = 'sourced' | 'secondary' | 'assumed' | 'missing';

export interface Price {
  /** USD for one unit; absent when there is no price. */
  readonly usd?: number;
  /** `hour`, `GB a month`. */
  readonly unit: string;
  readonly quality: PriceQuality;
  /** The letter of the price table's source, or the reason of an assumption. */
  readonly source: string;
}

/** Letters whose figures come from AWS's price list by a maintained program; all others are second-hand. */
const SOURCED_LETTERS: ReadonlySet<string> = new Set(['K', 'I']);

/** Single prices by a name of ours: where they stand in the table. */
const PLACES = {
  'eks cluster': ['eks_cluster_hour', 'standard', 'hour'],
  'nat gateway': ['nat_gateway', 'hour', 'hour'],
  'nat GB': ['nat_gateway', 'gb_processed', 'GB'],
  'interface endpoint': ['vpc_interface_endpoint', 'hour_per_az', 'hour and zone'],
  'endpoint GB': ['vpc_interface_endpoint', 'gb_first_pb', 'GB'],
  'public address': ['public_ipv4_hour', 'value', 'hour'],
  'load balancer': ['load_balancer', 'alb_hour', 'hour'],
  'network load balancer': ['load_balancer', 'nlb_hour', 'hour'],
  'load balancer unit': ['load_balancer', 'alb_lcu_hour', 'LCU and hour'],
  'network load balancer unit': ['load_balancer', 'nlb_lcu_hour', 'LCU and hour'],
  'zone crossing': ['data_transfer', 'intra_region_gb_each_way', 'GB and direction'],
  'internet GB': ['data_transfer', 'internet_out_first_10tb_gb_us_east_1', 'GB'],
  'rds storage': ['rds_storage', 'gp3_gb_month_single_az', 'GB a month'],
  'rds storage multi-az': ['rds_storage', 'gp3_gb_month_multi_az', 'GB a month'],
  'rds backup': ['rds_storage', 'backup_gb_month_over_free', 'GB a month'],
  'cache backup': ['elasticache_backup_gb_month', 'value', 'GB a month'],
  'kms key': ['kms', 'key_month', 'month'],
  'kms requests': ['kms', 'per_10k_requests', '10,000 requests'],
  secret: ['secrets_manager', 'secret_month', 'month'],
  'secret calls': ['secrets_manager', 'per_10k_calls', '10,000 calls'],
  'log ingestion': ['cloudwatch_logs', 'ingest_gb', 'GB'],
  'log archive': ['cloudwatch_logs', 'archive_gb_month', 'GB a month'],
  'image GB': ['ecr_gb_month', 'value', 'GB a month'],
  's3 put': ['s3_gb_month', 'put_per_1k', '1,000 requests'],
  's3 get': ['s3_gb_month', 'get_per_1k', '1,000 requests'],
  'gp3 iops': ['ebs_gb_month', 'gp3_iops_over_3000', 'IOPS a month'],
  'gp3 throughput': ['ebs_gb_month', 'gp3_mbps_over_125', 'MB/s a month'],
} as const satisfies Record<string, readonly [group: string, key: string, unit: string]>;

export type PriceName = keyof typeof PLACES;

/** CloudFormation's storage classes as the table calls them. */
const STORAGE_CLASSES = {
  STANDARD: 'standard',
  STANDARD_IA: 'standard_ia',
  GLACIER: 'glacier_flexible',
  DEEP_ARCHIVE: 'glacier_deep_archive',
} as const;

export type StorageClass = keyof typeof STORAGE_CLASSES;
export const isStorageClass = (name: string): name is StorageClass => Object.hasOwn(STORAGE_CLASSES, name);

const times = (price: Price, factor: number): Price =>
  price.usd === undefined ? price : { ...price, usd: price.usd * factor };

/** Prices by what is bought. Without price files every price is missing, and says so. */
export class Prices {
  readonly #files: PriceFiles | undefined;
  readonly hoursPerMonth: number;

  constructor(files: PriceFiles | undefined) {
    this.#files = files;
    // AWS's own convention: 365 days of 24 hours, over twelve months.
    this.hoursPerMonth = files?.hoursPerMonth ?? 730;
  }

  get exist(): boolean {
    return this.#files !== undefined;
  }

  get region(): string | undefined {
    return this.#files?.region;
  }

  /** What the letters of the lines stand for. */
  get sources(): Readonly<Record<string, string>> {
    return this.#files?.sources ?? {};
  }

  of(name: PriceName): Price {
    const [group, key, unit] = PLACES[name];
    return this.#figure(group, key, unit);
  }

  assumed(name: AssumedPriceName): Price {
    const { usd, unit, why } = ASSUMED_PRICES[name];
    return { usd, unit, quality: 'assumed', source: why };
  }

  /** Instances of a group: on demand by the first type, on spot by the mean of all types that it may get. */
  instances(types: readonly string[], capacity: 'ON_DEMAND' | 'SPOT'): Price {
    const prices = types.map((type) => this.#ec2(type));
    const [first] = prices;
    const usable = prices.flatMap(({ usd }) => (usd === undefined ? [] : [usd]));
    if (!first || usable.length < prices.length) return this.#missing('hour', types.join(', '));
    if (capacity === 'ON_DEMAND') return first;
    const mean = usable.reduce((sum, usd) => sum + usd, 0) / usable.length;
    const source = `spot at ${SPOT_SHARE * 100} % of the list price (${first.source})`;
    return { usd: mean * SPOT_SHARE, unit: 'hour', quality: 'assumed', source };
  }

  /** PostgreSQL, one zone; Multi-AZ costs the factor of the table. */
  database(instanceClass: string, multiAz: boolean): Price {
    const single = this.#withHalves('rds_postgres_single_az_hour', instanceClass);
    if (!multiAz) return single;
    const { usd } = this.#figure('rds_multi_az_multiplier', 'value', '');
    return usd === undefined ? this.#missing('hour', 'Multi-AZ') : times(single, usd);
  }

  cacheNode(nodeType: string, engine: string): Price {
    const redis = this.#figure('elasticache_redis_node_hour', nodeType, 'hour');
    if (engine !== 'valkey') return redis;
    const { usd } = this.#figure('elasticache_valkey_factor', 'value', '');
    return usd === undefined ? this.#missing('hour', 'Valkey') : times(redis, usd);
  }

  volume(type: string): Price {
    return this.#figure('ebs_gb_month', type, 'GB a month');
  }

  objects(storageClass: StorageClass): Price {
    return this.#figure('s3_gb_month', STORAGE_CLASSES[storageClass], 'GB a month');
  }

  #ec2(type: string): Price {
    const usd = this.#files?.ec2[type];
    return usd === undefined ? this.#missing('hour', type) : { usd, unit: 'hour', quality: 'sourced', source: 'K' };
  }

  /** A class that the table lacks costs half of the next, which is how AWS prices sizes of one family. */
  #withHalves(group: string, key: string): Price {
    const twice = Object.entries(HALF_OF).find(([half]) => half === key)?.[1];
    const listed = this.#figure(group, key, 'hour');
    if (listed.usd !== undefined || twice === undefined) return listed;
    const larger = this.#figure(group, twice, 'hour');
    return larger.usd === undefined
      ? listed
      : { ...times(larger, 0.5), quality: 'assumed', source: `half of ${twice} (${larger.source})` };
  }

  #figure(group: string, key: string, unit: string): Price {
    const figures = this.#files?.groups[group] ?? {};
    const usd = figures[key];
    if (typeof usd !== 'number') return this.#missing(unit, `${group}.${key}`);
    const source = sourceOf(figures, key);
    return { usd, unit, quality: SOURCED_LETTERS.has(source) ? 'sourced' : 'secondary', source };
  }

  #missing(unit: string, what: string): Price {
    return { unit, quality: 'missing', source: this.exist ? `no price of ${what}` : 'no prices are at hand' };
  }
}

/** `_source` of a group, or the one of a family, such as `_source_t4g_m7g`; its first letter counts. */
function sourceOf(figures: Readonly<Record<string, string | number>>, key: string): string {
  const special = Object.keys(figures).find(
    (name) =>
      name.startsWith('_source_') &&
      name
        .slice('_source_'.length)
        .split('_')
        .some((family) => key.includes(`.${family}.`)),
  );
  return String(figures[special ?? '_source'] ?? '?').charAt(0);
}
