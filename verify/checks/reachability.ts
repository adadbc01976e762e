import { compareLayer } from '../reachability/compare.ts';
import { layers } from '../reachability/index.ts';
import { mergeFindings } from '../report/model.ts';
import type { Check } from './check.ts';

const CHECK = 'reachability';

export const reachability: Check = {
  name: CHECK,
  summary: 'Who can really reach whom, layer by layer and through all of them, is what the catalog declares.',
  run: (tree, { catalog }) => mergeFindings(layers.map((layer) => compareLayer(CHECK, layer, { tree, catalog }))),
};
