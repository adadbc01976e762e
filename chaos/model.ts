import type { Environment } from '#catalog/index.ts';

/** What must stay true while the fault lasts: an objective of a service, by its name in the catalog. */
export interface SteadyState {
  readonly service: string;
  readonly objective: string;
}

/** What is broken. */
export type Fault = {
  readonly kind: 'zone-loss';
  /** Which of the environment's zones is lost. */
  readonly zone: 0 | 1 | 2;
};

/** When an experiment is called off by itself: what people outside see of it. */
export interface Abort {
  /** Answers of the public load balancers with a status of 500 and above, in one minute. */
  readonly serverErrorsPerMinute: number;
  /** In how many minutes in a row. */
  readonly minutes: number;
}

export interface Experiment {
  readonly name: string;
  readonly summary: string;
  readonly hypothesis: readonly SteadyState[];
  readonly fault: Fault;
  readonly durationMinutes: number;
  /** How far it reaches, for the person who decides whether to start it. */
  readonly blastRadius: string;
  readonly abort: Abort;
  /** The alert that must fire; its page in the runbooks has the same name. */
  readonly alert: string;
  /** Whether an environment has what it takes to survive; elsewhere the experiment would be an outage. */
  readonly survivable: (environment: Environment) => boolean;
}
