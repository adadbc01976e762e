import { CelScalar, celFunc, listType } from '@bufbuild/cel';
import { describe, expect, test } from '@jest/globals';
import { catalog } from '#catalog/index.ts';
import { exceptions, IMAGE_PREFIX, policies, SIGNED_IMAGES } from '#catalog/policies.ts';
import { theObject } from '#tests/support/charts.ts';
import { Draft, outputOf } from '#tests/support/output.ts';
import { DIGEST, GOOD_CONTAINER, GOOD_POD, pod, RESOURCES, withSecurity } from '#tests/support/pods.ts';
import { expression, isTrue } from '../cel/engine.ts';
import { toCel } from '../cel/values.ts';
import { policy as check } from '../checks/policy.ts';
import type { Manifest } from '../tree/manifest.ts';
import { exceptionsIn, judge, outcomeOf, policiesIn } from './kyverno.ts';
import { podsIn, subjectsIn } from './subjects.ts';

const service = (spec: object) => ({ metadata: { name: 'service', namespace: 'gamemetrics' }, spec });

type Case = readonly [policy: string, what: string, object: object];

const passing: readonly Case[] = [
  ['no-privileged', 'a restricted container', pod()],
  ['no-privileged', 'volumes that are not of the node', pod({ volumes: [{ name: 'tmp', emptyDir: {} }] })],
  ['limits-required', 'requests and a limit of memory', pod()],
  ['read-only-root', 'a read-only root', pod()],
  ['no-latest-tag', 'a digest', pod()],
  ['no-latest-tag', 'a tag, at a registry with a port', pod({}, { image: 'registry:5000/team/app:1.2' })],
  ['no-default-namespace', 'a namespace of its own', pod()],
  ['our-registry-only', 'our registry', pod()],
  [
    'our-registry-only',
    'the proxy beside it',
    pod({ initContainers: [{ ...GOOD_CONTAINER, name: 'istio-proxy', image: 'docker.io/istio/proxyv2:1.30.3' }] }),
  ],
  ['no-cluster-token', 'no token', pod()],
  ['no-public-service', 'a service of the cluster', service({ type: 'ClusterIP' })],
];

const failing: readonly Case[] = [
  ['no-privileged', 'a privileged container', withSecurity({ privileged: true })],
  ['no-privileged', 'a container that may gain privileges', withSecurity({ allowPrivilegeEscalation: true })],
  ['no-privileged', 'a container that says nothing', pod({}, { securityContext: {} })],
  ['no-privileged', 'the network of the node', pod({ hostNetwork: true })],
  ['no-privileged', 'the processes of the node', pod({ hostPID: true })],
  ['no-privileged', 'a path of the node', pod({ volumes: [{ name: 'root', hostPath: { path: '/' } }] })],
  [
    'no-privileged',
    'a privileged container that prepares',
    pod({ initContainers: [{ ...GOOD_CONTAINER, securityContext: { privileged: true } }] }),
  ],
  ['limits-required', 'no limit of memory', pod({}, { resources: { requests: RESOURCES.requests } })],
  ['limits-required', 'no request', pod({}, { resources: { limits: RESOURCES.limits } })],
  ['limits-required', 'no resources at all', pod({}, { resources: {} })],
  ['read-only-root', 'a root that can be written to', withSecurity({ readOnlyRootFilesystem: false })],
  ['read-only-root', 'a root that nobody spoke of', withSecurity({ readOnlyRootFilesystem: undefined })],
  ['no-latest-tag', 'latest', pod({}, { image: `${IMAGE_PREFIX}analytics-api:latest` })],
  ['no-latest-tag', 'neither tag nor digest', pod({}, { image: 'registry:5000/team/app' })],
  ['no-default-namespace', 'the default one', { ...pod(), metadata: { name: 'pod', namespace: 'default' } }],
  ['our-registry-only', 'the registry of another', pod({}, { image: `docker.io/library/redis@${DIGEST}` })],
  ['our-registry-only', 'a tag of ours', pod({}, { image: `${IMAGE_PREFIX}analytics-api:1.0` })],
  ['our-registry-only', 'a name like ours', pod({}, { image: `evil.example/${IMAGE_PREFIX}a@${DIGEST}` })],
  ['no-cluster-token', 'a token', pod({ automountServiceAccountToken: true })],
  ['no-cluster-token', 'the default account', pod({ serviceAccountName: 'default' })],
  ['no-public-service', 'a load balancer', service({ type: 'LoadBalancer' })],
  ['no-public-service', 'a port on every node', service({ type: 'NodePort' })],
  ['no-public-service', 'an address outside', service({ externalIPs: ['203.0.113.1'] })],
];

