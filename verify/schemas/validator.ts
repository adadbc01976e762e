import { Ajv, type ErrorObject, type SchemaValidateFunction, type ValidateFunction } from 'ajv';
import { crdRules, type Judgement, rulesOnChange } from '../cel/crd.ts';
import type { Manifest } from '../tree/manifest.ts';
import { type Fields, isFields } from '../tree/node.ts';
import { formats } from './formats.ts';
import { EXACTLY_ONE, OBJECT_META } from './kubernetes.ts';
import { type KindKey, kindKey, type SchemaLibrary } from './library.ts';
import { type Schema, strict, type Unevaluated, unevaluatedPatterns } from './strict.ts';
import { relevant, toViolation, type Violation } from './violation.ts';

/** Why a kind has no schema: nobody at hand defines it, or its group and kind are known in another version. */
export type Unknown =
  | { readonly reason: 'no-schema' }
  | { readonly reason: 'other-version'; readonly versions: readonly string[] }
  | { readonly reason: 'unknown-kind'; readonly kinds: readonly string[] };

export interface Validator {
  /** Violations of an object, or why its kind has no schema. */
  validate(manifest: Manifest): readonly Violation[] | Unknown;
  /** What the CEL rules of its CRD say of an object; nothing for kinds of Kubernetes itself. */
  judge(manifest: Manifest): Judgement | undefined;
  /** What the schemas of these kinds demand beyond what was evaluated. */
  unevaluated(kinds: Iterable<KindKey>): Unevaluated;
}

const LIST_KEYS = 'x-kubernetes-list-map-keys';
const DEFAULTS: Readonly<Record<string, string>> = { protocol: 'TCP' };

/** A list that is a map by some of its fields has each key once; two equal keys are a merge gone wrong. */
const uniqueKeys: SchemaValidateFunction = (keys: readonly string[], items: readonly unknown[]) => {
  const seen = new Set<string>();
  for (const [index, item] of items.entries()) {
    if (!isFields(item)) continue;
    const key = keys.map((name) => `${name} ${String(item[name] ?? DEFAULTS[name] ?? '')}`).join(', ');
    if (seen.has(key)) {
      uniqueKeys.errors = [
        { keyword: LIST_KEYS, message: `item ${index} repeats ${key}; each item of this list has its own`, params: {} },
      ];
      return false;
    }
    seen.add(key);
  }
  return true;
};

/** Two handlers or none are refused by the API server, although each field alone is optional. */
const exactlyOne: SchemaValidateFunction = (names: readonly string[], value: unknown) => {
  const present = names.filter((name) => isFields(value) && value[name] !== undefined);
  if (present.length === 1) return true;
  const has = present.length === 0 ? 'none' : present.join(' and ');
  exactlyOne.errors = [
    { keyword: EXACTLY_ONE, message: `it has exactly one of ${names.join(', ')}; it has ${has}`, params: {} },
  ];
  return false;
};

function createAjv(library: SchemaLibrary): Ajv {
  const ajv = new Ajv({ strict: false, allErrors: true, verbose: true, logger: false, validateSchema: false, formats });
  ajv.addKeyword({ keyword: LIST_KEYS, type: 'array', validate: uniqueKeys, errors: true });
  ajv.addKeyword({ keyword: EXACTLY_ONE, type: 'object', validate: exactlyOne, errors: true });
  ajv.addSchema(library.kubernetes.schema, 'kubernetes');
  return ajv;
}

const POD_TEMPLATE = 'io.k8s.api.core.v1.PodTemplateSpec';

/** Kinds whose CRD leaves the template of their pods open, where Kubernetes' own schema says what it is. */
const WITH_POD_TEMPLATE: ReadonlySet<string> = new Set(['Rollout']);

/** A schema of `spec` in which the template is one of Kubernetes. */
function withPodTemplate(spec: unknown): unknown {
  if (!isFields(spec) || !isFields(spec.properties)) return spec;
  const template = { $ref: `kubernetes#/definitions/${POD_TEMPLATE}` };
  return { ...spec, properties: { ...spec.properties, template } };
}

/** Roots of custom kinds: Istio's leave out what every object has, the others leave metadata empty. */
function customRoot(schema: Schema, { kind, apiVersion }: Pick<Manifest, 'kind' | 'apiVersion'>): Schema {
  const strictly = strict(schema, 'structural');
  const properties: Fields = isFields(strictly.properties) ? strictly.properties : {};
  return {
    ...strictly,
    properties: {
      ...properties,
      ...(WITH_POD_TEMPLATE.has(kind) ? { spec: withPodTemplate(properties.spec) } : {}),
      apiVersion: { const: apiVersion },
      kind: { const: kind },
      metadata: { $ref: `kubernetes#/definitions/${OBJECT_META}` },
    },
  };
}

function whyUnknown(library: SchemaLibrary, { group, kind }: Manifest): Unknown {
  const known = [...library.kubernetes.byKind.keys(), ...library.customKinds].map((key) => key.split('/'));
  const ofGroup = known.filter(([candidate]) => candidate === group);
  const versions = ofGroup.filter(([, , candidate]) => candidate === kind).map(([, version]) => version ?? '');
  if (versions.length > 0) return { reason: 'other-version', versions };
  // Kubernetes publishes all kinds of its groups; of an operator's group only the kinds in use are at hand.
  const published = [...library.kubernetes.byKind.keys()].some((key) => key.startsWith(`${group}/`));
  const kinds = ofGroup.map(([, , candidate]) => candidate ?? '');
  return published || kinds.length > 0 ? { reason: 'unknown-kind', kinds } : { reason: 'no-schema' };
}

/** Validates objects against a library. Each kind is compiled when its first object comes: all of them take seconds. */
export function createValidator(library: SchemaLibrary): Validator {
  const ajv = createAjv(library);
  const compiled = new Map<KindKey, ValidateFunction>();
  const rules = new Map<KindKey, ReturnType<typeof crdRules>>();

  const compile = (key: KindKey, manifest: Manifest): ValidateFunction | undefined => {
    const definition = library.kubernetes.byKind.get(key);
    if (definition) return ajv.compile({ $ref: `kubernetes#/definitions/${definition}` });
    return library.customKinds.has(key) ? ajv.compile(customRoot(library.customSchema(key), manifest)) : undefined;
  };

  const validatorFor = (manifest: Manifest): ValidateFunction | undefined => {
    const key = kindKey(manifest);
    const validate = compiled.get(key) ?? compile(key, manifest);
    if (validate) compiled.set(key, validate);
    return validate;
  };

  return {
    validate(manifest) {
      const validate = validatorFor(manifest);
      if (!validate) return whyUnknown(library, manifest);
      const errors: readonly ErrorObject[] = validate(manifest.object) ? [] : (validate.errors ?? []);
      return relevant(errors).map(toViolation);
    },
    judge(manifest) {
      const key = kindKey(manifest);
      if (!library.customKinds.has(key)) return undefined;
      const judge = rules.get(key) ?? crdRules(library.customSchema(key));
      rules.set(key, judge);
      return judge(manifest.object);
    },
    unevaluated(kinds) {
      const parts = [...kinds]
        .filter((key) => library.customKinds.has(key))
        .map((key) => library.customSchema(key))
        .map((schema) => ({ celRules: rulesOnChange(schema), patterns: unevaluatedPatterns(schema) }));
      return parts.reduce(
        (sum, part) => ({ celRules: sum.celRules + part.celRules, patterns: sum.patterns + part.patterns }),
        { celRules: 0, patterns: 0 },
      );
    },
  };
}
