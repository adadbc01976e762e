import { isFields } from '../tree/node.ts';
import type { FieldChange } from './model.ts';
import { short } from './rows.ts';

const nameOf = (value: unknown): string | undefined => {
  if (!isFields(value)) return undefined;
  const { name, Name, Key, Sid, id } = value;
  const found = name ?? Name ?? Key ?? Sid ?? id;
  return typeof found === 'string' ? found : undefined;
};

/** Items by their names where each has one of its own, else by their places. */
function keyed(list: readonly unknown[]): ReadonlyMap<string, unknown> {
  const names = list.map(nameOf);
  const named = names.every((name) => name !== undefined) && new Set(names).size === list.length;
  return new Map(list.map((item, index) => [named ? `[${names[index]}]` : `[${index}]`, item]));
}

const children = (value: unknown): ReadonlyMap<string, unknown> | undefined => {
  if (Array.isArray(value)) return keyed(value);
  return isFields(value) ? new Map(Object.entries(value).map(([key, part]) => [`.${key}`, part])) : undefined;
};

/** The smallest fields in which two values differ. Lists of named things are compared by name. */
export function fieldChanges(before: unknown, after: unknown, path = ''): readonly FieldChange[] {
  if (JSON.stringify(before) === JSON.stringify(after)) return [];
  const [olds, news] = [children(before), children(after)];
  if (olds && news && Array.isArray(before) === Array.isArray(after)) {
    const keys = [...new Set([...olds.keys(), ...news.keys()])];
    return keys.flatMap((key) => fieldChanges(olds.get(key), news.get(key), `${path}${key}`.replace(/^\./, '')));
  }
  return [
    {
      path,
      ...(before === undefined ? {} : { before: short(before) }),
      ...(after === undefined ? {} : { after: short(after) }),
    },
  ];
}
