import { k8s } from 'cdk8s-plus-27';
import type { Scaling, Service } from '#catalog/index.ts';
import { names } from '#catalog/names.ts';
import { SERVICES_NAMESPACE } from '#catalog/namespaces.ts';
import { BEHAVIOURS } from '../lib/autoscaling.ts';
import type { Component } from '../lib/component.ts';
import { ScaledObject } from '../lib/keda.ts';
import { scalingIn } from '../lib/scaling.ts';
import { KAFKA_AUTHENTICATION } from '../platform/autoscaling.ts';

type ByCpu = Extract<Scaling, { readonly kind: 'cpu' }>;
type ByLag = Extract<Scaling, { readonly kind: 'lag' }>;

/** How often lag is read, and how many failures in a row count as «cannot be read». */
const POLLING_SECONDS = 15;
const FAILURE_THRESHOLD = 4;

const target = (service: Service) => ({ apiVersion: 'apps/v1', kind: 'Deployment', name: service.name });
const metadata = ({ name }: Service) => ({ name, namespace: SERVICES_NAMESPACE });

function addCpuScaling(scope: Component, service: Service, { min, max, targetPercent }: ByCpu): void {
  const utilization = { type: 'Utilization', averageUtilization: targetPercent };
  new k8s.KubeHorizontalPodAutoscalerV2(scope, 'HorizontalPodAutoscaler', {
    metadata: metadata(service),
    spec: {
      scaleTargetRef: target(service),
      minReplicas: min,
      maxReplicas: max,
      metrics: [{ type: 'Resource', resource: { name: 'cpu', target: utilization } }],
      behavior: BEHAVIOURS.cpu,
    },
  });
}

/** Each replica answers for its share of the objective, so all of them work by the time the lag reaches it. */
const lagThreshold = ({ maxLagRecords, max }: ByLag): string => String(Math.floor(maxLagRecords / max));

function addLagScaling(scope: Component, service: Service, scaling: ByLag): void {
  new ScaledObject(scope, 'ScaledObject', {
    metadata: metadata(service),
    spec: {
      scaleTargetRef: target(service),
      minReplicaCount: scaling.min,
      maxReplicaCount: scaling.max,
      pollingInterval: POLLING_SECONDS,
      fallback: { failureThreshold: FAILURE_THRESHOLD, replicas: scaling.max, behavior: 'currentReplicasIfHigher' },
      advanced: { horizontalPodAutoscalerConfig: { name: service.name, behavior: BEHAVIOURS.lag } },
      triggers: [
        {
          type: 'kafka',
          metadata: {
            bootstrapServers: names.kafkaBootstrap,
            consumerGroup: names.consumerGroup(service.name, scaling.topic),
            topic: scaling.topic,
            lagThreshold: lagThreshold(scaling),
            sasl: 'scram_sha512',
            tls: 'enable',
            offsetResetPolicy: 'earliest',
          },
          authenticationRef: { name: KAFKA_AUTHENTICATION },
        },
      ],
    },
  });
}

/** CPU: an HPA. Lag: KEDA, which makes the HPA. Fixed: nothing; the Deployment says how many. */
export function addAutoscaler(scope: Component, service: Service): void {
  const scaling = scalingIn(scope.platform.environment, service.scaling);
  if (scaling.kind === 'cpu') addCpuScaling(scope, service, scaling);
  if (scaling.kind === 'lag') addLagScaling(scope, service, scaling);
}
