import { Ajv } from 'ajv';
import { type Static, Type } from 'typebox';
import type { Action, Invocation } from '#verify/destroy/index.ts';
import { answerOf, DestroyError } from './invoke.ts';

const Version = Type.Object({ Key: Type.String(), VersionId: Type.String() });
const Page = Type.Object({
  Versions: Type.Optional(Type.Union([Type.Array(Version), Type.Null()])),
  DeleteMarkers: Type.Optional(Type.Union([Type.Array(Version), Type.Null()])),
});
const Zones = Type.Object({ HostedZones: Type.Array(Type.Object({ Id: Type.String(), Name: Type.String() })) });
const Records = Type.Object({
  ResourceRecordSets: Type.Array(Type.Object({ Name: Type.String(), Type: Type.String() })),
});

const ajv = new Ajv();
const isPage = ajv.compile<Static<typeof Page>>(Page);
const isZones = ajv.compile<Static<typeof Zones>>(Zones);
const isRecords = ajv.compile<Static<typeof Records>>(Records);

const aws = (...words: readonly string[]): Invocation => ({ program: 'aws', words: [...words, '--output', 'json'] });

async function json<T>(invocation: Invocation, is: (value: unknown) => value is T): Promise<T> {
  const text = await answerOf(invocation);
  const value: unknown = JSON.parse(text === '' ? '{}' : text);
  if (is(value)) return value;
  throw new DestroyError('ANSWER_UNREADABLE', `aws ${invocation.words.slice(0, 2).join(' ')} answered something else.`);
}

/** S3 deletes at most so many versions in one call (API reference, DeleteObjects). */
const VERSIONS_A_CALL = 1_000;
/** Beyond this somebody writes faster than we delete. */
const MAX_PAGES = 100_000;

const versionOnly = ({ Key, VersionId }: Static<typeof Version>) => ({ Key, VersionId });

async function emptyBucket(bucket: string, region: string): Promise<void> {
  const where = ['--bucket', bucket, '--region', region] as const;
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const list = aws('s3api', 'list-object-versions', ...where, '--max-items', String(VERSIONS_A_CALL));
    const { Versions, DeleteMarkers } = await json(list, isPage);
    const objects = [...(Versions ?? []), ...(DeleteMarkers ?? [])].slice(0, VERSIONS_A_CALL).map(versionOnly);
    if (objects.length === 0) return;
    const batch = JSON.stringify({ Objects: objects, Quiet: true });
    await answerOf(aws('s3api', 'delete-objects', ...where, '--delete', batch));
  }
  throw new DestroyError('BUCKET_FILLS', `${bucket} fills faster than it is emptied. Stop whoever writes into it.`);
}

/** A zone has these by itself and keeps them until it goes. */
const OWN_RECORDS: ReadonlySet<string> = new Set(['NS', 'SOA']);
/** Route 53 takes at most so many changes in one call (developer guide, quotas). */
const CHANGES_A_CALL = 1_000;

async function emptyZone(domain: string): Promise<void> {
  const name = domain.endsWith('.') ? domain : `${domain}.`;
  const list = aws('route53', 'list-hosted-zones-by-name', '--dns-name', name, '--max-items', '1');
  const zone = (await json(list, isZones)).HostedZones.find((one) => one.Name === name);
  if (!zone) return;
  const found = await json(aws('route53', 'list-resource-record-sets', '--hosted-zone-id', zone.Id), isRecords);
  const others = found.ResourceRecordSets.filter((record) => !(record.Name === name && OWN_RECORDS.has(record.Type)));
  for (let start = 0; start < others.length; start += CHANGES_A_CALL) {
    const part = others.slice(start, start + CHANGES_A_CALL);
    const batch = JSON.stringify({ Changes: part.map((record) => ({ Action: 'DELETE', ResourceRecordSet: record })) });
    await answerOf(aws('route53', 'change-resource-record-sets', '--hosted-zone-id', zone.Id, '--change-batch', batch));
  }
}

/** AWS prints «None» for an empty list as text. */
const namesIn = (text: string): readonly string[] => text.split(/\s+/).filter((name) => name !== '' && name !== 'None');

async function each(list: Invocation, remove: Invocation): Promise<void> {
  for (const name of namesIn(await answerOf(list)))
    await answerOf({ ...remove, words: remove.words.map((word) => word.replaceAll('{}', () => name)) });
}

/** @throws DestroyError when a program fails or answers something else. */
export async function perform(action: Action): Promise<void> {
  switch (action.kind) {
    case 'run':
      await answerOf(action.invocation);
      return;
    case 'each':
      return each(action.list, action.remove);
    case 'empty bucket':
      return emptyBucket(action.bucket, action.region);
    case 'empty zone':
      return emptyZone(action.domain);
  }
}