/** What the policy, as it is synthesized, says of an object. */
async function refusals(name: string, object: object): Promise<readonly string[]> {
  const tree = await outputOf('prod');
  const found = policiesIn(tree).find((one) => one.name === name);
  if (!found) throw new Error(`There is no policy ${name}.`);
  const [subject] = podsIn(tree);
  if (!subject) throw new Error('There are no pods.');
  // As JSON, because that is what the cluster would be given.
  const given = { ...subject, object: JSON.parse(JSON.stringify(object)) };
  return judge(found, given).map(({ message, error }) => error ?? message);
}

describe('the policies', () => {
  test('each have a case that passes, a case that fails, and a message for each rule that some case gets', async () => {
    const names = policies.map(({ name }) => name).sort();
    for (const cases of [passing, failing]) expect([...new Set(cases.map(([name]) => name))].sort()).toEqual(names);
    const said = await Promise.all(failing.map(([name, , object]) => refusals(name, object)));
    const messages = policies.flatMap(({ validations }) => validations.map(({ message }) => message));
    expect(new Set(said.flat())).toEqual(new Set(messages));
  });

  test.each(passing)('%s lets pass: %s', async (name, _, object) => {
    expect(await refusals(name, object)).toEqual([]);
  });

  test.each(failing)('%s refuses: %s', async (name, _, object) => {
    expect(await refusals(name, object)).not.toEqual([]);
  });

  test('that do not hold everywhere say why', () => {
    for (const { namespaces, reason } of policies) expect(namespaces === 'everywhere').toBe(reason === undefined);
  });

  test('are exempted from by name, with a reason, and only where something is exempt', async () => {
    const tree = await outputOf('prod');
    const { exemptions } = outcomeOf(policiesIn(tree), exceptionsIn(tree), subjectsIn(tree));
    expect(new Set(exemptions.map(({ exception }) => exception))).toEqual(new Set(exceptions.map(({ name }) => name)));
    for (const { reason } of exceptions) expect(reason.length).toBeGreaterThan(20);
  });
});

describe('the policy on signatures', () => {
  /** Stands in for the registry: which images carry a signature of whom. */
  const signed = (by: Readonly<Record<string, string>>) =>
    celFunc('verifyImageSignatures', [CelScalar.STRING, listType(CelScalar.DYN)], CelScalar.INT, (image, attestors) =>
      BigInt([...attestors].filter((attestor) => attestor === by[image]).length),
    );
  const verdict = (by: Readonly<Record<string, string>>, containers: readonly string[]) =>
    isTrue(
      expression(SIGNED_IMAGES.expression, [signed(by)]).evaluate({
        images: toCel({ containers }),
        attestors: toCel({ [SIGNED_IMAGES.attestor]: 'the workflow' }),
      }),
    );

  test('lets pass what the workflow has signed, refuses what nobody or somebody else has', () => {
    expect(verdict({ a: 'the workflow', b: 'the workflow' }, ['a', 'b'])).toBe(true);
    expect(verdict({ a: 'the workflow' }, ['a', 'b'])).toBe(false);
    expect(verdict({ a: 'somebody' }, ['a'])).toBe(false);
  });

  test('knows the workflow by its identity on the branch that may publish', () => {
    expect(theObject('prod', 'ImageValidatingPolicy', SIGNED_IMAGES.name).spec).toMatchObject({
      matchImageReferences: [{ glob: '999999999999.dkr.ecr.us-east-1.amazonaws.com/gamemetrics/*' }],
      attestors: [
        {
          cosign: {
            keyless: {
              identities: [
                {
                  issuer: 'https://token.actions.githubusercontent.com',
                  subject:
                    'https://github.com/gamemetrics-example/gamemetrics/.github/workflows/images.yml@refs/heads/main',
                },
              ],
            },
          },
        },
      ],
    });
  });
});

