import { NOT_BUILT_DIGEST } from '#catalog/names.ts';
import { containersOf, podSpecOf } from '../world/pods.ts';
import { broken, inManifests, noted, type Reference, type ReferenceRow, type Resolution, resolved } from './row.ts';

/** Where objects of operators name an image that we chose. */
const IMAGE_FIELDS: Readonly<Record<string, readonly string[]>> = { KafkaConnect: ['spec.image'] };

const DIGEST = /@sha256:[0-9a-f]{64}$/;

function image({ value }: Reference): Resolution {
  if (value.endsWith(`@${NOT_BUILT_DIGEST}`))
    return noted(value.slice(0, value.indexOf('@')), 'not built: CI has written no digest of it for this environment');
  if (DIGEST.test(value)) return resolved;
  const tag = /:(?<tag>[\w.-]+)$/.exec(value)?.groups?.tag;
  const what = tag === undefined ? 'it has no digest' : `«${tag}» is a tag, which may mean another image tomorrow`;
  return broken(`an image is named by its digest; ${what}`, 'Name it as repository@sha256:…');
}

export const imageRows: readonly ReferenceRow[] = [
  inManifests({
    kind: 'image',
    says: 'An image is named by its digest, so that what was tested is what runs.',
    find: (manifest) => {
      const podSpec = podSpecOf(manifest);
      const containers = (podSpec ? containersOf(podSpec) : []).map((container) => container.key('image'));
      const ofOperators = IMAGE_FIELDS[manifest.kind]?.map((path) => manifest.root.at(path)) ?? [];
      return [...containers, ...ofOperators].map((at) => ({ at, value: at.text ?? 'missing' }));
    },
    resolve: image,
  }),
];
