import { type App, CfnOutput, Tags } from 'aws-cdk-lib';
import {
  CfnSubnet,
  FlowLogDestination,
  FlowLogMaxAggregationInterval,
  GatewayVpcEndpointAwsService,
  InterfaceVpcEndpointAwsService,
  IpAddresses,
  type IVpc,
  Peer,
  Port,
  SecurityGroup,
  SubnetType,
  Vpc,
} from 'aws-cdk-lib/aws-ec2';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { Environment } from '#catalog/index.ts';
import { enginePorts, PLATFORM } from '#catalog/names.ts';
import { SUBNET_TIERS, type SubnetTier } from '#catalog/network.ts';
import { ClosedDefaultSecurityGroup } from '../constructs/closed-default-security-group.ts';
import { asVpc } from '../constructs/interfaces.ts';
import { admitVpc, natIdsIn, natOf } from '../constructs/nat.ts';
import { type Platform, PlatformStack } from './platform-stack.ts';

const subnetTypes = {
  public: SubnetType.PUBLIC,
  private: SubnetType.PRIVATE_WITH_EGRESS,
  isolated: SubnetType.PRIVATE_ISOLATED,
} as const satisfies Record<SubnetTier, SubnetType>;

const interfaceServices = {
  'ecr.api': InterfaceVpcEndpointAwsService.ECR,
  'ecr.dkr': InterfaceVpcEndpointAwsService.ECR_DOCKER,
  sts: InterfaceVpcEndpointAwsService.STS,
  secretsmanager: InterfaceVpcEndpointAwsService.SECRETS_MANAGER,
  logs: InterfaceVpcEndpointAwsService.CLOUDWATCH_LOGS,
} as const satisfies Record<Environment['network']['interfaceEndpoints'][number], InterfaceVpcEndpointAwsService>;

/** By these tags the AWS Load Balancer Controller finds the subnets for its balancers. */
const loadBalancerTags = {
  public: 'kubernetes.io/role/elb',
  private: 'kubernetes.io/role/internal-elb',
} as const;

/** Logical id of the output that holds the id of the VPC. */
export const VPC_OUTPUT = 'VpcId';

/** The VPC: three zones, three tiers of subnets, and nothing open that nobody asked for. */
export class NetworkStack extends PlatformStack {
  readonly vpc: IVpc;
  /** Worn by every node; the one group that databases and caches let in. */
  readonly workloads: SecurityGroup;
  /** Ids of what leads out of the private subnets. */
  readonly natGateways: readonly string[];
  readonly natInstances: readonly string[];
  /** Of the subnets that nodes and pods stand in. */
  readonly privateRouteTables: readonly string[];

  constructor(app: App, platform: Platform) {
    super(app, platform, { kind: 'network', description: 'VPC, subnets, NAT, endpoints and flow logs' });
    const vpc = this.#layOut();
    this.vpc = asVpc(vpc);
    const { gateways, instances } = natIdsIn(vpc);
    this.natGateways = gateways;
    this.natInstances = instances;
    this.privateRouteTables = vpc.privateSubnets.map(({ routeTable }) => routeTable.routeTableId);
    // For the other region, which reads it by this name.
    new CfnOutput(this, VPC_OUTPUT, { value: vpc.vpcId });
    this.#pinZones();
    this.#addEndpoints();
    this.#logFlows();
    new ClosedDefaultSecurityGroup(this, 'DefaultSecurityGroup', vpc);
    this.workloads = new SecurityGroup(this, 'Workloads', {
      vpc: this.vpc,
      description: 'Nodes and the pods on them',
    });
  }

  #layOut(): Vpc {
    const { environment } = this.platform;
    const { provider, count } = natOf(environment.network);
    const vpc = new Vpc(this, 'Vpc', {
      ipAddresses: IpAddresses.cidr(environment.network.cidr),
      availabilityZones: this.availabilityZones,
      natGatewayProvider: provider,
      natGateways: count,
      // CDK closes the default group by a Lambda function of its own; ClosedDefaultSecurityGroup does without.
      restrictDefaultSecurityGroup: false,
      subnetConfiguration: SUBNET_TIERS.map(({ name, mask }) => ({
        name,
        cidrMask: mask,
        subnetType: subnetTypes[name],
        ...(name === 'public' ? { mapPublicIpOnLaunch: false } : {}),
      })),
    });
    admitVpc(provider, environment);
    for (const subnet of vpc.publicSubnets) Tags.of(subnet).add(loadBalancerTags.public, '1');
    for (const subnet of vpc.privateSubnets) Tags.of(subnet).add(loadBalancerTags.private, '1');
    return vpc;
  }

  /** Zone names mean different zones in different accounts; ids do not. */
  #pinZones(): void {
    const { zones } = this.platform.environment;
    for (const child of this.vpc.node.findAll()) {
      if (!(child instanceof CfnSubnet)) continue;
      const zone = zones.find(({ name }) => name === child.availabilityZone);
      if (!zone) throw new Error(`${child.node.path} stands in «${child.availabilityZone}», which is no zone of ours.`);
      child.availabilityZone = undefined;
      child.availabilityZoneId = zone.id;
    }
  }

  #addEndpoints(): void {
    this.vpc.addGatewayEndpoint('S3', { service: GatewayVpcEndpointAwsService.S3 });
    const { cidr, interfaceEndpoints } = this.platform.environment.network;
    for (const name of interfaceEndpoints) {
      const group = new SecurityGroup(this, `Endpoint-${name}`, {
        vpc: this.vpc,
        description: `Endpoint of ${name}`,
        allowAllOutbound: false,
      });
      // Its private name answers everyone in the VPC, so everyone in the VPC must get through.
      group.addIngressRule(Peer.ipv4(cidr), Port.tcp(enginePorts.https), 'HTTPS from the VPC');
      this.vpc.addInterfaceEndpoint(name, {
        service: interfaceServices[name],
        securityGroups: [group],
        open: false,
      });
    }
  }

  #logFlows(): void {
    const { environment } = this.platform;
    const logGroup = new LogGroup(this, 'FlowLogs', {
      logGroupName: `/${PLATFORM}/${environment.name}/flow-logs`,
      retention: environment.network.flowLogRetentionDays,
    });
    this.vpc.addFlowLog('FlowLog', {
      destination: FlowLogDestination.toCloudWatchLogs(logGroup),
      maxAggregationInterval: FlowLogMaxAggregationInterval.TEN_MINUTES,
    });
  }
}
