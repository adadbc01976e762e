import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { type Static, Type } from 'typebox';
import { VerifyError } from '../errors.ts';
import { isFields, type Node } from '../tree/node.ts';
import { defaultsOf, type Parameters, resourcesFor, switchedOn } from './conditions.ts';

/** One resource of a stack with what CloudFormation does with it when it leaves the stack. */
export interface StackResource {
  readonly stack: string;
  readonly logicalId: string;
  readonly type: string;
  readonly properties: Node;
  readonly deletionPolicy: string;
}

/** A stack as CDK wrote it: where it is deployed, what it waits for, and its template. */
export interface Stack {
  readonly name: string;
  /** The folder that it was written to: an environment, or the shared account. */
  readonly site: string;
  readonly account: string;
  readonly region: string;
  /** Names of stacks that are deployed before it. */
  readonly dependencies: readonly string[];
  /** CloudFormation refuses to delete it until this is taken off. */
  readonly terminationProtection: boolean;
  readonly template: Readonly<Record<string, unknown>>;
  readonly resources: readonly StackResource[];
}

const Manifest = Type.Object({
  artifacts: Type.Record(
    Type.String(),
    Type.Object({
      type: Type.String(),
      environment: Type.Optional(Type.String()),
      dependencies: Type.Optional(Type.Array(Type.String())),
      properties: Type.Optional(
        Type.Object({
          templateFile: Type.Optional(Type.String()),
          terminationProtection: Type.Optional(Type.Boolean()),
          stackName: Type.Optional(Type.String()),
        }),
      ),
    }),
  ),
});
type Artifact = Static<typeof Manifest>['artifacts'][string];

const isManifest = new Ajv().compile<Static<typeof Manifest>>(Manifest);

const STACK = 'aws:cloudformation:stack';
const PLACE = /^aws:\/\/(?<account>[^/]+)\/(?<region>[^/]+)$/;

async function parsed(file: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(file, 'utf8'));
  } catch (cause) {
    throw new VerifyError('ASSEMBLY_UNREADABLE', `${file} is not readable JSON. Run «npm run synth» again.`, { cause });
  }
}

/** What CloudFormation makes of a template: with the parameters' defaults, unless others are given. */
export function resourcesOf(
  stack: string,
  template: Readonly<Record<string, unknown>>,
  parameters: Parameters = defaultsOf(template),
): readonly StackResource[] {
  return resourcesFor(template, parameters).map(([logicalId, node]) => ({
    stack,
    logicalId,
    type: node.key('Type').text ?? '',
    properties: node.key('Properties'),
    // CloudFormation deletes what says nothing, but for a few types that CDK always writes a policy for.
    deletionPolicy: node.key('DeletionPolicy').text ?? 'Delete',
  }));
}

/** The stack with every switch of its parameters on, or itself when it has none. */
export function wakened(stack: Stack): Stack {
  const parameters = switchedOn(stack.template);
  return parameters ? { ...stack, resources: resourcesOf(stack.name, stack.template, parameters) } : stack;
}

async function stackOf(folder: string, site: string, [id, artifact]: readonly [string, Artifact]): Promise<Stack> {
  const { properties = {}, environment = '', dependencies = [] } = artifact;
  const template = await parsed(join(folder, properties.templateFile ?? `${id}.template.json`));
  const place = PLACE.exec(environment)?.groups;
  if (!isFields(template)) throw new VerifyError('TEMPLATE_UNREADABLE', `The template of ${id} is no object.`);
  const name = properties.stackName ?? id;
  return {
    name,
    site,
    account: place?.account ?? '',
    region: place?.region ?? '',
    dependencies,
    terminationProtection: properties.terminationProtection === true,
    template,
    resources: resourcesOf(name, template),
  };
}

async function loadSite(root: string, site: string): Promise<readonly Stack[]> {
  const folder = join(root, 'aws', site);
  const file = join(folder, 'manifest.json');
  const manifest = await parsed(file);
  if (!isManifest(manifest))
    throw new VerifyError('ASSEMBLY_UNREADABLE', `${file} is no cloud assembly. Run «npm run synth» again.`);
  const stacks = Object.entries(manifest.artifacts).filter(([, { type }]) => type === STACK);
  const loaded = await Promise.all(stacks.map((entry) => stackOf(folder, site, entry)));
  const names = new Set(loaded.map(({ name }) => name));
  return loaded.map((stack) => ({ ...stack, dependencies: stack.dependencies.filter((name) => names.has(name)) }));
}

/**
 * Every stack that `synth` wrote below `<root>/aws`, by its folder.
 * @throws VerifyError when nothing was synthesized or a file is not what CDK writes.
 */
export async function loadAssembly(root: string): Promise<readonly Stack[]> {
  const folder = join(root, 'aws');
  if (!existsSync(folder))
    throw new VerifyError('OUTPUT_MISSING', `${folder} does not exist. Run «npm run synth» first.`);
  const entries = await readdir(folder, { withFileTypes: true });
  const sites = entries.filter((entry) => entry.isDirectory() && existsSync(join(folder, entry.name, 'manifest.json')));
  const loaded: Stack[] = [];
  for (const { name } of sites.sort((left, right) => left.name.localeCompare(right.name)))
    loaded.push(...(await loadSite(root, name)));
  return loaded;
}
