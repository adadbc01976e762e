/**
 * Types that hold what nobody can make again. A key is among them: without it what it encrypts is noise. The cache is not:
 * everything in it can be rebuilt (catalog/stores.ts).
 */
export const DATA_TYPES: ReadonlySet<string> = new Set([
  'AWS::Backup::BackupVault',
  'AWS::EC2::Volume',
  'AWS::ECR::Repository',
  'AWS::KMS::Key',
  'AWS::KMS::ReplicaKey',
  'AWS::Logs::LogGroup',
  'AWS::RDS::DBCluster',
  'AWS::RDS::DBInstance',
  'AWS::Route53::HostedZone',
  'AWS::S3::Bucket',
  'AWS::SecretsManager::Secret',
]);

/** Types that keep others out, or that remember who did what: losing one opens or blinds. */
export const GUARDS: Readonly<Record<string, string>> = {
  'AWS::Backup::BackupPlan': 'nothing is backed up by it any more',
  'AWS::Backup::BackupSelection': 'what it chose is not backed up any more',
  'AWS::CloudTrail::Trail': 'nobody records who did what',
  'AWS::EC2::NetworkAcl': 'its denials are gone',
  'AWS::S3::BucketPolicy': 'its denials, such as of requests without TLS, are gone',
  'AWS::SecretsManager::ResourcePolicy': 'its denials are gone',
  'AWS::WAFv2::WebACL': 'the public gateway has no firewall',
  'AWS::WAFv2::WebACLAssociation': 'the public gateway has no firewall',
};

/** Types that can leave without anybody's notice: they describe or grant nothing. */
export const QUIET: ReadonlySet<string> = new Set(['AWS::CDK::Metadata', 'AWS::KMS::Alias', 'AWS::SSM::Parameter']);

/**
 * Properties that the schemas call conditional and that AWS changes in place for an instance outside of a cluster (AWS::RDS::
 * DBInstance in the CloudFormation reference, «Update requires»).
 */
export const CHANGED_IN_PLACE: Readonly<Record<string, readonly string[]>> = {
  'AWS::RDS::DBInstance': [
    'AutoMinorVersionUpgrade',
    'BackupRetentionPeriod',
    'DBParameterGroupName',
    'MultiAZ',
    'PreferredMaintenanceWindow',
    'StorageType',
  ],
};
