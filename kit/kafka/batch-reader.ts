import {
  type API,
  type Callback,
  Consumer,
  createAPI,
  fetchV13,
  fetchV14,
  fetchV15,
  fetchV16,
  fetchV17,
  kGetApi,
  type Reader,
} from '@platformatic/kafka';
import { type FetchedTopics, readFetch } from './fetched-batch.ts';

/** Fetch; the key is Kafka's. */
const FETCH_KEY = 1;

/** What of the library's versions is used: their requests, and how they explain an error in an answer. */
interface FetchVersion {
  createRequest(...parts: never[]): unknown;
  parseResponse(...answer: [correlationId: number, apiKey: number, apiVersion: number, reader: Reader]): unknown;
}

/** From 13 on a request names topics by id, and the answers have one form. */
const versions: ReadonlyMap<number, FetchVersion> = new Map<number, FetchVersion>([
  [13, fetchV13],
  [14, fetchV14],
  [15, fetchV15],
  [16, fetchV16],
  [17, fetchV17],
]);

type FetchApi = API<unknown[], FetchedTopics>;
type CreateRequest = Parameters<typeof createAPI<unknown[], FetchedTopics>>[2];

function apiOf(version: number): FetchApi {
  const known = versions.get(version);
  if (!known) throw new RangeError(`Fetch ${version} is not known here; Kafka 3.1 and later speak 13.`);
  return createAPI<unknown[], FetchedTopics>(
    FETCH_KEY,
    version,
    // The library calls it with what its own request of this version takes.
    known.createRequest as unknown as CreateRequest,
    (...answer) => {
      const [, , , reader] = answer;
      const found = readFetch(reader.buffer.slice(reader.position));
      if (found) return found;
      // Throws: there is an error in the answer, which the library puts into words.
      return known.parseResponse(...answer) as FetchedTopics;
    },
  );
}

/**
 * The library's consumer with answers to Fetch of our own: batches stay bytes, so that nothing is allocated for a record
 * before somebody looks at it. Requests, sessions and errors are the library's.
 */
export class BatchReader extends Consumer<Buffer, Buffer, Buffer, Buffer> {
  readonly #apis = new Map<number, FetchApi>();

  override [kGetApi]<Arguments extends unknown[], Response>(
    name: string,
    callback: Callback<API<Arguments, Response>>,
  ): void {
    if (name !== 'Fetch') {
      super[kGetApi](name, callback);
      return;
    }
    super[kGetApi]<Arguments, Response>(name, (error, api) => {
      if (error || !api) return callback(error, api);
      const own = this.#apis.get(api.version) ?? apiOf(api.version);
      this.#apis.set(api.version, own);
      // The caller that asks for Fetch passes what the library's request takes, and reads of the answer what ours has.
      return callback(null, own as unknown as API<Arguments, Response>);
    });
  }

  /** `fetch`, with answers as they are read here. */
  async fetchBatches(request: Parameters<BatchReader['fetch']>[0]): Promise<FetchedTopics> {
    // The library hands on what the API above gives.
    return (await this.fetch(request)) as unknown as FetchedTopics;
  }
}
