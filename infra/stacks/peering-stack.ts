import { type App, CfnOutput, Fn, Tags } from 'aws-cdk-lib';
import {
  CfnRoute,
  CfnSecurityGroupIngress,
  CfnVPCPeeringConnection,
  Peer,
  Port,
  SecurityGroup,
} from 'aws-cdk-lib/aws-ec2';
import type { Environment } from '#catalog/index.ts';
import { names } from '#catalog/names.ts';
import { REPLICATION_LISTENERS, subnetCidrs } from '#catalog/network.ts';
import { type NetworkStack, VPC_OUTPUT } from './network-stack.ts';
import { type Platform, PlatformStack } from './platform-stack.ts';

interface Sides {
  readonly network: NetworkStack;
  /** The environment at the other end. */
  readonly peer: Environment;
}

/** Logical id of the output that holds the id of the connection. */
const CONNECTION_OUTPUT = 'ConnectionId';

/** The way from one VPC's private subnets to the other VPC. Isolated and public subnets get none. */
function addRoutes(stack: PlatformStack, { network, peer }: Sides, vpcPeeringConnectionId: string): void {
  for (const [index, routeTableId] of network.privateRouteTables.entries())
    new CfnRoute(stack, `Route${index + 1}`, {
      routeTableId,
      destinationCidrBlock: peer.network.cidr,
      vpcPeeringConnectionId,
    });
}

/**
 * The first region's end: it asks for the connection, which AWS accepts by itself within one account, and lets the other
 * region's pods reach the listeners for replication, through the balancers that wear this group, and nothing else.
 */
export class PeeringStack extends PlatformStack {
  constructor(app: App, platform: Platform, sides: Sides) {
    super(app, platform, { kind: 'peering', description: 'The way between the regions, and what may take it' });
    const { network, peer } = sides;
    const connection = new CfnVPCPeeringConnection(this, 'Connection', {
      vpcId: network.vpc.vpcId,
      peerRegion: peer.region,
      // Read when this stack is deployed, after the other region's network.
      peerVpcId: Fn.getStackOutput(names.stack(peer, 'network'), VPC_OUTPUT, peer.region),
    });
    Tags.of(connection).add('Name', names.replicationGroup(platform.environment));
    new CfnOutput(this, CONNECTION_OUTPUT, { value: connection.ref });
    addRoutes(this, sides, connection.ref);
    this.#admit(sides);
  }

  #admit({ network, peer }: Sides): void {
    const balancers = new SecurityGroup(this, 'Balancers', {
      vpc: network.vpc,
      description: 'Balancers that the other region replicates from',
      allowAllOutbound: false,
    });
    Tags.of(balancers).add('Name', names.replicationGroup(this.platform.environment));
    for (const { port, purpose } of REPLICATION_LISTENERS) {
      for (const cidr of subnetCidrs(peer, 'private'))
        balancers.addIngressRule(Peer.ipv4(cidr), Port.tcp(port), purpose);
      balancers.addEgressRule(network.workloads, Port.tcp(port), purpose);
      new CfnSecurityGroupIngress(this, `Pods${port}`, {
        groupId: network.workloads.securityGroupId,
        sourceSecurityGroupId: balancers.securityGroupId,
        ipProtocol: 'tcp',
        fromPort: port,
        toPort: port,
        description: purpose,
      });
    }
  }
}

/** The recovery region's end: routes back, and no rule that lets anything in. */
export class StandbyPeeringStack extends PlatformStack {
  constructor(app: App, platform: Platform, sides: Sides) {
    super(app, platform, { kind: 'peering', description: 'The way to the first region' });
    const { peer } = sides;
    addRoutes(this, sides, Fn.getStackOutput(names.stack(peer, 'peering'), CONNECTION_OUTPUT, peer.region));
  }
}
