import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Catalog, type Environment, type EnvironmentName, ExplainedError, serviceNamed } from '#catalog/index.ts';
import { type ImageDigests, parseImages, readImages } from '#charts/lib/images.ts';

/** One image that an environment runs after a change and did not before. */
export interface ImageChange {
  readonly service: string;
  readonly before: string | undefined;
  readonly after: string;
}

const fileOf = (folder: string, environment: EnvironmentName): string => join(folder, `images.${environment}.json`);

const sorted = (images: ImageDigests): ImageDigests =>
  Object.fromEntries(Object.entries(images).sort(([one], [other]) => (one < other ? -1 : 1)));

function changes(before: ImageDigests, after: ImageDigests): readonly ImageChange[] {
  return Object.entries(after)
    .filter(([service, digest]) => before[service] !== digest)
    .map(([service, digest]) => ({ service, before: before[service], after: digest }));
}

/** Writes an environment's digests, sorted, when they are others than before; says what changed. */
function write(folder: string, environment: EnvironmentName, images: { before: ImageDigests; after: ImageDigests }) {
  const changed = changes(images.before, images.after);
  if (changed.length > 0)
    writeFileSync(fileOf(folder, environment), `${JSON.stringify(sorted(images.after), null, 2)}\n`);
  return changed;
}

/** `SERVICE=sha256:…` as a person or a workflow types it. */
function parsePin(catalog: Catalog, pin: string): readonly [string, string] {
  const [service = '', digest = ''] = pin.split('=');
  serviceNamed(catalog, service);
  parseImages(catalog, JSON.stringify({ [service]: digest }), `«${pin}»`);
  return [service, digest];
}

export interface Place {
  readonly catalog: Catalog;
  /** Where `images.<environment>.json` is: the working tree of the GitOps repository. */
  readonly folder: string;
}

/**
 * Notes digests that CI has built; the others stay.
 * @throws UnknownName for a service, ExplainedError for a text that is no digest.
 */
export function recordImages(
  { catalog, folder }: Place,
  environment: EnvironmentName,
  pins: readonly string[],
): readonly ImageChange[] {
  const before = readImages(catalog, folder)[environment] ?? {};
  const after = { ...before, ...Object.fromEntries(pins.map((pin) => parsePin(catalog, pin))) };
  return write(folder, environment, { before, after });
}

/** The environment that a change reaches next; none after the last. */
export const nextOf = (catalog: Catalog, { name }: Pick<Environment, 'name'>): EnvironmentName | undefined =>
  catalog.environments[catalog.environments.findIndex((environment) => environment.name === name) + 1]?.name;

/**
 * Gives an environment the images that the one before it runs: bytes that were tried, not a build of the same sources.
 * @throws ExplainedError when there is none after it, or nothing to promote.
 */
export function promoteImages({ catalog, folder }: Place, from: Environment) {
  const to = nextOf(catalog, from);
  if (!to) {
    const order = catalog.environments.map(({ name }) => name).join(' → ');
    throw new ExplainedError('LAST_ENVIRONMENT', `Nothing comes after ${from.name}. Promote along ${order}.`);
  }
  const images = readImages(catalog, folder);
  const after = images[from.name];
  if (!after)
    throw new ExplainedError(
      'NOTHING_TO_PROMOTE',
      `${fileOf(folder, from.name)} does not exist: ${from.name} runs no built image. Name the GitOps working tree with --in.`,
    );
  return { to, changed: write(folder, to, { before: images[to] ?? {}, after: { ...images[to], ...after } }) };
}
