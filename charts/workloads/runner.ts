import type { Service } from '#catalog/index.ts';
import { enginePorts, names } from '#catalog/names.ts';
import { goodShare } from '#catalog/queries.ts';
import {
  ANALYSIS,
  BLUE_GREEN,
  canarySteps,
  isLedByRoutes,
  REVISION_LABEL,
  SUBSETS,
  strategyOf,
} from '#catalog/rollouts.ts';
import type { Component } from '../lib/component.ts';
import { Deployment } from '../lib/deployment.ts';
import { AnalysisTemplate, type BlueGreenStrategy, type CanaryStrategy, Rollout, type Step } from '../lib/rollouts.ts';
import { scalingIn } from '../lib/scaling.ts';
import type { Configuration } from './configuration.ts';
import { ROUTES } from './mesh.ts';
import { labelsOf, podTemplateOf, selectorOf } from './pod.ts';

/** Revisions that a rollback can go to. */
const REVISION_HISTORY = 5;
/** Longer than a minute to start for each of three surges; then the rollout ends by itself. */
const PROGRESS_DEADLINE_SECONDS = 600;

/** The kind that runs a service, as autoscalers name it. */
export const runnerOf = (service: Service) =>
  strategyOf(service) === 'rolling'
    ? { apiVersion: 'apps/v1', kind: 'Deployment', name: service.name }
    : { apiVersion: 'argoproj.io/v1alpha1', kind: 'Rollout', name: service.name };

const REVISION = 'revision';
const analysisName = ({ name }: Service): string => `${name}-objectives`;
const analysisUse = (service: Service) => ({
  templates: [{ templateName: analysisName(service) }],
  args: [{ name: REVISION, valueFrom: { podTemplateHashValue: 'Latest' } }] as const,
});

/** The objectives of the service, asked of the new pods alone; no events are no verdict. */
function addAnalysis(scope: Component, service: Service): void {
  const { intervalSeconds, window, failureLimit, consecutiveErrorLimit } = ANALYSIS;
  const pods = `${service.name}-{{args.${REVISION}}}-.*`;
  const ends = strategyOf(service) === 'blue-green';
  new AnalysisTemplate(scope, 'AnalysisTemplate', {
    metadata: { name: analysisName(service), namespace: scope.props.namespace, labels: labelsOf(service) },
    spec: {
      args: [{ name: REVISION }],
      metrics: service.objectives.map((objective) => ({
        name: objective.name,
        interval: `${intervalSeconds}s`,
        // Beside a canary it runs as long as the steps take; after a promotion it has an end of its own.
        ...(ends ? { count: BLUE_GREEN.watchedMinutes } : {}),
        failureLimit,
        consecutiveErrorLimit,
        successCondition: `len(result) == 0 || isNaN(result[0]) || result[0] >= ${objective.target}`,
        provider: {
          prometheus: {
            address: `http://${names.prometheusHost}:${enginePorts.prometheus}`,
            query: goodShare(objective, { service, pods, window }),
          },
        },
      })),
    },
  });
}

function canary(scope: Component, service: Service): CanaryStrategy {
  const steps = canarySteps(scope.platform.environment).flatMap(({ weight, minutes }): readonly Step[] => [
    { setWeight: weight },
    { pause: { duration: `${minutes}m` } },
  ]);
  const routing = {
    istio: {
      virtualService: { name: service.name, routes: Object.values(ROUTES) },
      destinationRule: { name: service.name, stableSubsetName: SUBSETS.stable, canarySubsetName: SUBSETS.canary },
    },
  };
  return {
    canary: {
      maxSurge: '25%',
      maxUnavailable: 0,
      steps,
      analysis: { ...analysisUse(service), startingStep: 1 },
      ...(isLedByRoutes(service) ? { trafficRouting: routing } : {}),
    },
  };
}

/** People get the new pages at once, and the old ones back within seconds if the objectives suffer. */
const blueGreen = (service: Service): BlueGreenStrategy => ({
  blueGreen: {
    activeService: service.name,
    previewService: names.previewService(service.name),
    autoPromotionEnabled: true,
    postPromotionAnalysis: analysisUse(service),
    scaleDownDelaySeconds: BLUE_GREEN.keptSeconds,
  },
});

/** What keeps the pods of a service running and brings a new revision in. */
export function addRunner(scope: Component, service: Service, configuration: Configuration): void {
  const { platform } = scope;
  const scaling = scalingIn(platform.environment, service.scaling);
  const strategy = strategyOf(service);
  const metadata = { name: service.name, namespace: scope.props.namespace, labels: labelsOf(service) };
  const label = strategy === 'rolling' ? REVISION_LABEL.deployment : REVISION_LABEL.rollout;
  const common = {
    // An autoscaler owns the number; stating it here too would undo its work at every sync.
    ...(scaling.kind === 'fixed' ? { replicas: scaling.replicas } : {}),
    revisionHistoryLimit: REVISION_HISTORY,
    selector: { matchLabels: selectorOf(service) },
    template: podTemplateOf(platform, service, { configuration, label }),
  };
  if (strategy === 'rolling') {
    const rollingUpdate = { maxUnavailable: 0, maxSurge: '25%' };
    new Deployment(scope, 'Deployment', {
      metadata,
      spec: { ...common, strategy: { type: 'RollingUpdate', rollingUpdate } },
    });
    return;
  }
  addAnalysis(scope, service);
  new Rollout(scope, 'Rollout', {
    metadata,
    spec: {
      ...common,
      progressDeadlineSeconds: PROGRESS_DEADLINE_SECONDS,
      progressDeadlineAbort: true,
      strategy: strategy === 'canary' ? canary(scope, service) : blueGreen(service),
    },
  });
}
