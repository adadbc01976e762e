import type { Mismatch } from '../parity/row.ts';
import { type Findings, nothingFound } from '../report/model.ts';
import { shown } from '../schemas/violation.ts';
import type { Layer, Through, World } from './model.ts';

const VALUE_CHARACTERS = 240;
/** Flows of one surprise that are named before the rest is counted: one wide rule lets thousands through. */
const NAMED_FLOWS = 3;

function listed(flows: readonly string[]): string {
  const more = flows.length - NAMED_FLOWS;
  return shown(`${flows.slice(0, NAMED_FLOWS).join('; ')}${more > 0 ? `; and ${more} more` : ''}`, VALUE_CHARACTERS);
}

const step = ({ object, path }: Through): string => `${object} ${path}`.trim();

/** One mistake opens many ways: they are told together by the objects that they pass. */
function surprises({ name }: Layer, extra: ReadonlyMap<string, readonly Through[]>): readonly Mismatch[] {
  const groups = Map.groupBy(extra, ([, through]) => through.map(step).join(' → '));
  return [...groups].map(([way, flows]) => {
    const last = flows[0]?.[1].at(-1);
    return {
      file: last?.file ?? 'output',
      object: last?.object ?? name,
      path: last?.path ?? '',
      value: listed(flows.map(([flow]) => flow)),
      rule: `${name}: let through, and no edge of the catalog declares it. The way: ${way}`,
      fix: 'Narrow the rule, or declare the edge in the catalog',
    };
  });
}

function missing({ name }: Layer, absent: ReadonlyMap<string, string>): readonly Mismatch[] {
  const groups = Map.groupBy(absent, ([, by]) => by);
  return [...groups].map(([by, flows]) => ({
    file: 'catalog',
    object: by,
    path: name,
    value: listed(flows.map(([flow]) => flow)),
    rule: `${name}: declared in the catalog, and nothing in the output lets it through`,
    fix: 'Synthesize again; if it stays, a rule is missing or names something else',
  }));
}

/** What a layer lets through and nobody declared, and what is declared and does not get through. */
export function compareLayer(check: string, layer: Layer, world: World): Findings {
  const environment = world.tree.environment.name;
  const why = layer.absent(world);
  if (why !== undefined)
    return { ...nothingFound, trusted: [{ check, subject: `reachability by ${layer.name}`, why, count: 1 }] };
  const [declared, granted] = [layer.declared(world), layer.granted(world)];
  const extra = new Map([...granted].filter(([flow]) => !declared.has(flow)));
  const absent = new Map([...declared].filter(([flow]) => !granted.has(flow)));
  const problems = [...surprises(layer, extra), ...missing(layer, absent)];
  return {
    ...nothingFound,
    problems: problems.map((problem) => ({ check, environment, ...problem })),
    trusted: layer.trusted?.(world).map((item) => ({ check, ...item })) ?? [],
    counts: [{ what: `${layer.name}: flows`, count: declared.size }],
  };
}
