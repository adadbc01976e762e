import type { StackResource } from '../../assembly/load.ts';
import { shapeOf } from '../../capacity/groups.ts';
import type { Demand } from '../../capacity/model.ts';
import { nodeCount } from '../../capacity/plan.ts';
import { type Costing, type Decisions, resourcesOfType } from '../costing.ts';
import { hoursNote, shareAwake } from '../hours.ts';
import { constant, type LineItem, scaled } from '../line.ts';
import { sharesOf } from '../shares.ts';

const wholeNumber = (value: unknown): number => Number(value ?? 0);

/** Everything that asks for room on the nodes of the place. */
export const demandsOn = ({ cluster }: Costing): readonly Demand[] => (cluster ? cluster.demands : []);

const inPool = (demands: readonly Demand[], pool: string): readonly Demand[] =>
  demands.filter((demand) => demand.pool === pool);

/** The disks of one node, as its launch template has them. */
function disksOf(
  { properties }: StackResource,
  costing: Costing,
): readonly { readonly gib: number; readonly type: string }[] {
  const template = properties.at('LaunchTemplate.Id').key('Ref').text;
  const found = resourcesOfType(costing, 'AWS::EC2::LaunchTemplate').find(({ logicalId }) => logicalId === template);
  // Without a template EKS gives a node 20 GiB (AWS::EKS::Nodegroup, DiskSize).
  if (!found) return [{ gib: wholeNumber(properties.key('DiskSize').value ?? 20), type: 'gp3' }];
  return blockDevices(found.properties.at('LaunchTemplateData'));
}

const blockDevices = (holder: StackResource['properties']) =>
  holder.list('BlockDeviceMappings').map((mapping) => ({
    gib: wholeNumber(mapping.at('Ebs.VolumeSize').value),
    type: mapping.at('Ebs.VolumeType').text ?? 'gp3',
  }));

function nodeGroup(resource: StackResource, costing: Costing): readonly LineItem[] {
  const group = shapeOf(resource);
  const demands = demandsOn(costing);
  const { running } = nodeCount(group, demands);
  const owners = sharesOf(inPool(demands, group.name));
  const { prices } = costing;
  const awake = shareAwake(resource, costing);
  const nodes = `${running.base} to ${running.peak} ${group.types.join(' or ')}${group.capacity === 'SPOT' ? ' on spot' : ''}${hoursNote(awake)}`;
  const disks = disksOf(resource, costing).map(
    ({ gib, type }): LineItem => ({
      awsService: 'Amazon EBS',
      what: `disks of the ${group.name} nodes, ${gib} GiB ${type}`,
      price: prices.volume(type),
      quantity: scaled(running, gib * awake),
      owners,
    }),
  );
  return [
    {
      awsService: 'Amazon EC2',
      what: `${group.name} nodes: ${nodes}`,
      price: prices.instances(group.types, group.capacity),
      quantity: scaled(running, prices.hoursPerMonth * awake),
      owners,
    },
    ...disks,
  ];
}

function instance({ properties, logicalId }: StackResource, { prices }: Costing): readonly LineItem[] {
  const type = properties.key('InstanceType').text ?? '';
  const isPublic = properties
    .list('NetworkInterfaces')
    .some((networkInterface) => networkInterface.key('AssociatePublicIpAddress').value === true);
  const name = /nat/i.test(logicalId) ? 'NAT instance' : logicalId;
  const hours = constant(prices.hoursPerMonth);
  return [
    {
      awsService: 'Amazon EC2',
      what: `${name}: ${type}`,
      price: prices.instances([type], 'ON_DEMAND'),
      quantity: hours,
    },
    ...blockDevices(properties).map(
      ({ gib, type: volume }): LineItem => ({
        awsService: 'Amazon EBS',
        what: `disk of the ${name}`,
        price: prices.volume(volume),
        quantity: constant(gib),
      }),
    ),
    ...(isPublic
      ? [
          {
            awsService: 'Amazon VPC',
            what: `public address of the ${name}`,
            price: prices.of('public address'),
            quantity: hours,
          },
        ]
      : []),
  ];
}

export const nodeRows: Decisions<StackResource> = {
  'AWS::EKS::Cluster': {
    lines: (_, { prices }) => [
      {
        awsService: 'Amazon EKS',
        what: 'control plane',
        price: prices.of('eks cluster'),
        quantity: constant(prices.hoursPerMonth),
      },
    ],
  },
  'AWS::EKS::Nodegroup': { lines: nodeGroup },
  'AWS::EC2::Instance': { lines: instance },
  'AWS::EC2::LaunchTemplate': { free: 'its disks are counted with the nodes made from it' },
  'AWS::EC2::Volume': {
    lines: ({ properties, logicalId }, { prices }) => [
      {
        awsService: 'Amazon EBS',
        what: `volume ${logicalId}`,
        price: prices.volume(properties.key('VolumeType').text ?? 'gp2'),
        quantity: constant(wholeNumber(properties.key('Size').value)),
      },
    ],
  },
};
