import { Agent, request } from 'node:http';

export interface LoadOptions {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Makes the body of the next request. */
  readonly body: () => Buffer;
  readonly connections: number;
  readonly seconds: number;
  /** Waited for before each request: a pace, or room in what is being loaded. */
  readonly turn?: () => Promise<void>;
  /** Told of every answer that took the body. */
  readonly taken?: () => void;
}

export interface LoadResult {
  readonly requests: number;
  readonly seconds: number;
  /** Answers other than 200, by status. */
  readonly refused: Readonly<Record<string, number>>;
  readonly p50Millis: number;
  readonly p99Millis: number;
}

export const quantile = (sorted: readonly number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;

/** Closed loop over keep-alive connections: each sends its next request when it has the answer to the last. */
export async function httpLoad(options: LoadOptions): Promise<LoadResult> {
  const { connections, seconds, turn, taken } = options;
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const refused = new Map<string, number>();
  const millis: number[] = [];
  const startedAt = performance.now();
  const isOver = () => performance.now() - startedAt >= seconds * 1000;
  const run = async () => {
    while (!isOver()) {
      if (turn) await turn();
      if (isOver()) return;
      const sentAt = performance.now();
      const status = await postOnce(agent, options);
      if (status === 200) {
        millis.push(performance.now() - sentAt);
        taken?.();
      } else refused.set(String(status), (refused.get(String(status)) ?? 0) + 1);
    }
  };
  await Promise.all(Array.from({ length: connections }, run));
  const passed = (performance.now() - startedAt) / 1000;
  agent.destroy();
  millis.sort((one, other) => one - other);
  const quantiles = { p50Millis: quantile(millis, 0.5), p99Millis: quantile(millis, 0.99) };
  return { requests: millis.length, seconds: passed, refused: Object.fromEntries(refused), ...quantiles };
}

export type Post = Pick<LoadOptions, 'url' | 'headers' | 'body'>;

/** The status of the answer, when it is there in full. */
export function postOnce(agent: Agent, { url, headers, body }: Post): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const bytes = body();
  const fields = { ...headers, 'content-type': 'application/json', 'content-length': bytes.length };
  const sent = request(url, { method: 'POST', agent, headers: fields }, (answer) => {
    answer.resume();
    answer.once('end', () => resolve(answer.statusCode ?? 0));
  });
  sent.once('error', reject);
  sent.end(bytes);
  return promise;
}
