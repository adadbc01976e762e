import type { DataClass } from '../reading.ts';
import type { Visitor } from '../visitors.ts';
import type { Reads } from './reads.ts';

/** What every way in gives to every resolver. */
export interface Context {
  readonly visitor: Visitor;
  readonly reads: Reads;
}

export interface GraphqlMetrics {
  readonly analytics_query_duration_seconds: { startTimer(labels: { field: string }): () => unknown };
  readonly analytics_data_as_of_seconds: { set(labels: { game_id: string }, seconds: number): void };
  readonly analytics_answers_total: { inc(labels: { source: 'kept' | 'made' }): void };
}

export interface ClassArguments {
  /** Not there where a field has no such argument. */
  readonly dataClass?: 'PRODUCTION' | 'SANDBOX';
}

export const classOf = ({ dataClass }: ClassArguments): DataClass =>
  dataClass === 'SANDBOX' ? 'sandbox' : 'production';
