import { k8s } from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import { SCHEMA_PROGRAM } from '#catalog/delivery.ts';
import { publishedSchemas, textOfSchema } from '#catalog/events/published.ts';
import { serviceNamed } from '#catalog/index.ts';
import { enginePorts, names } from '#catalog/names.ts';
import { schemaRegistry } from '#catalog/parts/schema-registry.ts';
import type { Component } from '../../lib/component.ts';
import { imageOf } from '../../lib/images.ts';
import { JOB_LIMITS, Job } from '../../lib/jobs.ts';
import type { Given } from '../operators/given.ts';
import { type PodOf, templateOf, temporaryMount } from './pod.ts';

const NAME = 'schema-publication';
const FOLDER = '/etc/schemas';
/** `nonroot` of the distroless images. */
const USER_ID = 65_532;
/** Validates events by these schemas, so what its image accepts is what is published. */
const PUBLISHER = 'event-ingestion-service';

/** After a sync, when the registry answers; the job of the last sync stays until then, so that its log can be read. */
const HOOK = {
  'argocd.argoproj.io/hook': 'PostSync',
  'argocd.argoproj.io/hook-delete-policy': 'BeforeHookCreation',
} as const;

/** The schemas of the catalog, one key a schema, and the job that brings the registry up to date with them. */
export class SchemaPublication extends Construct {
  constructor(component: Component, given: Given) {
    super(component, NAME);
    const metadata = { name: NAME, namespace: component.props.namespace };
    const account = given.account(NAME);
    new k8s.KubeServiceAccount(this, 'ServiceAccount', {
      metadata: { ...metadata, name: account },
      automountServiceAccountToken: false,
    });
    new k8s.KubeConfigMap(this, 'ConfigMap', {
      metadata,
      data: Object.fromEntries(publishedSchemas.map((one) => [`${one.artifact}.json`, textOfSchema(one)])),
    });
    const [, { labels }] = schemaRegistry.pods;
    const pod: PodOf = {
      account,
      user: USER_ID,
      selector: { ...labels },
      volumes: [{ name: 'schemas', configMap: { name: NAME } }],
      restartPolicy: 'Never',
    };
    new Job(this, 'Job', {
      metadata: { ...metadata, annotations: HOOK },
      spec: { ...JOB_LIMITS, template: templateOf(component, pod, this.#container(component, given)) },
    });
  }

  #container({ platform }: Component, given: Given): object {
    const registry = `http://${names.schemaRegistryHost}:${enginePorts.schemaRegistry}`;
    return {
      name: NAME,
      image: imageOf(serviceNamed(platform.catalog, PUBLISHER), platform.images),
      args: [SCHEMA_PROGRAM, '--registry', registry, '--schemas', FOLDER],
      resources: given.size(NAME),
      volumeMounts: [temporaryMount, { name: 'schemas', mountPath: FOLDER, readOnly: true }],
    };
  }
}
