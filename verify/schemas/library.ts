import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { VerifyError } from '../errors.ts';
import { isFields } from '../tree/node.ts';
import { type KubernetesDefinitions, kubernetesDefinitions } from './kubernetes.ts';
import type { Schema } from './strict.ts';

/** `group/version/Kind`; the core group is empty: `/v1/Service`. */
export type KindKey = string;

export const kindKey = (of: { readonly group: string; readonly version: string; readonly kind: string }): KindKey =>
  `${of.group}/${of.version}/${of.kind}`;

/** Where schemas come from: a directory, or a live cluster. */
export interface SchemaLibrary {
  /** Said in the report: which schemas were used. */
  readonly origin: string;
  readonly kubernetes: KubernetesDefinitions;
  /** Kinds that CRDs define. */
  readonly customKinds: ReadonlySet<KindKey>;
  /** Kinds that their own definitions call deprecated, and how they say it. */
  readonly deprecated: ReadonlyMap<KindKey, string>;
  /** The schema of a kind of `customKinds`, as its CRD has it. */
  customSchema(key: KindKey): Schema;
}

const CUSTOM_FILE = /^(?<group>[a-z0-9.-]+\.[a-z0-9.-]+)_(?<kind>[A-Za-z0-9]+)_(?<version>v[a-z0-9]+)\.json$/;
export const kubernetesFile = (version: string): string => `kubernetes-${version}.json`;
const FILE_BYTES = 8_388_608;

function readJson(file: string): unknown {
  if (statSync(file).size > FILE_BYTES)
    throw new VerifyError('SCHEMA_TOO_LARGE', `${file} is larger than ${FILE_BYTES} bytes, so it is no schema.`);
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new VerifyError('SCHEMA_UNREADABLE', `${file} is not JSON. Fetch the schemas again.`, { cause: error });
  }
}

function readSchema(file: string): Schema {
  const schema = readJson(file);
  if (isFields(schema)) return schema;
  throw new VerifyError('SCHEMA_UNREADABLE', `${file} is not a schema. Fetch the schemas again.`);
}

function filesOf(directory: string): readonly string[] {
  try {
    return readdirSync(directory);
  } catch (error) {
    throw new VerifyError(
      'SCHEMAS_MISSING',
      `${directory} cannot be read as a directory of schemas. Give one with --schemas DIR.`,
      {
        cause: error,
      },
    );
  }
}

/**
 * A directory with `kubernetes-<version>.json` (the `definitions` of an API server) and one file a custom kind,
 * `<group>_<Kind>_<version>.json`.
 * @throws VerifyError when the directory or the definitions of this Kubernetes version cannot be read.
 */
export function schemaDirectory(directory: string, kubernetesVersion: string): SchemaLibrary {
  const custom = new Map<KindKey, string>();
  for (const file of filesOf(directory)) {
    const { group = '', kind = '', version = '' } = CUSTOM_FILE.exec(file)?.groups ?? {};
    if (kind) custom.set(kindKey({ group, version, kind }), join(directory, file));
  }
  const file = kubernetesFile(kubernetesVersion);
  const kubernetes = filesOf(directory).includes(file)
    ? kubernetesDefinitions(readJson(join(directory, file)))
    : undefined;
  if (!kubernetes)
    throw new VerifyError(
      'SCHEMAS_MISSING',
      `${directory} has no ${file} with definitions, the version that the catalog pins.`,
    );
  return {
    origin: `${custom.size} custom kinds and Kubernetes ${kubernetesVersion} from ${directory}`,
    kubernetes,
    customKinds: new Set(custom.keys()),
    deprecated: new Map(),
    customSchema: (key) => readSchema(custom.get(key) ?? ''),
  };
}
