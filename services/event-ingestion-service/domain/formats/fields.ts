import { isObject } from './format.ts';

/** Optional fields of the envelope that a foreign event may carry elsewhere, with what they must look like to be moved. */
const liftable = {
  session_id: /^[^\p{Cc}]{1,128}$/u,
  platform: /^[^\p{Cc}]{1,32}$/u,
  region: /^[^\p{Cc}]{1,32}$/u,
  country: /^[A-Z]{2}$/,
} as const satisfies Readonly<Record<string, RegExp>>;
export type Liftable = keyof typeof liftable;

/** Values that fit their field of the envelope. Others stay where they were: an optional field never costs an event. */
export function lift(values: Readonly<Partial<Record<Liftable, unknown>>>): Partial<Record<Liftable, string>> {
  const lifted: Partial<Record<Liftable, string>> = {};
  for (const [field, pattern] of Object.entries(liftable) as [Liftable, RegExp][]) {
    const value = values[field];
    if (typeof value === 'string' && pattern.test(value)) lifted[field] = value;
  }
  return lifted;
}

/** The properties without the fields that moved into the envelope. */
export function without(properties: unknown, moved: ReadonlySet<string>): Record<string, unknown> {
  if (!isObject(properties)) return {};
  return Object.fromEntries(Object.entries(properties).filter(([name]) => !moved.has(name)));
}

/** `Item Purchased`, `itemPurchased` and `item-purchased` are all `item_purchased`. Undefined where no letter is left. */
export function eventTypeOf(name: string): string | undefined {
  const words = name
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replaceAll(/([A-Z]+)([A-Z][a-z])/g, '$1_$2')
    .toLowerCase();
  const type = words.replaceAll(/[^a-z0-9]+/g, '_').replaceAll(/^[_0-9]+|_+$/g, '');
  return type === '' ? undefined : type;
}
