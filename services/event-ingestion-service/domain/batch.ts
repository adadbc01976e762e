import { ContentCheck } from './content.ts';
import { type Format, type Outcome, Unmappable } from './formats/format.ts';
import type { Admission, Judge } from './judge.ts';
import { type Accepted, duplicate, type Reason, refusals, rejected, type Verdict } from './verdict.ts';

export interface Request {
  /** The body as text. */
  readonly json: string;
  readonly events: readonly unknown[];
  readonly format: Format;
  readonly admission: Admission;
}

export interface Judgement {
  /** One for every event, in order. */
  readonly outcomes: readonly Outcome[];
  readonly accepted: readonly Accepted[];
  /** Places of the refused events that are kept as dead letters. */
  readonly kept: readonly number[];
  readonly counts: Counts;
}

/** Labels of `ingestion_events_total`. */
export interface Counts {
  accepted: number;
  duplicate: number;
  rejected: number;
  suppressed: number;
}

/** `/properties/level` → `/event_data/level`. */
function sourceOf(path: string, sources: Format['sources']): string {
  const [, field = ''] = /^(\/[^/]*)/.exec(path) ?? [];
  const source = sources[field];
  return source === undefined ? path : source + path.slice(field.length);
}

function judgeOne(event: unknown, { format, admission }: Request, { judge, content }: Judges): Verdict {
  const candidate = format.toEnvelope(event, admission.game);
  if (candidate instanceof Unmappable) return rejected(candidate.reason);
  const verdict = judge.judge(candidate, admission, content);
  if (verdict.status !== 'rejected') return verdict;
  const reason: Reason = { ...verdict.reason, path: sourceOf(verdict.reason.path, format.sources) };
  return rejected(reason);
}

interface Judges {
  readonly judge: Judge;
  readonly content: ContentCheck;
}

function countOf(verdict: Verdict): keyof Counts {
  const suppressed = verdict.status === 'rejected' && verdict.reason.code === 'player_erased';
  return suppressed ? 'suppressed' : verdict.status;
}

/** Decides every event on its own; the second of two with one id in a request is a duplicate of the first. */
export function judgeAll(request: Request, judge: Judge): Judgement {
  const judges = { judge, content: new ContentCheck(request.json) };
  const outcomes: Outcome[] = [];
  const accepted: Accepted[] = [];
  const kept: number[] = [];
  const counts: Counts = { accepted: 0, duplicate: 0, rejected: 0, suppressed: 0 };
  const ids = new Set<string>();
  for (let place = 0; place < request.events.length; place += 1) {
    const event = request.events[place];
    // The id as sent: the judge brings it into normal form.
    const id = request.format.idOf(event);
    let verdict = judgeOne(event, request, judges);
    if (verdict.status === 'accepted' && ids.size === ids.add(verdict.eventId).size) verdict = duplicate;
    if (verdict.status === 'accepted') accepted.push(verdict);
    if (verdict.status === 'rejected' && refusals[verdict.reason.code].kept) kept.push(place);
    counts[countOf(verdict)] += 1;
    outcomes.push({ id, verdict });
  }
  return { outcomes, accepted, kept, counts };
}
