import { INGESTION_API } from '#catalog/ingestion-api.ts';
import type { OutgoingEvent } from './event.ts';
import type { Settings } from './options.ts';

/** What the platform said of a batch. */
export type Verdict =
  | { readonly kind: 'taken'; readonly rejected: readonly string[] }
  /** The same request may succeed later. */
  | { readonly kind: 'later'; readonly retryAfterMillis: number }
  | { readonly kind: 'unauthorized'; readonly detail: string }
  /** Too much for one request. */
  | { readonly kind: 'too_large' }
  | { readonly kind: 'refused'; readonly detail: string };

/** Times out, is overloaded, is being replaced, or a gateway before it failed. */
const isTemporary = (status: number): boolean => status === 408 || status === 425 || status === 429 || status >= 500;

/** Seconds or a date, as HTTP allows; 0 for anything else. */
export function retryAfterMillis(header: string | null, now: number): number {
  if (header === null) return 0;
  const seconds = Number(header);
  if (Number.isFinite(seconds)) return Math.max(0, seconds * 1_000);
  const date = Date.parse(header);
  return Number.isNaN(date) ? 0 : Math.max(0, date - now);
}

function sentenceOf(result: unknown): readonly string[] {
  if (typeof result !== 'object' || result === null || !('status' in result) || result.status !== 'rejected') return [];
  const { event_id: id, reason } = result as { event_id?: unknown; reason?: Record<string, unknown> };
  return [`${id}: ${reason?.path} ${reason?.rule}. ${reason?.fix}`];
}

function readResults(body: unknown): readonly string[] {
  if (typeof body !== 'object' || body === null || !('results' in body) || !Array.isArray(body.results)) return [];
  return body.results.flatMap(sentenceOf);
}

async function readVerdict(answer: Response): Promise<Verdict> {
  const { status } = answer;
  if (isTemporary(status))
    return { kind: 'later', retryAfterMillis: retryAfterMillis(answer.headers.get('retry-after'), Date.now()) };
  if (status === 413) return { kind: 'too_large' };
  const text = await answer.text();
  if (status === 401 || status === 403) return { kind: 'unauthorized', detail: `${status}: ${text.slice(0, 300)}` };
  if (status !== 200) return { kind: 'refused', detail: `${status}: ${text.slice(0, 300)}` };
  return { kind: 'taken', rejected: readResults(JSON.parse(text)) };
}

/** One request. A network that is down, slow or garbled counts as `later`: the platform knows each event by its id. */
export async function deliver(
  settings: Settings,
  events: readonly OutgoingEvent[],
  { keepalive = false } = {},
): Promise<Verdict> {
  try {
    const answer = await settings.fetch(new URL(INGESTION_API.eventsPath, settings.endpoint), {
      method: 'POST',
      headers: { 'content-type': 'application/json', [INGESTION_API.apiKeyHeader]: settings.apiKey },
      body: JSON.stringify(events),
      signal: AbortSignal.timeout(settings.requestTimeoutMillis),
      keepalive,
    });
    return await readVerdict(answer);
  } catch {
    return { kind: 'later', retryAfterMillis: 0 };
  }
}
