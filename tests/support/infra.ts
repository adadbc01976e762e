import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type Catalog,
  catalog,
  type Environment,
  type EnvironmentName,
  environmentNamed,
  type SiteName,
  type StoreEngine,
  serviceNamed,
  storeNamed,
} from '#catalog/index.ts';
import { names, type StackKind } from '#catalog/names.ts';
import { buildInfra } from '#infra/app.ts';

/** A resource of a synthesized template. Properties are whatever CloudFormation takes, so tests match them by shape. */
export interface Resource {
  readonly id: string;
  readonly Type: string;
  readonly Properties: Readonly<Record<string, unknown>>;
  readonly DependsOn?: readonly string[];
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
}

/** A synthesized stack, to be asked about its resources. */
export class SynthesizedTemplate {
  readonly stackName: string;
  readonly json: Readonly<Record<string, unknown>>;
  readonly resources: readonly Resource[];
  /** Stacks that are deployed before this one. */
  readonly dependencies: readonly string[];

  constructor(stackName: string, json: Readonly<Record<string, unknown>>, dependencies: readonly string[]) {
    this.stackName = stackName;
    this.json = json;
    this.dependencies = dependencies;
    const resources = json.Resources as Readonly<Record<string, Omit<Resource, 'id'>>>;
    this.resources = Object.entries(resources).map(([id, { Properties = {}, ...rest }]) => ({
      id,
      Properties,
      ...rest,
    }));
  }

  ofType(type: string): readonly Resource[] {
    return this.resources.filter((resource) => resource.Type === type);
  }

  /** The properties of every resource of a type. */
  properties(type: string): readonly Resource['Properties'][] {
    return this.ofType(type).map(({ Properties }) => Properties);
  }

  /** The properties of the one resource of a type. */
  only(type: string): Resource['Properties'] {
    const [first, ...others] = this.properties(type);
    if (!first || others.length > 0) throw new Error(`${this.stackName} has ${others.length + 1} or no ${type}.`);
    return first;
  }

  /** How many resources of each type there are, by type; those that come with each service are not counted. */
  count(): Readonly<Record<string, number | 'by service'>> {
    const types = this.resources.map(({ Type }) => Type).sort();
    const counted = (type: string) => types.filter((other) => other === type).length;
    return Object.fromEntries(types.map((type) => [type, BY_SERVICE.has(type) ? 'by service' : counted(type)]));
  }
}

/** What a snapshot shows of a stack: how many resources of each type, and the chosen properties of some. */
export function glanceAt(template: SynthesizedTemplate, chosen: Readonly<Record<string, readonly string[]>>): unknown {
  const properties = Object.entries(chosen).map(([type, keys]) => [
    type,
    template
      .properties(type)
      .map((resource) => keys.map((key) => `${key} ${JSON.stringify(resource[key])}`).join(', ')),
  ]);
  return { count: template.count(), ...Object.fromEntries(properties) };
}

/** A new service brings more of them, which is no news to a snapshot. */
const BY_SERVICE = new Set([
  'AWS::EKS::PodIdentityAssociation',
  'AWS::ElastiCache::User',
  'AWS::IAM::Role',
  'AWS::SecretsManager::RotationSchedule',
  'AWS::SecretsManager::Secret',
  'AWS::SecretsManager::SecretTargetAttachment',
]);

const cache = new Map<string, readonly SynthesizedTemplate[]>();

/** All stacks of an environment, or of the shared account, synthesized once a test file. */
export function synthesized(site: SiteName, facts: Catalog = catalog): readonly SynthesizedTemplate[] {
  const known = facts === catalog ? cache.get(site) : undefined;
  if (known) return known;
  const templates = synthesize(site, facts);
  if (facts === catalog) cache.set(site, templates);
  return templates;
}

function synthesize(site: SiteName, facts: Catalog): readonly SynthesizedTemplate[] {
  const outdir = mkdtempSync(join(tmpdir(), 'infra-'));
  try {
    const { stacks } = buildInfra({ environments: [site], outdir, catalog: facts }).synth();
    const isStack = (id: string): boolean => stacks.some(({ stackName }) => stackName === id);
    return stacks.map(
      ({ stackName, template, dependencies }) =>
        new SynthesizedTemplate(stackName, template, dependencies.map(({ id }) => id).filter(isStack)),
    );
  } finally {
    rmSync(outdir, { recursive: true });
  }
}

/** One stack of an environment, or of the shared account. */
export function stackOf(site: SiteName, kind: StackKind, facts: Catalog = catalog): SynthesizedTemplate {
  return stackNamed(names.stack({ name: site }, kind), site, facts);
}

/** One stack of prod's recovery region. */
export const recoveryStackOf = (kind: StackKind, facts: Catalog = catalog): SynthesizedTemplate =>
  stackNamed(names.stack({ name: 'prod', standby: true }, kind), 'prod', facts);

function stackNamed(name: string, site: SiteName, facts: Catalog): SynthesizedTemplate {
  const found = synthesized(site, facts).find(({ stackName }) => stackName === name);
  if (!found) throw new Error(`${name} is not synthesized.`);
  return found;
}

/** The catalog with one environment changed. */
export function withEnvironment(name: EnvironmentName, changes: Partial<Environment>): Catalog {
  return {
    ...catalog,
    environments: catalog.environments.map((environment) =>
      environment.name === name ? { ...environment, ...changes } : environment,
    ),
  };
}

export const environmentOf = (name: EnvironmentName): Environment => environmentNamed(catalog, name);

export const ENVIRONMENTS = ['dev', 'staging', 'prod'] as const satisfies readonly EnvironmentName[];

/** Every place that has stacks. */
export const SITES = ['shared', ...ENVIRONMENTS] as const satisfies readonly SiteName[];

/** Every string in a value, however deep. */
export function stringsIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, part]) => [key, ...stringsIn(part)]);
}

/** The engines of a service's stores, each with the store's name. */
export const storesOf = (service: string): readonly { readonly store: string; readonly engine: StoreEngine }[] =>
  serviceNamed(catalog, service).stores.map(({ store }) => ({ store, engine: storeNamed(catalog, store).engine }));

export const SERVICES: readonly string[] = catalog.services.map(({ name }) => name);
