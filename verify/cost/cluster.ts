import {
  ANSWER_GIGABYTES,
  EVENT_BYTES,
  EXPECTED_PARTS,
  RECORDS_PER_EVENT,
  SIDES_OF_A_CROSSING,
} from '#catalog/cost.ts';
import { type Catalog, type Environment, serviceNamed } from '#catalog/index.ts';
import { effectOf } from '../effects/kinds.ts';
import { GP3_ALLOWANCE, storageClassOf, type VolumeClaim, volumeClaimsOf } from '../effects/volumes.ts';
import type { Tree } from '../tree/tree.ts';
import { isApplied } from '../world/components.ts';
import { type ClusterPlace, type Costing, gigabytesPerMonth, resourcesOfType } from './costing.ts';
import { constant, type LineItem, scaled } from './line.ts';
import { applicationLoadBalancer, networkLoadBalancer } from './rows/network.ts';

/** What the manifests of a cluster lead to in AWS beside the templates. */
export interface ClusterCosting extends Costing {
  readonly cluster: ClusterPlace;
}

function volumeLines(claim: VolumeClaim, { cluster, prices }: ClusterCosting, expected?: string): readonly LineItem[] {
  const shape = storageClassOf(cluster.tree, claim.storageClass);
  const type = shape?.type ?? 'gp3';
  const owners = { [claim.owner]: 1 };
  const note = expected === undefined ? {} : { expected };
  const awsService = 'Amazon EBS';
  const beyond = [
    {
      what: 'throughput',
      price: prices.of('gp3 throughput'),
      units: (shape?.throughput ?? 0) - GP3_ALLOWANCE.throughput,
    },
    { what: 'operations', price: prices.of('gp3 iops'), units: (shape?.iops ?? 0) - GP3_ALLOWANCE.iops },
  ].filter(({ units }) => type === 'gp3' && units > 0);
  return [
    {
      awsService,
      what: `${claim.count} volumes of ${claim.gib} GiB ${type} for ${claim.origin}`,
      price: prices.volume(type),
      quantity: constant(claim.count * claim.gib),
      owners,
      ...note,
    },
    ...beyond.map(({ what, price, units }) => ({
      awsService,
      what: `${what} beyond gp3's own for ${claim.origin}`,
      price,
      quantity: constant(claim.count * units),
      owners,
      ...note,
    })),
  ];
}

const ZONES = 3;

function loadBalancerLines(costing: ClusterCosting): readonly LineItem[] {
  const { tree } = costing.cluster;
  const making = tree.manifests
    .filter(isApplied(tree))
    .filter((manifest) => effectOf(manifest) === 'load balancers')
    // Ingresses of one group share one load balancer (AWS Load Balancer Controller, «IngressGroup»).
    .map((manifest) => ({
      manifest,
      group: manifest.root.at('metadata.annotations').key('alb.ingress.kubernetes.io/group.name').text ?? manifest.name,
    }));
  const balancers = [...new Map(making.map((one) => [`${one.manifest.kind} ${one.group}`, one.manifest])).values()];
  return balancers.flatMap((manifest) => {
    const what = `load balancer of ${manifest.kind} ${manifest.name}`;
    return manifest.kind === 'Service'
      ? networkLoadBalancer(what, costing, ZONES)
      : applicationLoadBalancer(what, costing, ZONES);
  });
}

const hasKind = (tree: Tree, kind: string, name?: RegExp): boolean =>
  tree.ofKind(kind).some((manifest) => name === undefined || name.test(manifest.name));

const asExpected = (items: readonly LineItem[], expected: string): readonly LineItem[] =>
  items.map((item) => ({ ...item, expected }));

