import { type Fields, isFields } from '../tree/node.ts';
import { enumerations, itemEnumerations, QUANTITY_PATTERN, unions } from './enumerations.ts';
import { type Schema, strict } from './strict.ts';

export const OBJECT_META = 'io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta';
const QUANTITY = 'io.k8s.apimachinery.pkg.api.resource.Quantity';

export interface KubernetesDefinitions {
  /** Strict definitions by full name, to be referred to as `#/definitions/<name>`. */
  readonly schema: Schema;
  /** `apps/v1/Deployment` → full name. */
  readonly byKind: ReadonlyMap<string, string>;
}

interface GroupVersionKind {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}

/** The keyword for objects that have exactly one of some fields; the validator defines it. */
export const EXACTLY_ONE = 'exactlyOneOf';

const KIND_LIST = 'x-kubernetes-group-version-kind';

/** `io.k8s.api.networking.v1.NetworkPolicy` → `networking.v1.NetworkPolicy`; what the enumerations are keyed by. */
function shortName(fullName: string): string {
  const parts = fullName.split('.');
  const wanted = fullName.startsWith('io.k8s.api.') ? 3 : 2;
  return parts.slice(-wanted).join('.');
}

function kindsOf(definition: Fields): readonly GroupVersionKind[] {
  const kinds = definition[KIND_LIST];
  if (!Array.isArray(kinds)) return [];
  return kinds.filter(isFields).map(({ group, version, kind }) => ({
    group: String(group ?? ''),
    version: String(version),
    kind: String(kind),
  }));
}

function union(short: string, properties: Fields): Fields {
  const fields = unions[short];
  if (!fields) return {};
  const names = 'of' in fields ? fields.of : Object.keys(properties).filter((name) => !fields.everyBut.includes(name));
  return { [EXACTLY_ONE]: names };
}

/** Adds what the published definition leaves out: the values of enumerations, and choices between fields. */
function withValues(name: string, definition: Fields): Fields {
  if (!isFields(definition.properties)) return definition;
  const short = shortName(name);
  const properties = Object.entries(definition.properties).map(([property, schema]) => {
    const values = enumerations[`${short}.${property}`];
    const itemValues = itemEnumerations[`${short}.${property}`];
    if (!isFields(schema)) return [property, schema];
    if (values) return [property, { ...schema, enum: values }];
    return [property, itemValues ? { ...schema, items: { type: 'string', enum: itemValues } } : schema];
  });
  return { ...definition, ...union(short, definition.properties), properties: Object.fromEntries(properties) };
}

/** The definitions that an API server publishes (`definitions` of its OpenAPI v2 document), made strict. */
export function kubernetesDefinitions(document: unknown): KubernetesDefinitions | undefined {
  const definitions = isFields(document) ? document.definitions : undefined;
  if (!isFields(definitions)) return undefined;
  const byKind = new Map<string, string>();
  const strictDefinitions: Record<string, Schema> = {};
  for (const [name, definition] of Object.entries(definitions)) {
    if (!isFields(definition)) continue;
    for (const { group, version, kind } of kindsOf(definition)) byKind.set(`${group}/${version}/${kind}`, name);
    strictDefinitions[name] = strict(withValues(name, definition), 'published');
  }
  strictDefinitions[QUANTITY] = { type: ['string', 'number'], pattern: QUANTITY_PATTERN };
  return { schema: { definitions: strictDefinitions }, byKind };
}
