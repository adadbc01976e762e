import { isDeepStrictEqual } from 'node:util';
import { breakingChanges, type JsonObject } from '#catalog/events/compatibility.ts';
import { SCHEMA_GROUP } from '#catalog/events/published.ts';
import { ExplainedError } from '#catalog/model/explained-error.ts';
import { Registry } from './registry.ts';

export interface SchemaText {
  readonly artifact: string;
  readonly text: string;
}

export interface Publication {
  readonly created: readonly string[];
  readonly changed: readonly string[];
  readonly unchanged: readonly string[];
}

/**
 * Rules of the group. What fits what is judged here, by the rule that also judges a merge: the registry's own rule for JSON
 * Schema takes a new optional field of an open object for a break (adr/0017).
 */
const RULES = [
  { ruleType: 'VALIDITY', config: 'FULL' },
  { ruleType: 'COMPATIBILITY', config: 'NONE' },
] as const;

const group = `/groups/${SCHEMA_GROUP}`;
const CONTENT_TYPE = 'application/json';

function objectOf(text: string, where: string): JsonObject {
  const value: unknown = JSON.parse(text);
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as JsonObject;
  throw new ExplainedError('SCHEMA_REFUSED', `${where} is no JSON object. A schema is one; write it again.`);
}

async function prepare(registry: Registry): Promise<void> {
  if ((await registry.read(group)) === undefined)
    await registry.write('POST', '/groups', { groupId: SCHEMA_GROUP, description: 'Events, from Git.' });
  for (const rule of RULES) {
    const path = `${group}/rules/${rule.ruleType}`;
    const now = await registry.read(path);
    if (now === undefined) await registry.write('POST', `${group}/rules`, rule);
    else if (objectOf(now, path).config !== rule.config) await registry.write('PUT', path, rule);
  }
}

type Step = SchemaText & { readonly action: 'created' | 'changed' | 'unchanged'; readonly breaks: readonly string[] };

async function compare(registry: Registry, { artifact, text }: SchemaText): Promise<Step> {
  const now = await registry.read(`${group}/artifacts/${artifact}/versions/branch=latest/content`);
  if (now === undefined) return { artifact, text, action: 'created', breaks: [] };
  const [before, after] = [objectOf(now, `${artifact} in the registry`), objectOf(text, artifact)];
  if (isDeepStrictEqual(before, after)) return { artifact, text, action: 'unchanged', breaks: [] };
  return { artifact, text, action: 'changed', breaks: breakingChanges(before, after) };
}

async function publish(registry: Registry, { artifact, text, action }: Step): Promise<void> {
  const content = { content: text, contentType: CONTENT_TYPE };
  if (action === 'changed') await registry.write('POST', `${group}/artifacts/${artifact}/versions`, { content });
  if (action === 'created')
    await registry.write('POST', `${group}/artifacts?ifExists=FIND_OR_CREATE_VERSION&canonical=true`, {
      artifactId: artifact,
      artifactType: 'JSON',
      firstVersion: { content },
    });
}

/**
 * Brings the registry up to date with the schemas and changes nothing that is as it should be; safe to repeat and to stop.
 * All are judged before the first is written.
 * @throws ExplainedError when a schema breaks what is published, and when the registry refuses or is away.
 */
export async function publishSchemas(url: string, schemas: readonly SchemaText[]): Promise<Publication> {
  const registry = new Registry(url);
  const steps: Step[] = [];
  for (const schema of schemas) steps.push(await compare(registry, schema));
  const broken = steps.flatMap(({ artifact, breaks }) => breaks.map((one) => `${artifact}: ${one}`));
  if (broken.length > 0)
    throw new ExplainedError(
      'SCHEMA_BREAKS',
      `Readers of what is published would break: ${broken.join('; ')}. Raise the version of the event, or take the change back.`,
    );
  await prepare(registry);
  for (const step of steps) await publish(registry, step);
  const named = (action: Step['action']): readonly string[] =>
    steps.filter((step) => step.action === action).map(({ artifact }) => artifact);
  return { created: named('created'), changed: named('changed'), unchanged: named('unchanged') };
}