/** Parts that the catalog sizes and no manifest has yet: counted, so that no budget is confirmed without them. */
function expectedLines(costing: ClusterCosting, catalog: Catalog): readonly LineItem[] {
  const { tree, environment } = costing.cluster;
  const claim = (owner: string, size: Environment['timescale'], storageClass: string): VolumeClaim => ({
    owner,
    origin: owner,
    storageClass,
    gib: size.storageGiB,
    count: size.instances,
    goesWithObject: true,
  });
  const parts = [
    {
      lacks: !hasKind(tree, 'Ingress') && !hasKind(tree, 'Service', /ingress/),
      lines: () =>
        asExpected(applicationLoadBalancer('public gateway', costing, ZONES), EXPECTED_PARTS.publicLoadBalancer),
    },
    {
      lacks: serviceNamed(catalog, 'regional-node').status === 'built' && !hasLoadBalancer(tree, 'regional-node'),
      lines: () => asExpected(networkLoadBalancer('games', costing, ZONES), EXPECTED_PARTS.gameLoadBalancer),
    },
    {
      lacks: !hasKind(tree, 'Cluster'),
      lines: () =>
        volumeLines(claim('timescaledb', environment.timescale, 'fast-ssd'), costing, EXPECTED_PARTS.timescaleVolumes),
    },
    {
      lacks: !hasKind(tree, 'StatefulSet', /qdrant/),
      lines: () => volumeLines(claim('qdrant', environment.qdrant, 'standard'), costing, EXPECTED_PARTS.qdrantVolumes),
    },
  ];
  return parts.filter(({ lacks }) => lacks).flatMap(({ lines }) => lines());
}

const hasLoadBalancer = (tree: Tree, name: string): boolean =>
  tree.ofKind('Service').some((manifest) => manifest.name.startsWith(name) && effectOf(manifest) === 'load balancers');

/** Whether nodes of the cluster stand in more than one zone. */
const spansZones = (costing: Costing): boolean =>
  resourcesOfType(costing, 'AWS::EKS::Nodegroup').some(({ properties }) => properties.list('Subnets').length > 1);

/** The chance that two places chosen among three zones differ. */
const CHANCE_OF_CROSSING = 2 / 3;

/** How often the bytes of a topic's records cross from one zone into another: sent, copied, and read by each group. */
export function crossingsOf(catalog: Catalog, environment: Environment, topic: string): number {
  const readers = catalog.services.filter(
    ({ status, consumes }) => status === 'built' && consumes.some((consumption) => consumption.topic === topic),
  );
  const copies = environment.kafka.replicationFactor - 1;
  return CHANCE_OF_CROSSING + copies + readers.length * CHANCE_OF_CROSSING;
}

function crossingLines(costing: ClusterCosting, catalog: Catalog): readonly LineItem[] {
  if (!spansZones(costing)) return [];
  const { environment } = costing.cluster;
  return Object.entries(RECORDS_PER_EVENT).map(
    ([topic, records]): LineItem => ({
      awsService: 'Data transfer',
      what: `${topic} across zones`,
      price: costing.prices.of('zone crossing'),
      quantity: scaled(
        gigabytesPerMonth(costing, EVENT_BYTES.kafka * records),
        crossingsOf(catalog, environment, topic) * SIDES_OF_A_CROSSING,
      ),
      owners: { kafka: 1 },
    }),
  );
}

function internetLines(costing: ClusterCosting): readonly LineItem[] {
  const { prices, cluster } = costing;
  const answers = gigabytesPerMonth(costing, EVENT_BYTES.answer);
  const awsService = 'Data transfer';
  const price = prices.of('internet GB');
  return [
    { awsService, what: 'answers to events', price, quantity: answers, owners: { 'event-ingestion-service': 1 } },
    {
      awsService,
      what: 'answers of the API and the dashboard',
      price,
      quantity: constant(ANSWER_GIGABYTES[cluster.environment.name]),
      owners: { 'analytics-api': 1 },
    },
  ];
}

export function clusterLines(costing: ClusterCosting, catalog: Catalog): readonly LineItem[] {
  const { tree } = costing.cluster;
  return [
    ...volumeClaimsOf(tree.manifests.filter(isApplied(tree))).flatMap((claim) => volumeLines(claim, costing)),
    ...loadBalancerLines(costing),
    ...expectedLines(costing, catalog),
    ...crossingLines(costing, catalog),
    ...internetLines(costing),
  ];
}
