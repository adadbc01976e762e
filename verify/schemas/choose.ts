import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { KUBERNETES_VERSION, NEXT_KUBERNETES_VERSION } from '#catalog/environments/index.ts';
import type { Schemas } from '../checks/check.ts';
import { type ClusterAnswers, clusterSchemas } from './cluster.ts';
import { kubernetesFile, type SchemaLibrary, schemaDirectory } from './library.ts';
import { createValidator } from './validator.ts';

export interface SchemaSources {
  /** A directory of schemas; without one, and without a cluster, nothing is judged by schemas. */
  readonly schemas?: string | undefined;
  /** A live cluster's own, which go before those of the directory. */
  readonly cluster?: ClusterAnswers | undefined;
}

const validating = (library: SchemaLibrary): Schemas => ({ library, validator: createValidator(library) });

/** Schemas of what runs, and of what comes after it, as far as they are at hand. */
export function chooseSchemas({ schemas, cluster }: SchemaSources): {
  readonly schemas?: Schemas;
  readonly next?: Schemas;
} {
  const library = cluster
    ? clusterSchemas(cluster)
    : schemas === undefined
      ? undefined
      : schemaDirectory(schemas, KUBERNETES_VERSION);
  const hasNext = schemas !== undefined && existsSync(join(schemas, kubernetesFile(NEXT_KUBERNETES_VERSION)));
  return {
    ...(library ? { schemas: validating(library) } : {}),
    ...(hasNext ? { next: validating(schemaDirectory(schemas, NEXT_KUBERNETES_VERSION)) } : {}),
  };
}
