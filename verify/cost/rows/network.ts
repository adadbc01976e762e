import { EVENT_BYTES } from '#catalog/cost.ts';
import type { StackResource } from '../../assembly/load.ts';
import { type Costing, type Decisions, eventsPerMonth, gigabytesPerMonth, resourcesOfType } from '../costing.ts';
import { constant, type LineItem, type Range, scaled } from '../line.ts';

const VPC = 'Amazon VPC';

/** Gateways share the bytes that leave. */
function natGateway(_: StackResource, costing: Costing): readonly LineItem[] {
  const { prices, load } = costing;
  const gateways = resourcesOfType(costing, 'AWS::EC2::NatGateway').length;
  const { average, peak } = load.natGigabytes;
  return [
    {
      awsService: VPC,
      what: 'NAT gateways',
      price: prices.of('nat gateway'),
      quantity: constant(prices.hoursPerMonth),
    },
    {
      awsService: VPC,
      what: 'bytes through the NAT gateways',
      price: prices.of('nat GB'),
      quantity: scaled({ base: average, peak }, 1 / gateways),
    },
  ];
}

function endpoint({ properties }: StackResource, { prices }: Costing): readonly LineItem[] {
  if (properties.key('VpcEndpointType').text !== 'Interface') return [];
  const zones = properties.list('SubnetIds').length;
  return [
    {
      awsService: VPC,
      what: 'interface endpoints',
      price: prices.of('interface endpoint'),
      quantity: constant(zones * prices.hoursPerMonth),
    },
  ];
}

/** Units of load balancer capacity: one takes 1 GB an hour, the dimension that batches of events fill first. */
export function capacityUnits(costing: Costing): Range {
  return gigabytesPerMonth(costing, EVENT_BYTES.wire);
}

/** An application load balancer has an address in each of its zones. */
export function applicationLoadBalancer(what: string, costing: Costing, zones: number): readonly LineItem[] {
  const { prices } = costing;
  const awsService = 'Elastic Load Balancing';
  return [
    { awsService, what, price: prices.of('load balancer'), quantity: constant(prices.hoursPerMonth) },
    {
      awsService,
      what: `capacity of ${what}`,
      price: prices.of('load balancer unit'),
      quantity: capacityUnits(costing),
    },
    {
      awsService: VPC,
      what: `public addresses of ${what}`,
      price: prices.of('public address'),
      quantity: constant(zones * prices.hoursPerMonth),
    },
  ];
}

/** Game traffic is not in the events, so a network load balancer is priced with the one unit that it costs at rest. */
export function networkLoadBalancer(what: string, { prices }: Costing, zones: number): readonly LineItem[] {
  const hours = constant(prices.hoursPerMonth);
  const awsService = 'Elastic Load Balancing';
  return [
    { awsService, what, price: prices.of('network load balancer'), quantity: hours },
    { awsService, what: `capacity of ${what}`, price: prices.of('network load balancer unit'), quantity: hours },
    {
      awsService: VPC,
      what: `public addresses of ${what}`,
      price: prices.of('public address'),
      quantity: scaled(hours, zones),
    },
  ];
}

const EVENTS_PER_REQUEST = 100;
const MILLION = 1e6;

function webAcl({ properties }: StackResource, costing: Costing): readonly LineItem[] {
  const { prices } = costing;
  const awsService = 'AWS WAF';
  const requests = scaled(eventsPerMonth(costing), 1 / EVENTS_PER_REQUEST / MILLION);
  return [
    { awsService, what: 'web ACL', price: prices.assumed('waf web ACL'), quantity: constant(1) },
    {
      awsService,
      what: 'rules of the web ACL',
      price: prices.assumed('waf rule'),
      quantity: constant(properties.list('Rules').length),
    },
    { awsService, what: 'requests', price: prices.assumed('waf million requests'), quantity: requests },
  ];
}

export const networkRows: Decisions<StackResource> = {
  'AWS::EC2::NatGateway': { lines: natGateway },
  'AWS::EC2::EIP': {
    lines: (_, { prices }) => [
      {
        awsService: VPC,
        what: 'elastic addresses',
        price: prices.of('public address'),
        quantity: constant(prices.hoursPerMonth),
      },
    ],
  },
  'AWS::EC2::VPCEndpoint': { lines: endpoint },
  'AWS::ElasticLoadBalancingV2::LoadBalancer': {
    lines: ({ properties, logicalId }, costing) =>
      properties.key('Type').text === 'network'
        ? networkLoadBalancer(logicalId, costing, properties.list('Subnets').length)
        : applicationLoadBalancer(logicalId, costing, properties.list('Subnets').length),
  },
  'AWS::WAFv2::WebACL': { lines: webAcl },
  'AWS::Route53::HostedZone': {
    lines: (_, { prices }) => [
      {
        awsService: 'Amazon Route 53',
        what: 'hosted zone',
        price: prices.assumed('hosted zone'),
        quantity: constant(1),
      },
    ],
  },
};
