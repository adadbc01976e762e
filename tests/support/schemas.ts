import { kubernetesDefinitions } from '#verify/schemas/kubernetes.ts';
import { type KindKey, kindKey, type SchemaLibrary } from '#verify/schemas/library.ts';
import type { Schema } from '#verify/schemas/strict.ts';
import { createValidator, type Unknown } from '#verify/schemas/validator.ts';
import { type Manifest, toManifest } from '#verify/tree/manifest.ts';
import { isObject } from './sources.ts';

const reference = (name: string): object => ({ $ref: `#/definitions/${name}` });
const text = { type: 'string' };
const object = (properties: object, rest: object = {}): object => ({ type: 'object', properties, ...rest });

/** A few definitions in the shape in which an API server publishes its own, written for these tests. */
export const DEFINITIONS = {
  'io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta': object({
    name: text,
    namespace: text,
    labels: { type: 'object', additionalProperties: text },
    annotations: { type: 'object', additionalProperties: text },
  }),
  'io.k8s.apimachinery.pkg.util.intstr.IntOrString': { oneOf: [text, { type: 'integer' }] },
  'io.k8s.apimachinery.pkg.api.resource.Quantity': { oneOf: [text, { type: 'number' }] },
  'io.k8s.api.core.v1.ContainerPort': object(
    { name: text, containerPort: { type: 'integer', format: 'int32' }, protocol: text },
    { required: ['containerPort'] },
  ),
  'io.k8s.api.core.v1.Probe': object({
    httpGet: { type: 'object' },
    tcpSocket: { type: 'object' },
    periodSeconds: { type: 'integer' },
  }),
  'io.k8s.api.core.v1.Pod': object(
    {
      apiVersion: text,
      kind: text,
      metadata: reference('io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta'),
      spec: object({
        ports: {
          type: 'array',
          items: reference('io.k8s.api.core.v1.ContainerPort'),
          'x-kubernetes-list-type': 'map',
          'x-kubernetes-list-map-keys': ['containerPort', 'protocol'],
        },
        probe: reference('io.k8s.api.core.v1.Probe'),
        target: reference('io.k8s.apimachinery.pkg.util.intstr.IntOrString'),
        memory: reference('io.k8s.apimachinery.pkg.api.resource.Quantity'),
        free: { type: 'object' },
      }),
    },
    { 'x-kubernetes-group-version-kind': [{ group: '', version: 'v1', kind: 'Pod' }] },
  ),
};

/** A library of the definitions above and of one custom kind, `example.org/v1 Thing`. */
export function libraryOf(
  things: Readonly<Record<KindKey, Schema>>,
): SchemaLibrary & { readonly read: readonly KindKey[] } {
  const kubernetes = kubernetesDefinitions({ definitions: DEFINITIONS });
  if (!kubernetes) throw new Error('The definitions of these tests cannot be read.');
  const read: KindKey[] = [];
  return {
    origin: 'tests',
    kubernetes,
    deprecated: new Map(),
    customKinds: new Set(Object.keys(things)),
    read,
    customSchema: (key) => {
      read.push(key);
      return things[key] ?? {};
    },
  };
}

export const THING = kindKey({ group: 'example.org', version: 'v1', kind: 'Thing' });

/** The schema of a Thing with this spec, as a CRD has it. */
export const thing = (spec: object): Schema =>
  object({ apiVersion: text, kind: text, metadata: { type: 'object' }, spec }) as Schema;

export function manifestOf(value: object): Manifest {
  const made = isObject(value)
    ? toManifest(value, { environment: 'dev', file: 'a.yaml', index: 0 })
    : { lacks: 'everything' };
  if ('lacks' in made) throw new Error(`The object lacks ${made.lacks}.`);
  return made;
}

const sentencesOf = (
  result: ReturnType<ReturnType<typeof createValidator>['validate']>,
): readonly string[] | Unknown =>
  'reason' in result ? result : result.map(({ path, value, rule, fix }) => `${path} = ${value}: ${rule}. ${fix}.`);

/** What the validator says of a Thing, as sentences. */
export function judgeThing(schema: object, spec: unknown): readonly string[] | Unknown {
  const validator = createValidator(libraryOf({ [THING]: thing(schema) }));
  return sentencesOf(
    validator.validate(manifestOf({ apiVersion: 'example.org/v1', kind: 'Thing', metadata: { name: 'a' }, spec })),
  );
}

/** What the validator says of a Pod of the definitions above. */
export function judgePod(spec: object): readonly string[] | Unknown {
  const validator = createValidator(libraryOf({}));
  return sentencesOf(validator.validate(manifestOf({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'a' }, spec })));
}
