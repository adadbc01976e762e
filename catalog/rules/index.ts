import type { Problem } from '../check.ts';
import type { Catalog } from '../model/index.ts';
import { environmentRules } from './environments.ts';
import { footprintRules } from './footprints.ts';
import { nameRules } from './names.ts';
import { portRules } from './ports.ts';
import { referenceRules } from './references.ts';
import { scalingRules } from './scaling.ts';
import { topicRules } from './topics.ts';

export type Rule = (catalog: Catalog) => readonly Problem[];

export const rules: readonly Rule[] = [
  ...nameRules,
  ...referenceRules,
  ...topicRules,
  ...portRules,
  ...scalingRules,
  ...environmentRules,
  ...footprintRules,
];
