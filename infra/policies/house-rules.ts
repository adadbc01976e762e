import { type CfnResource, Stack } from 'aws-cdk-lib';
import { allowsInsecureTransport, fields, isOpenToTheWorld, listOf, type Properties, statementsOf } from './reading.ts';
import { REQUIRED_TAGS } from './tags.ts';

/** A rule of the house: what it asks for, of which resources, and how to mend a breach. */
export interface HouseRule {
  readonly id: string;
  readonly says: string;
  readonly fix: string;
  readonly types: readonly string[];
  /** What is wrong with a resource, or nothing. */
  readonly breach: (properties: Properties, resource: CfnResource) => string | undefined;
}

/** Where each type keeps its encryption; a type of data without a row here is not covered, which a test forbids. */
const encrypted: Readonly<Record<string, (properties: Properties) => boolean>> = {
  'AWS::Backup::BackupVault': ({ EncryptionKeyArn }) => EncryptionKeyArn !== undefined,
  'AWS::EC2::Instance': ({ BlockDeviceMappings }) =>
    listOf(BlockDeviceMappings).length > 0 &&
    listOf(BlockDeviceMappings).every((each) => fields(each, 'Ebs').Encrypted === true),
  'AWS::EC2::LaunchTemplate': ({ LaunchTemplateData }) => {
    const disks = listOf(fields({ LaunchTemplateData }, 'LaunchTemplateData').BlockDeviceMappings);
    return disks.length > 0 && disks.every((each) => fields(each, 'Ebs').Encrypted === true);
  },
  'AWS::ECR::Repository': ({ EncryptionConfiguration }) =>
    fields({ EncryptionConfiguration }, 'EncryptionConfiguration').EncryptionType === 'KMS',
  'AWS::ElastiCache::ReplicationGroup': ({ AtRestEncryptionEnabled, KmsKeyId }) =>
    AtRestEncryptionEnabled === true && KmsKeyId !== undefined,
  // A replica in the same region inherits it, and one in another names its key.
  'AWS::RDS::DBInstance': ({ StorageEncrypted, KmsKeyId, SourceDBInstanceIdentifier }) =>
    SourceDBInstanceIdentifier !== undefined || (StorageEncrypted === true && KmsKeyId !== undefined),
  'AWS::S3::Bucket': ({ BucketEncryption }) => BucketEncryption !== undefined,
  'AWS::SNS::Topic': ({ KmsMasterKeyId }) => KmsMasterKeyId !== undefined,
  'AWS::SecretsManager::Secret': ({ KmsKeyId }) => KmsKeyId !== undefined,
};

export const ENCRYPTED_TYPES: readonly string[] = Object.keys(encrypted);

const encryption: HouseRule = {
  id: 'encryption',
  says: 'Data at rest is encrypted, under a key of ours wherever AWS takes one.',
  fix: 'Give it an EncryptionKey of the stack.',
  types: ENCRYPTED_TYPES,
  breach: (properties, { cfnResourceType }) =>
    encrypted[cfnResourceType]?.(properties) ? undefined : 'it does not say that it is encrypted',
};

const transport: HouseRule = {
  id: 'tls-only',
  says: 'Data in transit is encrypted: nothing answers without TLS.',
  fix: 'Require transit encryption; for buckets and topics use enforceSSL; for PostgreSQL rds.force_ssl.',
  types: [
    'AWS::S3::BucketPolicy',
    'AWS::SNS::TopicPolicy',
    'AWS::ElastiCache::ReplicationGroup',
    'AWS::RDS::DBParameterGroup',
  ],
  breach: (properties, { cfnResourceType }) => {
    if (cfnResourceType === 'AWS::ElastiCache::ReplicationGroup')
      return properties.TransitEncryptionMode === 'required' ? undefined : 'clients may connect without TLS';
    if (cfnResourceType === 'AWS::RDS::DBParameterGroup')
      return fields(properties, 'Parameters')['rds.force_ssl'] === '1' ? undefined : 'rds.force_ssl is not 1';
    return allowsInsecureTransport(properties) ? 'no statement denies requests without TLS' : undefined;
  },
};

const PUBLIC_ACCESS = ['BlockPublicAcls', 'BlockPublicPolicy', 'IgnorePublicAcls', 'RestrictPublicBuckets'] as const;