const API = 'Rollout analytics-api';
const POD = 'spec.template.spec';
const job = (spec: object, kind = 'Job'): Readonly<Record<string, unknown>> => ({
  apiVersion: 'batch/v1',
  kind,
  metadata: { name: 'extra', namespace: 'gamemetrics' },
  spec,
});
const role = (rule: object): Readonly<Record<string, unknown>> => ({
  apiVersion: 'rbac.authorization.k8s.io/v1',
  kind: 'Role',
  metadata: { name: 'extra', namespace: 'gamemetrics' },
  rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['get'], ...rule }],
});
const binding = (name: string, subject: object): Readonly<Record<string, unknown>> => ({
  apiVersion: 'rbac.authorization.k8s.io/v1',
  kind: 'ClusterRoleBinding',
  metadata: { name: 'extra' },
  roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name },
  subjects: [subject],
});
const ACCOUNT = { kind: 'ServiceAccount', name: 'analytics-api', namespace: 'gamemetrics' };

type Break = readonly [what: string, change: (draft: Draft) => void, says: string];

const breaks: readonly Break[] = [
  [
    'a rollout with a privileged container',
    (draft) => draft.set(API, `${POD}.containers[0].securityContext.privileged`, true),
    'no-privileged refuses it: A container is privileged.',
  ],
  [
    'a rollout without a limit',
    (draft) => draft.unset(API, `${POD}.containers[0].resources.limits`),
    'limits-required refuses it',
  ],
  [
    'a deployment with a root that can be written to',
    (draft) =>
      draft.set(
        'Deployment notification-service',
        `${POD}.containers[0].securityContext.readOnlyRootFilesystem`,
        false,
      ),
    'read-only-root refuses it',
  ],
  ['a job that runs as root', (draft) => draft.add(job({ template: { spec: GOOD_POD_AS_ROOT } })), 'not as root'],
  [
    'a cron job of another registry',
    (draft) =>
      draft.add(
        job(
          { jobTemplate: { spec: { template: { spec: { containers: [{ ...GOOD_CONTAINER, image: 'a/b:1' }] } } } } },
          'CronJob',
        ),
      ),
    'our-registry-only refuses it',
  ],
  [
    'a service with a load balancer of its own',
    (draft) => draft.set('Service gamemetrics/analytics-api', 'spec.type', 'LoadBalancer'),
    'no-public-service refuses it',
  ],
  [
    'an exception that is removed',
    (draft) => draft.remove('PolicyException security/players-come-by-a-balancer'),
    'no-public-service refuses it',
  ],
  [
    'a policy that has no answer for some object',
    (draft) =>
      draft.set('ValidatingPolicy limits-required', 'spec.validations[0].expression', 'object.spec.missing == 1'),
    'limits-required cannot judge it',
  ],
  ['a role with a star', (draft) => draft.add(role({ verbs: ['*'] })), 'a star stands for'],
  ['a role that may climb', (draft) => draft.add(role({ verbs: ['impersonate'] })), 'take any right'],
  ['a role that reads every secret', (draft) => draft.add(role({ resources: ['secrets'] })), 'every secret'],
  ['a role that leads into pods', (draft) => draft.add(role({ resources: ['pods/exec'] })), 'lead into pods'],
  ['a binding of every right', (draft) => draft.add(binding('cluster-admin', ACCOUNT)), 'every right there is'],
  [
    'a right for everybody',
    (draft) => draft.add(binding('view', { kind: 'Group', name: 'system:authenticated' })),
    'gives a right to everybody',
  ],
];

const GOOD_POD_AS_ROOT = {
  ...GOOD_POD,
  containers: [{ ...GOOD_CONTAINER, securityContext: { ...GOOD_CONTAINER.securityContext, runAsUser: 0 } }],
};

describe('the check of policies', () => {
  test.each(['dev', 'staging', 'prod'] as const)('refuses nothing of %s as it is synthesized', async (environment) => {
    const { problems } = check.run(await outputOf(environment), { catalog });
    expect(problems).toEqual([]);
  });

  test('judges the pods of every workload, whatever runs them', async () => {
    const tree = await outputOf('prod');
    const kinds = new Set(podsIn(tree).map(({ manifest }: { manifest: Manifest }) => manifest.kind));
    expect(kinds).toContain('Rollout');
    expect(kinds).toContain('Deployment');
  });

  test.each(breaks)('finds %s', async (_, change, says) => {
    const draft = new Draft(await outputOf('prod'));
    change(draft);
    const { problems } = check.run(draft.tree, { catalog });
    expect(problems.map(({ rule }) => rule)).toContainEqual(expect.stringContaining(says));
  });
});
