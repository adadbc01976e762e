import type { EnvironmentName } from '#catalog/index.ts';

/** One thing that is wrong in the output, precise enough to be mended without reading the verifier. */
export interface Problem {
  readonly check: string;
  readonly environment: EnvironmentName;
  /** Relative to the root that was verified. */
  readonly file: string;
  /** `Kind namespace/name`, a CloudFormation resource, or the catalog's entry that has no object. */
  readonly object: string;
  /** Where in the object: `spec.template.spec.containers[0].image`. */
  readonly path: string;
  /** What stands there; secrets are left out. */
  readonly value: string;
  readonly rule: string;
  readonly fix: string;
}

/** Worth knowing, and nothing to mend in the output. */
export interface Note {
  readonly check: string;
  readonly environment: EnvironmentName;
  readonly subject: string;
  readonly sentence: string;
}

/** What no check looked at, so that a clean report never says more than was proven. */
export interface Trust {
  readonly check: string;
  readonly subject: string;
  readonly why: string;
  /** How many objects, references or rules rest on it. */
  readonly count: number;
}

/** How much a check looked at: `references of kind secret: 42`. */
export interface Count {
  readonly what: string;
  readonly count: number;
}

export interface Findings {
  readonly problems: readonly Problem[];
  readonly notes: readonly Note[];
  readonly trusted: readonly Trust[];
  readonly counts: readonly Count[];
}

export interface CheckReport extends Findings {
  readonly name: string;
  readonly summary: string;
  readonly seconds: number;
}

export interface EnvironmentSize {
  readonly environment: EnvironmentName;
  readonly manifests: number;
  readonly templates: number;
  readonly resources: number;
}

export interface Report {
  readonly root: string;
  /** Where schemas came from: `67 custom kinds and Kubernetes 1.35 from ../shared/schemas`. */
  readonly schemas: string;
  readonly environments: readonly EnvironmentSize[];
  readonly checks: readonly CheckReport[];
  readonly problems: readonly Problem[];
  readonly notes: readonly Note[];
  readonly trusted: readonly Trust[];
  readonly seconds: number;
}

export const nothingFound: Findings = { problems: [], notes: [], trusted: [], counts: [] };

/** Adds up findings of several environments: equal trust items and counts become one with the sum. */
export function mergeFindings(all: readonly Findings[]): Findings {
  const trusted = new Map<string, Trust>();
  const counts = new Map<string, Count>();
  for (const item of all.flatMap((findings) => findings.trusted)) {
    const key = `${item.check}\n${item.subject}\n${item.why}`;
    trusted.set(key, { ...item, count: item.count + (trusted.get(key)?.count ?? 0) });
  }
  for (const { what, count } of all.flatMap((findings) => findings.counts))
    counts.set(what, { what, count: count + (counts.get(what)?.count ?? 0) });
  return {
    problems: all.flatMap(({ problems }) => problems),
    notes: all.flatMap(({ notes }) => notes),
    trusted: [...trusted.values()],
    counts: [...counts.values()],
  };
}
