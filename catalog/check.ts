import { type Catalog, ExplainedError } from './model/index.ts';
import { rules } from './rules/index.ts';

/** One inconsistency: where it is, what stands there, which rule it breaks and how to mend it. */
export interface Problem {
  /** Path in the catalog, such as `services.event-ingestion-service.produces[0].topic`. */
  readonly path: string;
  readonly value: string;
  readonly rule: string;
  readonly fix: string;
}

export class CatalogError extends ExplainedError {
  override readonly name = 'CatalogError';
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    const lines = problems.map(({ path, value, rule, fix }) => `  ${path} = ${value}: ${rule}. ${fix}.`);
    super(
      'CATALOG_INCONSISTENT',
      `The catalog has ${problems.length} problem${problems.length === 1 ? '' : 's'}:\n${lines.join('\n')}`,
    );
    this.problems = problems;
  }
}

/** All problems of a catalog, by every rule; an empty list means consistent. */
export function findProblems(catalog: Catalog): readonly Problem[] {
  return rules.flatMap((rule) => rule(catalog));
}

/** @throws CatalogError with every problem at once. */
export function assertConsistent(catalog: Catalog): Catalog {
  const problems = findProblems(catalog);
  if (problems.length > 0) throw new CatalogError(problems);
  return catalog;
}
