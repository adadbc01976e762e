import { CfnResource, type IAspect, RemovalPolicy } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/**
 * What becomes of a resource when its stack no longer wants it. `data` survives where the environment retains data, and
 * so does what is `beneath-data`: a kept database would keep its subnets from being deleted anyway, and fail the stack.
 * Everything else can be made again from this repository.
 */
export type Retention = 'data' | 'beneath-data' | 'rebuilt';

/** A decision for every resource type that we use; a new type does not synthesize before it has one. */
export const retention: Readonly<Record<string, Retention>> = {
  'AWS::Backup::BackupPlan': 'rebuilt',
  'AWS::Backup::BackupSelection': 'rebuilt',
  'AWS::Backup::BackupVault': 'data',
  'AWS::Budgets::Budget': 'rebuilt',
  'AWS::CertificateManager::Certificate': 'rebuilt',
  'AWS::CloudTrail::Trail': 'rebuilt',
  'AWS::CloudWatch::Alarm': 'rebuilt',
  'AWS::EC2::EIP': 'rebuilt',
  'AWS::EC2::FlowLog': 'rebuilt',
  'AWS::EC2::Instance': 'rebuilt',
  'AWS::EC2::InternetGateway': 'rebuilt',
  'AWS::EC2::LaunchTemplate': 'rebuilt',
  'AWS::EC2::NatGateway': 'rebuilt',
  'AWS::EC2::Route': 'rebuilt',
  'AWS::EC2::RouteTable': 'rebuilt',
  'AWS::EC2::SecurityGroup': 'beneath-data',
  'AWS::EC2::SecurityGroupEgress': 'rebuilt',
  'AWS::EC2::SecurityGroupIngress': 'rebuilt',
  'AWS::EC2::Subnet': 'beneath-data',
  'AWS::EC2::SubnetRouteTableAssociation': 'rebuilt',
  'AWS::EC2::VPC': 'beneath-data',
  'AWS::EC2::VPCEndpoint': 'rebuilt',
  'AWS::EC2::VPCGatewayAttachment': 'rebuilt',
  'AWS::EC2::VPCPeeringConnection': 'rebuilt',
  'AWS::ECR::Repository': 'data',
  'AWS::EKS::AccessEntry': 'rebuilt',
  'AWS::EKS::Addon': 'rebuilt',
  'AWS::EKS::Cluster': 'rebuilt',
  'AWS::EKS::Nodegroup': 'rebuilt',
  'AWS::EKS::PodIdentityAssociation': 'rebuilt',
  'AWS::ElastiCache::ReplicationGroup': 'data',
  'AWS::ElastiCache::SubnetGroup': 'beneath-data',
  'AWS::ElastiCache::User': 'beneath-data',
  'AWS::ElastiCache::UserGroup': 'beneath-data',
  'AWS::FIS::ExperimentTemplate': 'rebuilt',
  'AWS::IAM::InstanceProfile': 'rebuilt',
  'AWS::IAM::OIDCProvider': 'rebuilt',
  'AWS::IAM::Policy': 'rebuilt',
  'AWS::IAM::Role': 'rebuilt',
  'AWS::KMS::Alias': 'rebuilt',
  'AWS::KMS::Key': 'data',
  'AWS::Logs::LogGroup': 'data',
  'AWS::RDS::DBInstance': 'data',
  'AWS::RDS::DBParameterGroup': 'beneath-data',
  'AWS::RDS::DBSubnetGroup': 'beneath-data',
  'AWS::RDS::EventSubscription': 'rebuilt',
  'AWS::Route53::HostedZone': 'data',
  'AWS::Route53::RecordSet': 'rebuilt',
  'AWS::S3::Bucket': 'data',
  'AWS::S3::BucketPolicy': 'beneath-data',
  'AWS::SNS::Subscription': 'rebuilt',
  'AWS::SNS::Topic': 'rebuilt',
  'AWS::SNS::TopicPolicy': 'rebuilt',
  'AWS::SSM::Association': 'rebuilt',
  'AWS::Scheduler::Schedule': 'rebuilt',
  'AWS::Scheduler::ScheduleGroup': 'rebuilt',
  'AWS::SecretsManager::ResourcePolicy': 'rebuilt',
  'AWS::SecretsManager::RotationSchedule': 'rebuilt',
  'AWS::SecretsManager::Secret': 'data',
  'AWS::SecretsManager::SecretTargetAttachment': 'rebuilt',
  'AWS::WAFv2::LoggingConfiguration': 'rebuilt',
  'AWS::WAFv2::WebACL': 'rebuilt',
};

/** Applies the table to every resource below. */
export class DecideRetention implements IAspect {
  readonly #kept: RemovalPolicy;

  constructor({ retainData }: { readonly retainData: boolean }) {
    // «Except on create»: what a failed first deployment leaves behind would block the next one by its name.
    this.#kept = retainData ? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE : RemovalPolicy.DESTROY;
  }

  visit(node: IConstruct): void {
    if (!(node instanceof CfnResource)) return;
    const decision = retention[node.cfnResourceType];
    if (!decision)
      throw new Error(
        `${node.node.path} is a ${node.cfnResourceType}, for which nobody decided what becomes of it when its stack goes: add the type to infra/policies/retention.ts.`,
      );
    node.applyRemovalPolicy(decision === 'rebuilt' ? RemovalPolicy.DESTROY : this.#kept);
  }
}
