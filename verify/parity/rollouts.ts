import type { Service } from '#catalog/index.ts';
import { names } from '#catalog/names.ts';
import { SERVICES_NAMESPACE } from '#catalog/namespaces.ts';
import { goodShare } from '#catalog/queries.ts';
import { ANALYSIS, canarySteps, isLedByRoutes, strategyOf } from '#catalog/rollouts.ts';
import type { Manifest } from '../tree/manifest.ts';
import { type Declared, type Facts, type Found, foundIn, type ParityRow, type Surroundings } from './row.ts';

const STRATEGY = 'spec.strategy';
const NONE = 'none';

const judged = (services: readonly Service[]): readonly Service[] =>
  services.filter((service) => strategyOf(service) !== 'rolling');

function declaredStrategy({ tree: { environment } }: Surroundings, service: Service): Facts {
  const isCanary = strategyOf(service) === 'canary';
  return {
    [STRATEGY]: strategyOf(service),
    [`${STRATEGY}.canary.steps`]: isCanary
      ? canarySteps(environment)
          .map(({ weight, minutes }) => `${weight} % for ${minutes}m`)
          .join(', ')
      : NONE,
    [`${STRATEGY}.canary.trafficRouting`]: isCanary && isLedByRoutes(service) ? service.name : NONE,
    [`${STRATEGY}.blueGreen`]: isCanary ? NONE : `${service.name}, ${names.previewService(service.name)}`,
  };
}

function strategyIn({ root }: Manifest): Facts {
  const strategy = root.at(STRATEGY);
  const steps = strategy.list('canary.steps').map((step) => {
    const weight = step.key('setWeight').number;
    return weight === undefined ? `for ${step.at('pause.duration').text}` : `${weight} %`;
  });
  const services = ['activeService', 'previewService'].map((name) => strategy.at(`blueGreen.${name}`).text);
  const blueGreen = strategy.key('blueGreen').exists;
  return {
    [STRATEGY]: strategy.key('canary').exists ? 'canary' : blueGreen ? 'blue-green' : NONE,
    [`${STRATEGY}.canary.steps`]: steps.join(' ').replaceAll(/(m) (?=\d)/g, '$1, ') || NONE,
    [`${STRATEGY}.canary.trafficRouting`]: strategy.at('canary.trafficRouting.istio.virtualService.name').text ?? NONE,
    [`${STRATEGY}.blueGreen`]: blueGreen ? services.join(', ') : NONE,
  };
}

/** Each objective is asked as the catalog asks it, of the new pods, and a share below its target ends the rollout. */
const declaredAnalyses = ({ catalog }: Surroundings): readonly Declared[] =>
  judged(catalog.services).flatMap((service) =>
    service.objectives.map((objective) => ({
      key: `${service.name} ${objective.name}`,
      by: `services.${service.name}.objectives`,
      facts: {
        'spec.metrics[].provider.prometheus.query': goodShare(objective, {
          service,
          pods: `${service.name}-{{args.revision}}-.*`,
          window: ANALYSIS.window,
        }),
        'spec.metrics[].successCondition': `len(result) == 0 || isNaN(result[0]) || result[0] >= ${objective.target}`,
        'spec.metrics[].failureLimit': String(ANALYSIS.failureLimit),
      },
    })),
  );

const analysesIn = ({ tree }: Surroundings): readonly Found[] =>
  tree.ofKind('AnalysisTemplate').flatMap((template) =>
    template.root.list('spec.metrics').map((metric) =>
      foundIn(template, `${template.name.replace(/-objectives$/, '')} ${metric.key('name').text}`, {
        'spec.metrics[].provider.prometheus.query': metric.at('provider.prometheus.query').text,
        'spec.metrics[].successCondition': metric.key('successCondition').text,
        'spec.metrics[].failureLimit': String(metric.key('failureLimit').number),
      }),
    ),
  );

export const rolloutRows: readonly ParityRow[] = [
  {
    kind: 'rollout',
    says: 'A service that has objectives is rolled out step by step, or at once where pages must fit together.',
    declared: (surroundings) =>
      judged(surroundings.catalog.services).map((service) => ({
        key: service.name,
        by: `services.${service.name}`,
        facts: declaredStrategy(surroundings, service),
      })),
    found: ({ tree }) =>
      tree
        .ofKind('Rollout')
        .filter(({ namespace }) => namespace === SERVICES_NAMESPACE)
        .map((rollout) => foundIn(rollout, rollout.name, strategyIn(rollout))),
  },
  {
    kind: 'analysis of a rollout',
    says: 'A rollout is judged by the objectives of its service, as the catalog asks for them.',
    declared: declaredAnalyses,
    found: analysesIn,
  },
  {
    kind: 'recommendation of size',
    says: 'What each service should ask for is recommended, and nothing changes it.',
    declared: ({ catalog }) =>
      catalog.services.map((service) => ({
        key: `${strategyOf(service) === 'rolling' ? 'Deployment' : 'Rollout'} ${service.name}`,
        by: `services.${service.name}.resources`,
        facts: { 'spec.updatePolicy.updateMode': 'Off' },
      })),
    found: ({ tree }) =>
      tree.ofKind('VerticalPodAutoscaler').map((recommender) => {
        const target = recommender.root.at('spec.targetRef');
        return foundIn(recommender, `${target.key('kind').text} ${target.key('name').text}`, {
          'spec.updatePolicy.updateMode': recommender.root.at('spec.updatePolicy.updateMode').text,
        });
      }),
  },
];
