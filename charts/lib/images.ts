import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { type Static, Type } from 'typebox';
import { IMAGES_OF_PARTS, type ImageOfPart } from '#catalog/delivery.ts';
import { SHARED_ACCOUNT, SHARED_REGION } from '#catalog/environments/index.ts';
import { type Catalog, type EnvironmentName, ExplainedError, type Service } from '#catalog/index.ts';
import { NOT_BUILT_DIGEST, names } from '#catalog/names.ts';

const ImageFile = Type.Record(Type.String(), Type.String({ pattern: '^sha256:[0-9a-f]{64}$' }));

/** Digests by service, as CI writes them into `images.<environment>.json`. */
export type ImageDigests = Readonly<Static<typeof ImageFile>>;
export type ImagesByEnvironment = Readonly<Partial<Record<EnvironmentName, ImageDigests>>>;

const isImageFile = new Ajv().compile<ImageDigests>(ImageFile);

const refused = (file: string, problem: string): ExplainedError =>
  new ExplainedError('IMAGES_REFUSED', `${file} ${problem}. Let CI write it again, or remove it to use placeholders.`);

/** @throws ExplainedError when the text is not a map from services of the catalog to sha256 digests. */
export function parseImages(catalog: Catalog, text: string, file: string): ImageDigests {
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch {
    throw refused(file, 'is not JSON');
  }
  if (!isImageFile(content)) {
    const [error] = isImageFile.errors ?? [];
    throw refused(file, `has ${error?.instancePath || 'a root'} that is no digest: it ${error?.message}`);
  }
  const known: readonly string[] = [...catalog.services.map(({ name }) => name), ...IMAGES_OF_PARTS];
  const unknown = Object.keys(content).filter((name) => !known.includes(name));
  if (unknown.length > 0) throw refused(file, `names «${unknown.join('», «')}», which the catalog does not have`);
  return content;
}

/** The same for an image that we build for a part of the platform. */
export function imageOfPart(part: ImageOfPart, images: ImageDigests): string {
  const repository = names.image({ account: SHARED_ACCOUNT, region: SHARED_REGION }, part);
  return `${repository}@${images[part] ?? NOT_BUILT_DIGEST}`;
}

/** Reads `images.<environment>.json` of a folder; an environment without one has built nothing yet. */
export function readImages(catalog: Catalog, folder: string): ImagesByEnvironment {
  const entries = catalog.environments.flatMap(({ name }) => {
    const file = join(folder, `images.${name}.json`);
    return existsSync(file) ? [[name, parseImages(catalog, readFileSync(file, 'utf8'), file)] as const] : [];
  });
  return Object.fromEntries(entries);
}

/** The image by digest; before CI has built it, by a digest that no registry has. */
export function imageOf(service: Service, images: ImageDigests): string {
  const repository = names.image({ account: SHARED_ACCOUNT, region: SHARED_REGION }, service.name);
  return `${repository}@${images[service.name] ?? NOT_BUILT_DIGEST}`;
}
