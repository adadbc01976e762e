import { standbyOf } from '#catalog/environments/index.ts';
import type { Environment } from '#catalog/index.ts';
import { names } from '#catalog/names.ts';
import { OBJECT_KEEPERS } from '#catalog/stores.ts';
import type { Resource, Template } from '../../tree/template.ts';
import { once, type World } from '../model.ts';
import { canonical } from './intrinsics.ts';
import type { Request } from './statements.ts';

/** What is worth protecting: objects below a prefix of a bucket, the value of a secret, a key by itself. */
export interface Treasure {
  readonly name: string;
  readonly region: string;
  readonly arn: string;
  /** The key that it is encrypted under, as templates mean it; nothing when AWS's own. */
  readonly key: string | undefined;
}
export interface BucketPart extends Treasure {
  readonly bucket: string;
  readonly prefix: string;
}
export interface SecretValue extends Treasure {
  readonly secret: string;
}

export type Use =
  | 'list'
  | 'locate'
  | 'read'
  | 'describe'
  | 'unlock'
  | 'lock'
  | 'write'
  | 'list parts of'
  | 'abort'
  | 'delete'
  | 'share'
  | 'destroy'
  | 'destroy the key of';
export type Requests = Readonly<Partial<Record<Use, Request | undefined>>>;

export interface Place {
  readonly template: Template;
  readonly resource: Resource;
}

export const placesOf = ({ tree }: World, type: string): readonly Place[] =>
  tree.templates.flatMap((template) =>
    template.resources.filter((resource) => resource.type === type).map((resource) => ({ template, resource })),
  );

/** The site of a stack: the environment's own region, or the one that takes over. */
export const siteOf = ({ tree }: World, { stack }: Template): Environment =>
  standbyOf(tree.environment).find((site) => stack.startsWith(`${names.cluster(site)}-`)) ?? tree.environment;

/** Prefixes of a bucket that somebody is held to, and one of nobody. */
const prefixesOf = (bucket: string): readonly string[] => {
  const kept = Object.values(OBJECT_KEEPERS)
    .filter((keeper) => keeper.bucket === bucket)
    .map(({ prefix }) => prefix);
  return [...new Set([...kept, 'anything-else/'])];
};

export const buckets = once((world: World): readonly BucketPart[] =>
  placesOf(world, 'AWS::S3::Bucket').flatMap(({ template, resource }) => {
    const site = siteOf(world, template);
    const bucket = resource.properties.key('BucketName').text ?? resource.logicalId;
    const kept = world.catalog.stores.find((store) => bucket === names.bucket(site, store.name));
    const [rule] = resource.properties.list('BucketEncryption.ServerSideEncryptionConfiguration');
    const key = rule?.at('ServerSideEncryptionByDefault.KMSMasterKeyID');
    return prefixesOf(kept?.name ?? '').map((prefix) => ({
      name: `s3://${bucket}/${prefix}`,
      bucket,
      prefix,
      region: site.region,
      arn: `arn:aws:s3:::${bucket}`,
      key: key?.exists ? canonical(world, template, key) : undefined,
    }));
  }),
);

/** Six characters of Secrets Manager's own. */
const SUFFIX = 'a1B2c3';

export const secrets = once((world: World): readonly SecretValue[] =>
  placesOf(world, 'AWS::SecretsManager::Secret').map(({ template, resource }) => {
    const { region, account } = siteOf(world, template);
    const secret = resource.properties.key('Name').text ?? resource.logicalId;
    const key = resource.properties.key('KmsKeyId');
    return {
      secret,
      name: `secret ${secret}${region === world.tree.environment.region ? '' : ` (${region})`}`,
      region,
      arn: `arn:aws:secretsmanager:${region}:${account}:secret:${secret}-${SUFFIX}`,
      key: key.exists ? canonical(world, template, key) : undefined,
    };
  }),
);

/** Using a key in one's own name opens whatever was ever encrypted under it; pods do it through a service only. */
const keys = once((world: World): readonly Treasure[] =>
  placesOf(world, 'AWS::KMS::Key').map(({ template, resource }) => {
    const id = `${template.stack}.${resource.logicalId}`;
    return { name: `key ${id} directly`, region: siteOf(world, template).region, arn: `${id}.Arn`, key: undefined };
  }),
);

interface Encrypted {
  readonly via: 's3' | 'secretsmanager';
  readonly context: Readonly<Record<string, string>>;
}

/** Using what is encrypted takes its key as well, through the service that keeps it. */
function keyRequest({ key, region }: Treasure, action: string, { via, context }: Encrypted): Request | undefined {
  if (key === undefined) return undefined;
  return { action, resource: key, context: { 'kms:viaservice': `${via}.${region}.amazonaws.com`, ...context } };
}

function bucketRequests(part: BucketPart): Requests {
  const { arn, prefix, region } = part;
  const context = { 'aws:requestedregion': region };
  const object = (action: string): Request => ({ action, resource: `${arn}/${prefix}an-object`, context });
  const key = (action: string) =>
    keyRequest(part, action, { via: 's3', context: { 'kms:encryptioncontext:aws:s3:arn': arn } });
  return {
    list: { action: 's3:ListBucket', resource: arn, context: { ...context, 's3:prefix': `${prefix}an-object` } },
    locate: { action: 's3:GetBucketLocation', resource: arn, context },
    read: object('s3:GetObject'),
    unlock: key('kms:Decrypt'),
    write: object('s3:PutObject'),
    'list parts of': object('s3:ListMultipartUploadParts'),
    abort: object('s3:AbortMultipartUpload'),
    lock: key('kms:GenerateDataKey'),
    delete: object('s3:DeleteObject'),
    // Nobody's pods need these; a wildcard among actions is noticed by them.
    share: object('s3:PutObjectAcl'),
    destroy: { action: 's3:DeleteBucket', resource: arn, context },
    'destroy the key of': key('kms:ScheduleKeyDeletion'),
  };
}

function secretRequests(value: SecretValue): Requests {
  const { arn, region } = value;
  const request = (action: string): Request => ({
    action: `secretsmanager:${action}`,
    resource: arn,
    context: { 'aws:requestedregion': region },
  });
  const context = { 'kms:encryptioncontext:secretarn': arn };
  return {
    read: request('GetSecretValue'),
    describe: request('DescribeSecret'),
    unlock: keyRequest(value, 'kms:Decrypt', { via: 'secretsmanager', context }),
    write: request('PutSecretValue'),
    delete: request('DeleteSecret'),
    share: request('PutResourcePolicy'),
    'destroy the key of': keyRequest(value, 'kms:ScheduleKeyDeletion', { via: 'secretsmanager', context }),
  };
}

/** Everything that could be asked, by whom it is guarded. */
export const asks = once(
  (world: World): readonly { readonly treasure: Treasure; readonly use: Use; readonly request: Request }[] => {
    const all: readonly (readonly [Treasure, Requests])[] = [
      ...buckets(world).map((part) => [part, bucketRequests(part)] as const),
      ...secrets(world).map((value) => [value, secretRequests(value)] as const),
      ...keys(world).map(
        (key) => [key, { unlock: { action: 'kms:Decrypt', resource: key.arn, context: {} } }] as const,
      ),
    ];
    return all.flatMap(([treasure, requests]) =>
      (Object.keys(requests) as readonly Use[]).flatMap((use) => {
        const request = requests[use];
        return request ? [{ treasure, use, request }] : [];
      }),
    );
  },
);
