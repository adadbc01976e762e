import { VerifyError } from '../errors.ts';
import { isFields, Node } from '../tree/node.ts';
import { kubernetesDefinitions } from './kubernetes.ts';
import { type KindKey, kindKey, type SchemaLibrary } from './library.ts';
import type { Schema } from './strict.ts';

/** What a cluster's API server says of itself, as text. */
export interface ClusterAnswers {
  /** Its name, for the report. */
  readonly name: string;
  /** `kubectl get customresourcedefinitions --output json` */
  readonly definitions: string;
  /** `kubectl get --raw /openapi/v2` */
  readonly openapi: string;
}

function parsed(text: string, what: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new VerifyError(
      'CLUSTER_UNREADABLE',
      `The cluster answered ${what} with what is no JSON. Ask it with kubectl.`,
      {
        cause,
      },
    );
  }
}

interface Served {
  readonly key: KindKey;
  readonly schema: Schema;
  readonly deprecated: string | undefined;
}

/** Versions that a definition serves; what it only stores or once served is no version to write. */
function servedBy(definition: Node): readonly Served[] {
  const spec = definition.key('spec');
  const of = { group: spec.key('group').text ?? '', kind: spec.at('names.kind').text ?? '' };
  return spec
    .list('versions')
    .filter((version) => version.key('served').value === true)
    .flatMap((version) => {
      const schema = version.at('schema.openAPIV3Schema').value;
      const warning = version.key('deprecationWarning').text ?? 'its definition in the cluster says so';
      return [
        {
          key: kindKey({ ...of, version: version.key('name').text ?? '' }),
          schema: isFields(schema) ? schema : {},
          deprecated: version.key('deprecated').value === true ? warning : undefined,
        },
      ];
    });
}

/**
 * The schemas that a live cluster has: its own kinds and those of its custom resource definitions.
 * @throws VerifyError when the answers are not what an API server gives.
 */
export function clusterSchemas({ name, definitions, openapi }: ClusterAnswers): SchemaLibrary {
  const kubernetes = kubernetesDefinitions(parsed(openapi, 'its OpenAPI document'));
  if (!kubernetes)
    throw new VerifyError(
      'CLUSTER_UNREADABLE',
      `${name} has an OpenAPI document without definitions. Is it Kubernetes?`,
    );
  const served = new Node(parsed(definitions, 'its custom resource definitions')).list('items').flatMap(servedBy);
  const schemas = new Map(served.map(({ key, schema }) => [key, schema]));
  return {
    origin: `${schemas.size} custom kinds and Kubernetes of ${name}`,
    kubernetes,
    customKinds: new Set(schemas.keys()),
    deprecated: new Map(served.flatMap(({ key, deprecated }) => (deprecated === undefined ? [] : [[key, deprecated]]))),
    customSchema: (key) => schemas.get(key) ?? {},
  };
}
