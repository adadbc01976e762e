import { describe, expect, test } from '@jest/globals';
import { SHARED_ACCOUNT, shared } from '#catalog/environments/index.ts';
import { catalog } from '#catalog/index.ts';
import { names } from '#catalog/names.ts';
import { SHARED_STACKS, stacksOf } from '#catalog/stacks.ts';
import { ENVIRONMENTS, environmentOf, type SynthesizedTemplate, stringsIn, synthesized } from '#tests/support/infra.ts';
import { buildInfra } from './app.ts';

/** Limits of CloudFormation (user guide, «quotas»); a stack that grows past half of one deserves a thought. */
const LIMITS = { resources: 500, outputs: 200, bytes: 1_000_000 } as const;

/** Positions of the stacks, if each came after all that it depends on; undefined where a cycle forbids it. */
function deploymentOrder(stacks: readonly SynthesizedTemplate[]): readonly string[] | undefined {
  const deployed: string[] = [];
  while (deployed.length < stacks.length) {
    const next = stacks.find(
      ({ stackName, dependencies }) =>
        !deployed.includes(stackName) && dependencies.every((needed) => deployed.includes(needed)),
    );
    if (!next) return undefined;
    deployed.push(next.stackName);
  }
  return deployed;
}

describe.each(ENVIRONMENTS)('the app of %s', (name) => {
  const environment = environmentOf(name);
  const stacks = synthesized(name);

  test('has the stacks of the catalog', () => {
    expect(new Set(stacks.map(({ stackName }) => stackName))).toEqual(
      new Set(stacksOf(environment).map(({ site, kind }) => names.stack(site, kind))),
    );
  });

  test('deploys in an order without cycles: whatever a stack builds on comes before it', () => {
    expect(deploymentOrder(stacks)).toHaveLength(stacks.length);
    const listed = stacksOf(environment).map(({ site, kind }) => names.stack(site, kind));
    for (const { stackName, dependencies } of stacks)
      for (const needed of dependencies) expect(listed.indexOf(needed)).toBeLessThan(listed.indexOf(stackName));
  });

  test('waits for a person in one place only: certificates, for which the zone must be delegated, come last', () => {
    const waiting = stacks.filter((stack) => stack.ofType('AWS::CertificateManager::Certificate').length > 0);
    expect(waiting.length).toBeGreaterThan(0);
    const certificates = new Set(waiting.map(({ stackName }) => stackName));
    const held = stacks.filter(({ dependencies }) => dependencies.some((needed) => certificates.has(needed)));
    expect(held.filter(({ stackName }) => !certificates.has(stackName))).toEqual([]);
  });

  test('has no custom resource and no function but the rotation that AWS hosts', () => {
    const types = stacks.flatMap(({ resources }) => resources.map(({ Type }) => Type));
    expect(types.filter((type) => /^Custom::|CustomResource|^AWS::Lambda::|::Stack$/.test(type))).toEqual([]);
    const hosted = stacks
      .flatMap(({ resources }) => resources)
      .filter(({ Properties }) => 'HostedRotationLambda' in Properties);
    expect(hosted).toHaveLength(1);
  });

  test('names no account but its own, except where images come from', () => {
    const texts = stacks.flatMap(({ json }) => stringsIn(json)).filter((text) => !text.includes(`:ecr:`));
    const accounts = texts.flatMap((text) => text.match(/\b\d{12}\b/g) ?? []);
    expect([...new Set(accounts)]).toEqual([environment.account]);
    expect(environment.account).not.toBe(SHARED_ACCOUNT);
  });

  test('imports nothing from stacks of another environment', () => {
    const imported = stacks.flatMap(({ json }) => stringsIn(json)).filter((text) => /^gamemetrics-\w+-\w+:/.test(text));
    expect(imported.length).toBeGreaterThan(0);
    expect(imported.filter((text) => !text.startsWith(`gamemetrics-${name}-`))).toEqual([]);
  });

  test('lets nothing in from everywhere', () => {
    const rules = stacks.flatMap(({ resources }) =>
      resources.filter(({ Type }) => Type === 'AWS::EC2::SecurityGroupIngress' || Type === 'AWS::EC2::SecurityGroup'),
    );
    for (const { Properties } of rules) {
      const { SecurityGroupIngress = [], CidrIp } = Properties;
      expect(JSON.stringify([SecurityGroupIngress, CidrIp])).not.toContain('0.0.0.0/0');
    }
  });

  test('stays within what CloudFormation takes', () => {
    for (const { json, resources } of stacks) {
      expect(resources.length).toBeLessThan(LIMITS.resources / 2);
      expect(Object.keys(json.Outputs ?? {}).length).toBeLessThan(LIMITS.outputs / 2);
      expect(JSON.stringify(json).length).toBeLessThan(LIMITS.bytes / 2);
    }
  });
});

test('without a name the shared account and all environments are built, in the order of the catalog', () => {
  const app = buildInfra();
  const listed = [
    ...SHARED_STACKS.map((kind) => names.stack(shared, kind)),
    ...catalog.environments.flatMap(stacksOf).map(({ site, kind }) => names.stack(site, kind)),
  ];
  const ids = app.node.children.map(({ node }) => node.id).filter((id) => id.startsWith('gamemetrics-'));
  expect(ids).toEqual(listed);
});

test('the context «env» chooses one environment, as `cdk -c env=dev` does', () => {
  const ids = buildInfra({ context: { env: 'dev' } })
    .node.children.map(({ node }) => node.id)
    .filter((id) => id.startsWith('gamemetrics-'));
  expect(ids).toHaveLength(stacksOf(environmentOf('dev')).length);
  expect(ids.every((id) => id.startsWith('gamemetrics-dev-'))).toBe(true);
});

test('an environment that does not exist is an error that names those that do', () => {
  expect(() => buildInfra({ environments: ['live'] })).toThrow(
    'Environment «live» does not exist. Use one of: dev, staging, prod.',
  );
});

test('an environment of the catalog is all that a further environment needs', () => {
  const [dev] = catalog.environments;
  if (!dev) throw new Error('The catalog has no environment.');
  const facts = { ...catalog, environments: [{ ...dev, account: '444444444444' }] };
  const { stacks } = buildInfra({ catalog: facts }).synth();
  const own = stacks.filter(({ stackName }) => !stackName.startsWith('gamemetrics-shared-'));
  expect(new Set(own.map(({ environment }) => environment.account))).toEqual(new Set(['444444444444']));
});
