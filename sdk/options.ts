import { INGESTION_API } from '#catalog/ingestion-api.ts';
import { InvalidOption, type OnProblem } from './errors.ts';
import { type EventStorage, memoryStorage } from './storage.ts';

/** `pending`: events wait in memory. `granted`: they are sent. `denied`: none is kept, none is sent. */
export type Consent = 'pending' | 'granted' | 'denied';

export interface GameMetricsOptions {
  /** The ingestion service's address, without a path: `https://api.example.com`. */
  readonly endpoint: string;
  readonly apiKey: string;
  readonly gameId: string;
  readonly playerId: string;
  readonly sessionId?: string;
  readonly appVersion?: string;
  readonly platform?: string;
  readonly region?: string;
  /** ISO 3166-1 alpha-2. */
  readonly country?: string;
  /** Default `pending`: a game asks its player first. */
  readonly consent?: Consent;
  /** Events of one request, 1 to 500. Default 50. */
  readonly batchEvents?: number;
  /** How long an event waits for company. Default 5,000. */
  readonly flushIntervalMillis?: number;
  /** Default 10,000; then the oldest makes room. */
  readonly maxQueuedEvents?: number;
  /** Of one request. Default 10,000. */
  readonly requestTimeoutMillis?: number;
  /** The first pause after a failure, doubled with each, and the longest. Defaults 500 and 60,000. */
  readonly retryBaseMillis?: number;
  readonly retryMaxMillis?: number;
  /** Share of players, 0 to 1, whose events of a type are sent; 1 when left out. Money is always sent. */
  readonly sampling?: Readonly<Record<string, number>>;
  /** Where events wait for the network. Default: memory. */
  readonly storage?: EventStorage;
  /** Hears of every event that is lost. Default: nobody. */
  readonly onProblem?: OnProblem;
  /** For tests and unusual hosts. */
  readonly fetch?: typeof fetch;
  readonly random?: () => number;
}

const defaults = {
  consent: 'pending',
  batchEvents: 50,
  flushIntervalMillis: 5_000,
  maxQueuedEvents: 10_000,
  requestTimeoutMillis: 10_000,
  retryBaseMillis: 500,
  retryMaxMillis: 60_000,
  sampling: {},
  onProblem: () => undefined,
  random: Math.random,
} as const satisfies Partial<GameMetricsOptions>;

type Defaulted = keyof typeof defaults | 'storage' | 'fetch';
export type Settings = Omit<GameMetricsOptions, Defaulted> & Required<Pick<GameMetricsOptions, Defaulted>>;

const bounds = {
  batchEvents: [1, INGESTION_API.maxBatchEvents],
  flushIntervalMillis: [10, 3_600_000],
  maxQueuedEvents: [1, 1_000_000],
  requestTimeoutMillis: [100, 300_000],
  retryBaseMillis: [1, 3_600_000],
  retryMaxMillis: [1, 86_400_000],
} as const;

function checkNumbers(settings: Settings): void {
  for (const name of Object.keys(bounds) as (keyof typeof bounds)[]) {
    const [min, max] = bounds[name];
    const value = settings[name];
    if (!Number.isInteger(value) || value < min || value > max)
      throw new InvalidOption(name, value, `it must be a whole number from ${min} to ${max}`);
  }
  for (const [type, rate] of Object.entries(settings.sampling))
    if (!(rate >= 0 && rate <= 1)) throw new InvalidOption(`sampling.${type}`, rate, 'it must be from 0 to 1');
}

function checkTexts(settings: Settings): void {
  // The value of a key never reaches a message.
  for (const name of ['apiKey', 'gameId', 'playerId'] as const)
    if (!settings[name]) throw new InvalidOption(name, '', 'it must not be empty');
  const { protocol } = URL.parse(settings.endpoint) ?? {};
  if (protocol !== 'https:' && protocol !== 'http:')
    throw new InvalidOption('endpoint', settings.endpoint, 'it must be a URL of https, as https://api.example.com');
}

/** The options with their defaults. @throws InvalidOption */
export function readOptions(options: GameMetricsOptions): Settings {
  const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
  const settings: Settings = {
    ...defaults,
    storage: memoryStorage(),
    fetch: (input, init) => globalThis.fetch(input, init),
    ...(given as GameMetricsOptions & typeof given),
  };
  checkTexts(settings);
  checkNumbers(settings);
  return settings;
}
