import type { Catalog } from '#catalog/index.ts';
import type { Findings } from '../report/model.ts';
import type { SchemaLibrary } from '../schemas/library.ts';
import type { Validator } from '../schemas/validator.ts';
import type { Tree } from '../tree/tree.ts';

export interface Schemas {
  readonly library: SchemaLibrary;
  readonly validator: Validator;
}

export interface CheckContext {
  readonly catalog: Catalog;
  /** Absent when no schemas are at hand; the check «schema» then says what went unchecked. */
  readonly schemas?: Schemas;
  /** Kubernetes' own kinds in the version after the one that runs; absent when they are not at hand. */
  readonly next?: Schemas;
}

/** One question to the output of one environment. A check is a file here and a line in `index.ts`. */
export interface Check {
  readonly name: string;
  /** What a clean result proves. */
  readonly summary: string;
  run(tree: Tree, context: CheckContext): Findings;
}
