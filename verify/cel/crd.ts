import { shown, type Violation } from '../schemas/violation.ts';
import { type Fields, isFields } from '../tree/node.ts';
import { type Expression, expression } from './engine.ts';
import { toCel } from './values.ts';

const RULES = 'x-kubernetes-validations';

interface Rule {
  readonly text: string;
  readonly message: string;
  readonly expression: Expression;
}

/** The rules of a schema at one place, and the places below it that have some; other branches are left out. */
interface Ruled {
  readonly schema: Fields;
  readonly rules: readonly Rule[];
  readonly properties: ReadonlyMap<string, Ruled>;
  readonly items?: Ruled;
  readonly values?: Ruled;
}

/** What was found out by the rules of a schema. */
export interface Judgement {
  readonly violations: readonly Violation[];
  /** Rules that were evaluated. */
  readonly evaluated: number;
  /** Rules that the engine could not evaluate, each with why. */
  readonly unreadable: readonly { readonly rule: string; readonly why: string }[];
}

/** Rules on a change compare with what was there before; a tree has no before. */
const isOnChange = (text: string): boolean => /\boldSelf\b/.test(text);

function rulesIn(schema: Fields): readonly Rule[] {
  const list = schema[RULES];
  return (Array.isArray(list) ? list : []).filter(isFields).flatMap((rule): readonly Rule[] => {
    const text = String(rule.rule);
    if (isOnChange(text)) return [];
    return [{ text, message: String(rule.message ?? text), expression: expression(text) }];
  });
}

function ruled(schema: unknown): Ruled | undefined {
  if (!isFields(schema)) return undefined;
  const rules = rulesIn(schema);
  const named = isFields(schema.properties) ? Object.entries(schema.properties) : [];
  const properties = new Map(
    named.flatMap(([name, property]) => {
      const below = ruled(property);
      return below ? [[name, below] as const] : [];
    }),
  );
  const [items, values] = [ruled(schema.items), ruled(schema.additionalProperties)];
  if (rules.length + properties.size === 0 && !items && !values) return undefined;
  return { schema, rules, properties, ...(items ? { items } : {}), ...(values ? { values } : {}) };
}

/** How many rules of a schema are about changes, which a tree cannot show. */
export function rulesOnChange(schema: unknown): number {
  if (Array.isArray(schema)) return schema.reduce((sum: number, item: unknown) => sum + rulesOnChange(item), 0);
  if (!isFields(schema)) return 0;
  const list = schema[RULES];
  const own = Array.isArray(list) ? list.filter((rule) => isFields(rule) && isOnChange(String(rule.rule))).length : 0;
  return Object.values(schema).reduce((sum: number, item) => sum + rulesOnChange(item), own);
}

const nothing: Judgement = { violations: [], evaluated: 0, unreadable: [] };

const together = (parts: readonly Judgement[]): Judgement => ({
  violations: parts.flatMap(({ violations }) => violations),
  evaluated: parts.reduce((sum, { evaluated }) => sum + evaluated, 0),
  unreadable: parts.flatMap(({ unreadable }) => unreadable),
});

function judgeHere({ schema, rules }: Ruled, value: unknown, path: string): Judgement {
  if (rules.length === 0) return nothing;
  const self = toCel(value, schema);
  return together(
    rules.map(({ text, message, expression: rule }): Judgement => {
      const verdict = rule.evaluate({ self });
      if ('error' in verdict) return { ...nothing, unreadable: [{ rule: text, why: verdict.error }] };
      const violation = { path, value: shown(value), rule: message, fix: 'Change it so that the rule holds' };
      return { violations: verdict.value === true ? [] : [violation], evaluated: 1, unreadable: [] };
    }),
  );
}

function judge(place: Ruled, value: unknown, path: string): Judgement {
  if (value === undefined || value === null) return nothing;
  const { properties, items, values } = place;
  const below: Judgement[] = [judgeHere(place, value, path)];
  if (items && Array.isArray(value)) below.push(...value.map((item, index) => judge(items, item, `${path}[${index}]`)));
  if (isFields(value))
    for (const [name, item] of Object.entries(value)) {
      const next = properties.get(name) ?? values;
      if (next) below.push(judge(next, item, path === '' ? name : `${path}.${name}`));
    }
  return together(below);
}

/** Judges objects of a kind by the CEL rules of its schema. */
export function crdRules(schema: unknown): (object: unknown) => Judgement {
  const place = ruled(schema);
  return place ? (object) => judge(place, object, '') : () => nothing;
}
