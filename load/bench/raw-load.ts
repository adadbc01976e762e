import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { type LoadResult, quantile } from './http-load.ts';

export interface RawLoadOptions {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly bodies: readonly Buffer[];
  readonly connections: number;
  readonly seconds: number;
}

const HEADER_END = Buffer.from('\r\n\r\n');
const STATUS_AT = 'HTTP/1.1 '.length;

function requestOf({ pathname, host }: URL, headers: RawLoadOptions['headers'], body: Buffer): Buffer {
  const fields = { host, 'content-type': 'application/json', 'content-length': String(body.length), ...headers };
  const lines = Object.entries(fields).map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.concat([Buffer.from(`POST ${pathname} HTTP/1.1\r\n${lines.join('')}\r\n`), body]);
}

/** Bytes of a whole answer, and its status; undefined while some of it is on its way. */
function answerOf(bytes: Buffer): { readonly length: number; readonly status: number } | undefined {
  const end = bytes.indexOf(HEADER_END);
  if (end < 0) return undefined;
  const head = bytes.toString('latin1', 0, end);
  const [, length = '0'] = /\r\ncontent-length: (\d+)/i.exec(head) ?? [];
  const whole = end + HEADER_END.length + Number(length);
  return bytes.length < whole ? undefined : { length: whole, status: Number(head.slice(STATUS_AT, STATUS_AT + 3)) };
}

class Line {
  readonly #socket: Socket;
  #pending = Buffer.alloc(0);

  constructor(socket: Socket) {
    this.#socket = socket;
  }

  /** The status of the answer to one request. */
  ask(request: Buffer): Promise<number> {
    const { promise, resolve, reject } = Promise.withResolvers<number>();
    const onData = (chunk: Buffer): void => {
      this.#pending = this.#pending.length === 0 ? Buffer.from(chunk) : Buffer.concat([this.#pending, chunk]);
      const answer = answerOf(this.#pending);
      if (!answer) return;
      this.#pending = this.#pending.subarray(answer.length);
      this.#socket.off('data', onData);
      this.#socket.off('close', onClose);
      resolve(answer.status);
    };
    const onClose = (): void => reject(new Error('the server closed a connection of the benchmark'));
    this.#socket.on('data', onData);
    this.#socket.once('close', onClose);
    this.#socket.write(request);
    return promise;
  }

  end(): void {
    this.#socket.destroy();
  }
}

/**
 * Closed loop like `httpLoad`, with requests that are made beforehand and answers that are only counted: for servers
 * that answer in less time than an HTTP client takes to ask.
 */
export async function rawLoad(options: RawLoadOptions): Promise<LoadResult> {
  const { headers, bodies, connections, seconds } = options;
  const url = new URL(options.url);
  const requests = bodies.map((body) => requestOf(url, headers, body));
  const refused = new Map<string, number>();
  const millis: number[] = [];
  const startedAt = performance.now();
  let turn = 0;
  const run = async (): Promise<void> => {
    const socket = connect(Number(url.port), url.hostname).setNoDelay();
    await once(socket, 'connect');
    const line = new Line(socket);
    while (performance.now() - startedAt < seconds * 1_000) {
      const sentAt = performance.now();
      const status = await line.ask(requests[turn++ % requests.length] ?? Buffer.alloc(0));
      if (status === 200) millis.push(performance.now() - sentAt);
      else refused.set(String(status), (refused.get(String(status)) ?? 0) + 1);
    }
    line.end();
  };
  await Promise.all(Array.from({ length: connections }, run));
  const passed = (performance.now() - startedAt) / 1_000;
  millis.sort((one, other) => one - other);
  const quantiles = { p50Millis: quantile(millis, 0.5), p99Millis: quantile(millis, 0.99) };
  return { requests: millis.length, seconds: passed, refused: Object.fromEntries(refused), ...quantiles };
}
