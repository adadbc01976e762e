import { describe, expect, test } from '@jest/globals';
import { SHARED_ACCOUNT } from '#catalog/environments/index.ts';
import { catalog } from '#catalog/index.ts';
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

  test('has the five stacks of the specification', () => {
    const kinds = ['network', 'storage', 'database', 'cache', 'cluster'];
    expect(new Set(stacks.map(({ stackName }) => stackName))).toEqual(
      new Set(kinds.map((kind) => `gamemetrics-${name}-${kind}`)),
    );
  });

  test('deploys in an order without cycles: the network first, the cluster last', () => {
    const order = deploymentOrder(stacks);
    expect(order?.[0]).toBe(`gamemetrics-${name}-network`);
    expect(order?.at(-1)).toBe(`gamemetrics-${name}-cluster`);
  });

  test('has no custom resource and no function but the rotation that AWS hosts', () => {
    const types = stacks.flatMap(({ resources }) => resources.map(({ Type }) => Type));
    expect(types.filter((type) => /^Custom::|CustomResource|^AWS::Lambda::|::Stack$/.test(type))).toEqual([]);
    const hosted = stacks
      .flatMap(({ resources }) => resources)
      .filter(({ Properties }) => 'HostedRotationLambda' in Properties);
    expect(hosted).toHaveLength(1);
  });

  test('names no account but its own', () => {
    const accounts = stacks.flatMap(({ json }) => stringsIn(json)).flatMap((text) => text.match(/\b\d{12}\b/g) ?? []);
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

test('without a name all environments are built', () => {
  const app = buildInfra();
  expect(app.node.children.filter(({ node }) => node.id.startsWith('gamemetrics-'))).toHaveLength(15);
});

test('the context «env» chooses one environment, as `cdk -c env=dev` does', () => {
  const ids = buildInfra({ context: { env: 'dev' } })
    .node.children.map(({ node }) => node.id)
    .filter((id) => id.startsWith('gamemetrics-'));
  expect(ids).toHaveLength(5);
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
  expect(stacks.map(({ environment }) => environment.account)).toEqual(Array(5).fill('444444444444'));
});
