import {
  CfnInstance,
  CfnNatGateway,
  CpuCredits,
  InstanceType,
  NatInstanceProviderV2,
  NatProvider,
  NatTrafficDirection,
  Peer,
  Port,
  UserData,
  type Vpc,
} from 'aws-cdk-lib/aws-ec2';
import type { Environment, NetworkSize } from '#catalog/index.ts';

/** Amazon VPC user guide, «NAT instances», for Amazon Linux 2023. */
const FORWARD = [
  'dnf install --assumeyes iptables-services',
  'echo net.ipv4.ip_forward=1 > /etc/sysctl.d/90-nat.conf',
  'sysctl --load /etc/sysctl.d/90-nat.conf',
  'systemctl enable --now iptables',
  'iptables --flush FORWARD',
  `iptables --table nat --append POSTROUTING --out-interface "$(ip -oneline route show default | awk '{print $5; exit}')" --jump MASQUERADE`,
  'iptables-save > /etc/sysconfig/iptables',
];

/** How the VPC's private subnets get out, and how many ways out there are. */
export function natOf({ nat }: NetworkSize): { readonly provider: NatProvider; readonly count: number } {
  if (nat.kind === 'gateways') return { provider: NatProvider.gateway(), count: nat.count };
  const userData = UserData.forLinux();
  userData.addCommands(...FORWARD);
  return {
    count: 1,
    provider: new NatInstanceProviderV2({
      instanceType: new InstanceType(nat.instanceType),
      // Unlimited credits would be paid for by a budget that chose the instance for its price.
      creditSpecification: CpuCredits.STANDARD,
      defaultAllowedTraffic: NatTrafficDirection.OUTBOUND_ONLY,
      associatePublicIpAddress: true,
      userData,
    }),
  };
}

/** Lets the VPC through a NAT instance and nobody else to it; a gateway of AWS has no security group. */
export function admitVpc(provider: NatProvider, { network }: Environment): void {
  if (!(provider instanceof NatInstanceProviderV2)) return;
  const { securityGroup } = provider;
  securityGroup.addIngressRule(Peer.ipv4(network.cidr), Port.allTraffic(), 'Whatever the VPC sends to the internet');
}

/** What the VPC got: ids of its NAT gateways or of its NAT instance. */
export function natIdsIn(vpc: Vpc): { readonly gateways: readonly string[]; readonly instances: readonly string[] } {
  const parts = vpc.node.findAll();
  const instances = parts.filter((part) => part instanceof CfnInstance);
  for (const instance of instances) harden(instance);
  return {
    gateways: parts.filter((part) => part instanceof CfnNatGateway).map(({ ref }) => ref),
    instances: instances.map(({ ref }) => ref),
  };
}

/** What CDK's construct cannot be told: the subnet chooses the zone, and the disk is encrypted. */
function harden(instance: CfnInstance): void {
  instance.availabilityZone = undefined;
  instance.blockDeviceMappings = [
    { deviceName: '/dev/xvda', ebs: { volumeType: 'gp3', volumeSize: 8, encrypted: true, deleteOnTermination: true } },
  ];
}
