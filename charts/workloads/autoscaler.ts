import { k8s } from 'cdk8s-plus-27';
import type { Scaling, Service } from '#catalog/index.ts';
import { names } from '#catalog/names.ts';
import { SERVICES_NAMESPACE } from '#catalog/namespaces.ts';
import { BEHAVIOURS } from '../lib/autoscaling.ts';
import type { Component } from '../lib/component.ts';
import { ScaledObject } from '../lib/keda.ts';
import { scalingIn } from '../lib/scaling.ts';
import { VerticalPodAutoscaler } from '../lib/vpa.ts';
import { KAFKA_AUTHENTICATION } from '../platform/autoscaling.ts';
import { runnerOf } from './runner.ts';

type ByCpu = Extract<Scaling, { readonly kind: 'cpu' }>;
type ByLag = Extract<Scaling, { readonly kind: 'lag' }>;

/** How often lag is read, and how many failures in a row count as «cannot be read». */
const POLLING_SECONDS = 15;
const FAILURE_THRESHOLD = 4;

/** Close to the limit, where a process would be ended rather than share its work. */
const MEMORY_PERCENT = 90;

const metadata = ({ name }: Service) => ({ name, namespace: SERVICES_NAMESPACE });

/** Of the service's own container: its proxy's appetite says nothing about the load. */
const utilization = (service: Service, name: 'cpu' | 'memory', averageUtilization: number): k8s.MetricSpecV2 => ({
  type: 'ContainerResource',
  containerResource: { container: service.name, name, target: { type: 'Utilization', averageUtilization } },
});

function addCpuScaling(scope: Component, service: Service, { min, max, targetPercent }: ByCpu): void {
  new k8s.KubeHorizontalPodAutoscalerV2(scope, 'HorizontalPodAutoscaler', {
    metadata: metadata(service),
    spec: {
      scaleTargetRef: runnerOf(service),
      minReplicas: min,
      maxReplicas: max,
      metrics: [utilization(service, 'cpu', targetPercent), utilization(service, 'memory', MEMORY_PERCENT)],
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
      scaleTargetRef: runnerOf(service),
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

/** What a service should ask for, by what it uses; people read it and change the catalog. */
function addRecommendation(scope: Component, service: Service): void {
  new VerticalPodAutoscaler(scope, 'VerticalPodAutoscaler', {
    metadata: metadata(service),
    spec: { targetRef: runnerOf(service), updatePolicy: { updateMode: 'Off' } },
  });
}

/** CPU: an HPA. Lag: KEDA, which makes the HPA. Fixed: nothing; the Deployment says how many. */
export function addAutoscaler(scope: Component, service: Service): void {
  const scaling = scalingIn(scope.platform.environment, service.scaling);
  if (scaling.kind === 'cpu') addCpuScaling(scope, service, scaling);
  if (scaling.kind === 'lag') addLagScaling(scope, service, scaling);
  addRecommendation(scope, service);
}
