import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { AwsSolutionsChecks } from 'cdk-nag';
import { type Catalog, catalog, type SiteName } from '#catalog/index.ts';
import { SHARED_STACKS, stacksOf } from '#catalog/stacks.ts';
import { environmentOf, withEnvironment } from '#tests/support/infra.ts';
import { addSite, buildInfra, siteNames } from './app.ts';
import { type Finding, findingsIn } from './findings.ts';
import { ruleFor, suppressionsFor, targetsOf } from './policies/suppressions.ts';
import { SiteStack } from './stacks/platform-stack.ts';
import { type Synthesis, synthesizeInfra } from './synthesize.ts';

const run = promisify(execFile);
const root = join(import.meta.dirname, '..');
const folder = mkdtempSync(join(tmpdir(), 'infra-synthesize-'));

const STACKS = SHARED_STACKS.length + catalog.environments.flatMap(stacksOf).length;

/** Other tests leave the engine out for speed; here it is what is tested. */
const before = process.env.CDK_VALIDATION;
beforeAll(() => {
  process.env.CDK_VALIDATION = 'true';
});
afterAll(() => {
  process.env.CDK_VALIDATION = before;
  rmSync(folder, { recursive: true });
});

function filesBelow(directory: string): Readonly<Record<string, string>> {
  const files = readdirSync(directory, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = files.map(({ parentPath, name }) => join(parentPath, name)).sort();
  return Object.fromEntries(paths.map((path) => [path.slice(directory.length), readFileSync(path, 'utf8')]));
}

const errorsWith = (facts: Catalog, name: string): readonly Finding[] =>
  synthesizeInfra({ environments: ['dev'], outdir: join(folder, name), catalog: facts }).errors;

describe('all environments', () => {
  const first = join(folder, 'first');
  let result: Synthesis;
  beforeAll(() => {
    result = synthesizeInfra({ outdir: first });
  });

  test('pass cdk-nag and the validation of CDK with no finding', () => {
    const { stacks, errors, warnings, seconds } = result;
    expect({ errors, warnings }).toEqual({ errors: [], warnings: [] });
    expect(stacks).toHaveLength(STACKS);
    expect(stacks.every(({ resources }) => resources > 0)).toBe(true);
    expect(seconds).toBeGreaterThan(0);
  });

  test('give the same bytes wherever and however often they are synthesized', () => {
    const second = join(folder, 'second');
    synthesizeInfra({ outdir: second });
    const [files, others] = [filesBelow(first), filesBelow(second)];
    expect(Object.keys(files).filter((path) => path.endsWith('.template.json'))).toHaveLength(STACKS);
    expect(Object.keys(others)).toEqual(Object.keys(files));
    expect(Object.keys(files).filter((path) => files[path] !== others[path])).toEqual([]);
    expect(Object.keys(files).filter((path) => files[path]?.includes(root))).toEqual([]);
  });

  test('ask AWS for nothing: no lookup is left open', () => {
    const manifests = Object.entries(filesBelow(first)).filter(([path]) => path.endsWith('manifest.json'));
    expect(manifests).toHaveLength(catalog.environments.length + 1);
    for (const [, text] of manifests) expect(JSON.parse(text)).not.toHaveProperty('missing');
  });

  test('every suppression still suppresses something', () => {
    const sites = siteNames(catalog);
    const found = sites.flatMap((name) => [
      ...findingsIn(join(first, name)).suppressed,
      ...findingsWithoutPolicies(name),
    ]);
    const idle = sites.flatMap((name) => stacksWithoutPolicies(name).flatMap((stack) => idleIn(stack, found)));
    expect(idle).toEqual([]);
  });
});

function stacksWithoutPolicies(site: SiteName): readonly SiteStack[] {
  const app = buildInfra({ environments: [] });
  addSite(app, catalog, site);
  return app.node.children.filter((child) => child instanceof SiteStack);
}

/** What cdk-nag says of an environment to which nobody acknowledged anything. */
function findingsWithoutPolicies(site: SiteName): readonly Finding[] {
  const [stack] = stacksWithoutPolicies(site);
  if (!stack) throw new Error(`${site} has no stack.`);
  const plugin = new AwsSolutionsChecks();
  return plugin
    .validateScope(stack.node.root)
    .violations.flatMap(({ ruleName, description, violatingResources }) =>
      violatingResources.map(({ constructPath = '' }) => ({ rule: ruleName, path: constructPath, description })),
    );
}

function idleIn(stack: SiteStack, found: readonly Finding[]): readonly string[] {
  return suppressionsFor(stack)
    .filter((suppression) => {
      const rule = ruleFor(suppression, stack).replace('CloudFormation-Validate::', '');
      const paths = targetsOf(stack, suppression).map(({ node }) => node.path);
      return !found.some((finding) => finding.rule === rule && paths.some((path) => finding.path.startsWith(path)));
    })
    .map(({ rule, at }) => `${stack.stackName}: ${rule} at ${at}`);
}

describe('a violation is reported', () => {
  test('by CDK: a value that AWS does not take', () => {
    const { database } = environmentOf('dev');
    const facts = withEnvironment('dev', { database: { ...database, backupRetentionDays: 36 } });
    expect(errorsWith(facts, 'long-backup').map(({ path }) => path)).toContain(
      'gamemetrics-dev-database/Postgres/Primary/Resource',
    );
  });

  test('by cdk-nag and by the rules of the house: a bucket that somebody adds without our construct', () => {
    const outdir = join(folder, 'bucket');
    const app = buildInfra({
      environments: ['dev'],
      outdir,
      context: { '@aws-cdk/core:failSynthOnValidationErrors': false },
    });
    const storage = app.node.findChild('gamemetrics-dev-storage');
    new Bucket(storage, 'Plain');
    app.synth();
    const rules = findingsIn(outdir)
      .errors.filter(({ path }) => path.includes('/Plain/'))
      .map(({ rule }) => rule);
    expect(rules).toEqual(expect.arrayContaining(['AwsSolutions-S1', 'AwsSolutions-S10', 'House-log-retention']));
  });

  test('without a network that may open the API, the API is not public', () => {
    const outdir = join(folder, 'closed');
    synthesizeInfra({ environments: ['dev'], outdir, catalog: withEnvironment('dev', { apiAccessCidrs: [] }) });
    const template = readFileSync(join(outdir, 'dev', 'gamemetrics-dev-cluster.template.json'), 'utf8');
    expect(template).toContain('"EndpointPublicAccess": false');
  });
});

describe('folders', () => {
  test('an earlier synthesis is replaced, with what it had and the new one has not', () => {
    const outdir = join(folder, 'again');
    synthesizeInfra({ environments: ['dev'], outdir });
    writeFileSync(join(outdir, 'dev', 'gamemetrics-dev-old.template.json'), '{}');
    synthesizeInfra({ environments: ['dev'], outdir });
    expect(readdirSync(join(outdir, 'dev'))).not.toContain('gamemetrics-dev-old.template.json');
  });

  test("a folder that is not a synthesis keeps somebody's files", () => {
    const outdir = join(folder, 'foreign');
    mkdirSync(join(outdir, 'dev'), { recursive: true });
    writeFileSync(join(outdir, 'dev', 'thesis.txt'), 'years of work');
    synthesizeInfra({ environments: ['dev'], outdir });
    expect(readFileSync(join(outdir, 'dev', 'thesis.txt'), 'utf8')).toBe('years of work');
  });

  test('an unknown environment is refused before anything is written', () => {
    const outdir = join(folder, 'unknown');
    expect(() => synthesizeInfra({ environments: ['dev', 'live'], outdir })).toThrow(
      'Environment «live» does not exist.',
    );
    expect(() => readdirSync(outdir)).toThrow('ENOENT');
  });
});

describe('what cdk runs', () => {
  const cdk = (context: Record<string, string>, outdir: string) =>
    run(process.execPath, [join(root, 'bin', 'cdk.ts')], {
      cwd: root,
      env: { ...process.env, CDK_VALIDATION: 'false', CDK_OUTDIR: outdir, CDK_CONTEXT_JSON: JSON.stringify(context) },
    });

  test('writes the stacks of the environment that is asked for', async () => {
    const outdir = join(folder, 'cdk');
    await cdk({ env: 'staging' }, outdir);
    expect(readdirSync(outdir).filter((file) => file.endsWith('.template.json'))).toHaveLength(
      stacksOf(environmentOf('staging')).length,
    );
  });

  test('answers an unknown environment with one sentence, no stack trace and exit code 1', async () => {
    await expect(cdk({ env: 'live' }, join(folder, 'cdk-live'))).rejects.toMatchObject({
      code: 1,
      stdout: '',
      stderr: 'Environment «live» does not exist. Use one of: dev, staging, prod.\n',
    });
  });
});