const privacy: HouseRule = {
  id: 'no-public-data',
  says: 'No data is public: no bucket, no database, no repository.',
  fix: 'Block public access; name the accounts or services that a policy lets in.',
  types: ['AWS::S3::Bucket', 'AWS::RDS::DBInstance', 'AWS::S3::BucketPolicy', 'AWS::ECR::Repository'],
  breach: (properties, { cfnResourceType }) => {
    if (cfnResourceType === 'AWS::S3::Bucket') {
      const block = fields(properties, 'PublicAccessBlockConfiguration');
      return PUBLIC_ACCESS.every((each) => block[each] === true) ? undefined : 'public access is not blocked';
    }
    if (cfnResourceType === 'AWS::RDS::DBInstance')
      return properties.PubliclyAccessible === false ? undefined : 'it does not say that it is not public';
    return statementsOf(properties).some(isOpenToTheWorld) ? 'a statement lets everybody in' : undefined;
  },
};

const logs: HouseRule = {
  id: 'log-retention',
  says: 'Every log has an end, and every bucket a lifecycle.',
  fix: 'Give log groups a retention and buckets a lifecycle rule.',
  types: ['AWS::Logs::LogGroup', 'AWS::S3::Bucket'],
  breach: ({ RetentionInDays, LifecycleConfiguration }) =>
    RetentionInDays !== undefined || LifecycleConfiguration !== undefined ? undefined : 'it is kept for ever',
};

const ownership: HouseRule = {
  id: 'tags',
  says: 'Whatever costs money names its owner and cost centre.',
  fix: 'Call tagOwner on the construct, or on its stack.',
  types: [...ENCRYPTED_TYPES, 'AWS::EC2::NatGateway', 'AWS::EC2::VPCEndpoint', 'AWS::EKS::Cluster', 'AWS::KMS::Key'],
  breach: (_properties, resource) => {
    const tagged = JSON.stringify(Stack.of(resource).resolve(resource._toCloudFormation()));
    // A launch template has its tags on what it launches.
    const missing = REQUIRED_TAGS.filter((tag) => !tagged.includes(`"Key":"${tag}"`) && !tagged.includes(`"${tag}":`));
    return missing.length > 0 ? `it has no ${missing.join(', ')}` : undefined;
  },
};

const groups: HouseRule = {
  id: 'no-default-security-group',
  says: 'Nobody wears the default security group of a VPC.',
  fix: 'Give it a security group of its own.',
  types: ['AWS::RDS::DBInstance', 'AWS::ElastiCache::ReplicationGroup', 'AWS::EC2::Instance', 'AWS::EC2::VPCEndpoint'],
  breach: (properties) => {
    const worn = ['VPCSecurityGroups', 'SecurityGroupIds', 'NetworkInterfaces'].flatMap((each) =>
      listOf(properties[each]),
    );
    if (JSON.stringify(worn).includes('DefaultSecurityGroup')) return 'it wears the default security group';
    return worn.length > 0 || properties.VpcEndpointType === 'Gateway'
      ? undefined
      : 'it names no security group, and gets the default one';
  },
};

const ANYWHERE = ['0.0.0.0/0', '::/0'];

const ingress: HouseRule = {
  id: 'no-open-ingress',
  says: 'Nothing is open to 0.0.0.0/0 but the load balancers of the gateway, which their controller makes.',
  fix: 'Name the security group or the network that may come in.',
  types: ['AWS::EC2::SecurityGroup', 'AWS::EC2::SecurityGroupIngress', 'AWS::EKS::Cluster'],
  breach: (properties, { cfnResourceType }) => {
    if (cfnResourceType === 'AWS::EKS::Cluster') {
      const access = fields(properties, 'ResourcesVpcConfig');
      const open = access.EndpointPublicAccess !== false && listOf(access.PublicAccessCidrs).length === 0;
      const cidrs = listOf(access.PublicAccessCidrs).map(String);
      return open || cidrs.some((each) => ANYWHERE.includes(each))
        ? 'the Kubernetes API is open to everybody'
        : undefined;
    }
    const rules =
      cfnResourceType === 'AWS::EC2::SecurityGroup' ? listOf(properties.SecurityGroupIngress) : [properties];
    const cidrs = rules.flatMap((rule) => [fields(rule).CidrIp, fields(rule).CidrIpv6]);
    return cidrs.some((cidr) => ANYWHERE.includes(String(cidr))) ? 'it lets everybody in' : undefined;
  },
};

export const houseRules: readonly HouseRule[] = [encryption, transport, privacy, logs, ownership, groups, ingress];
