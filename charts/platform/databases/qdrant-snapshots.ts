import { k8s } from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import { JOB_LABEL } from '#catalog/databases.ts';
import { foreignImage, foreignImages } from '#catalog/images.ts';
import { enginePorts, names } from '#catalog/names.ts';
import { qdrant } from '#catalog/parts/qdrant.ts';
import { OBJECT_KEEPERS } from '#catalog/stores.ts';
import type { Component } from '../../lib/component.ts';
import { CronJob, JOB_LIMITS, OUTSIDE_MESH } from '../../lib/jobs.ts';
import { gibibytes, quantity } from '../../lib/quantities.ts';
import { CONTAINER_SECURITY, podSecurity } from '../../lib/security.ts';
import { Given } from '../operators/given.ts';
import { snapshotScript } from './qdrant-snapshot-script.ts';
import { certificateOf } from './server.ts';

const NAME = 'qdrant-snapshots';
const SCRIPT = 'snapshot.sh';
const FOLDER = '/etc/snapshots';
/** A little after midnight in the Americas, when fewest vectors change. */
const SCHEDULE = '40 3 * * *';

/** Each night a snapshot of each collection goes to the databases' bucket, which the recovery region has a copy of. */
export class QdrantSnapshots extends Construct {
  readonly #component: Component;
  readonly #given: Given;

  constructor(component: Component) {
    super(component, NAME);
    this.#component = component;
    this.#given = new Given(component.platform, qdrant);
    const metadata = { name: NAME, namespace: component.props.namespace };
    new k8s.KubeServiceAccount(this, 'ServiceAccount', {
      metadata: { ...metadata, name: this.#given.account(NAME) },
      automountServiceAccountToken: false,
    });
    new k8s.KubeConfigMap(this, 'ConfigMap', { metadata, data: { [SCRIPT]: snapshotScript } });
    new CronJob(this, 'CronJob', {
      metadata,
      spec: {
        schedule: SCHEDULE,
        concurrencyPolicy: 'Forbid',
        successfulJobsHistoryLimit: 1,
        failedJobsHistoryLimit: 3,
        jobTemplate: { spec: { ...JOB_LIMITS, template: this.#template() } },
      },
    });
  }

  #template(): object {
    const pod: k8s.PodSpec = {
      restartPolicy: 'Never',
      serviceAccountName: this.#given.account(NAME),
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      nodeSelector: this.#given.nodeSelector(NAME),
      securityContext: podSecurity(foreignImages.curl.user),
      containers: [],
      volumes: [
        { name: 'script', configMap: { name: NAME } },
        {
          name: 'key',
          secret: { secretName: 'qdrant', items: [{ key: 'api-key', path: 'api-key' }], defaultMode: 0o440 },
        },
        {
          name: 'trust',
          secret: {
            secretName: certificateOf('qdrant'),
            items: [{ key: 'ca.crt', path: 'ca.crt' }],
            defaultMode: 0o440,
          },
        },
        {
          name: 'work',
          emptyDir: { sizeLimit: quantity(gibibytes(this.#component.platform.environment.qdrant.storageGiB)) },
        },
      ],
    };
    return {
      metadata: { labels: { [JOB_LABEL]: NAME, ...OUTSIDE_MESH } },
      spec: { ...k8s.toJson_PodSpec(pod), containers: [this.#container()] },
    };
  }

  #container(): object {
    const { environment } = this.#component.platform;
    const { bucket, prefix } = OBJECT_KEEPERS['qdrant-snapshots'];
    const target = `https://${names.bucket(environment, bucket)}.s3.${environment.region}.amazonaws.com/${prefix}`;
    return {
      name: NAME,
      image: foreignImage('curl'),
      command: ['sh', `${FOLDER}/${SCRIPT}`],
      env: [
        { name: 'QDRANT', value: `https://${names.qdrantHost}:${enginePorts.qdrant}` },
        { name: 'QDRANT_CA', value: `${FOLDER}/trust/ca.crt` },
        { name: 'QDRANT_KEY_FILE', value: `${FOLDER}/key/api-key` },
        { name: 'TARGET', value: target },
        { name: 'REGION', value: environment.region },
        { name: 'WORK', value: '/work' },
      ],
      resources: this.#given.size(NAME),
      securityContext: CONTAINER_SECURITY,
      volumeMounts: [
        { name: 'script', mountPath: `${FOLDER}/${SCRIPT}`, subPath: SCRIPT, readOnly: true },
        { name: 'key', mountPath: `${FOLDER}/key`, readOnly: true },
        { name: 'trust', mountPath: `${FOLDER}/trust`, readOnly: true },
        { name: 'work', mountPath: '/work' },
      ],
    };
  }
}
