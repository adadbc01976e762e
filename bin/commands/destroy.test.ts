import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { synthesizeCharts } from '#charts/app.ts';
import { synthesizeInfra } from '#infra/synthesize.ts';
import { FakePrograms, type Reply } from '#tests/support/fake-programs.ts';

const SYNTHESIS_MILLIS = 120_000;
const RUN_MILLIS = 60_000;

let output: string;
let programs: FakePrograms;

beforeAll(() => {
  output = mkdtempSync(join(tmpdir(), 'gm-destroy-'));
  const environments = ['dev', 'prod'];
  synthesizeInfra({ environments, outdir: join(output, 'aws') });
  synthesizeCharts({ environments, outdir: join(output, 'gitops'), images: {} });
}, SYNTHESIS_MILLIS);

afterAll(() => rmSync(output, { recursive: true, force: true }));

beforeEach(() => {
  programs = new FakePrograms();
});
afterEach(() => programs.remove());

const ACCOUNT: Reply = { words: '*sts get-caller-identity*', stdout: '111111111111' };
const ZONE = 'dev.gamemetrics.example.';
const AWAKE: Reply = { words: '*describe-instances*eks:cluster-name*', stdout: 'True' };
const ZONES: Reply = {
  words: '*list-hosted-zones-by-name*',
  stdout: JSON.stringify({ HostedZones: [{ Id: '/hostedzone/Z1', Name: ZONE }] }),
};
const RECORDS: Reply = {
  words: '*list-resource-record-sets*',
  stdout: JSON.stringify({
    ResourceRecordSets: [
      { Name: ZONE, Type: 'NS', TTL: 1 },
      { Name: `api.${ZONE}`, Type: 'A', TTL: 60 },
    ],
  }),
};

const destroy = (...words: readonly string[]) => programs.gm(['destroy', '--from', output, '--pause', '0', ...words]);
const callsWith = (words: string): readonly string[] => programs.calls.filter((call) => call.includes(words));
const position = (words: string): number => programs.calls.findIndex((call) => call.includes(words));

describe('gm destroy', () => {
  test('shows the plan, what each step runs and the check after it, and runs nothing', async () => {
    const { code, stdout } = await destroy('--env', 'dev', '--dry-run');
    expect(code).toBe(0);
    expect(stdout).toContain('delete-stack gamemetrics-dev-network');
    expect(stdout).toContain('aws cloudformation delete-stack --stack-name gamemetrics-dev-network --region us-east-1');
    expect(stdout).toContain('then: The stack gamemetrics-dev-network is gone.');
    expect(stdout).toContain('Nothing that costs money is left.');
    expect(programs.calls).toEqual([]);
  });

  test('prints the plan as JSON', async () => {
    const { stdout } = await destroy('--env', 'dev', '--dry-run', '--json');
    expect(JSON.parse(stdout)).toMatchObject({ environment: 'dev', undecided: [], steps: expect.any(Array) });
  });

  test('says which programs are missing, before anything is done', async () => {
    programs.add('aws', []);
    const { code, stderr } = await destroy('--env', 'dev');
    expect(code).toBe(1);
    expect(stderr).toContain('kubectl is not on PATH.');
    expect(programs.calls).toEqual([]);
  });

  test.each([[[]], [['--confirm', 'yes']]])(
    'refuses an environment that retains its data, with the words %j',
    async (words) => {
      programs.add('aws', []);
      programs.add('kubectl', []);
      const { code, stderr } = await destroy('--env', 'prod', ...words);
      expect(code).toBe(1);
      expect(stderr).toContain("add --confirm 'destroy prod and its data'");
      expect(programs.calls).toEqual([]);
    },
  );

  test('wants to know which environment', async () => {
    const { code, stderr } = await destroy();
    expect(code).toBe(2);
    expect(stderr).toContain('--env NAME');
  });

  test('does nothing in another account', async () => {
    programs.add('aws', [{ words: '*sts get-caller-identity*', stdout: '999999999999' }]);
    programs.add('kubectl', []);
    const { code, stderr } = await destroy('--env', 'dev');
    expect(code).toBe(1);
    expect(stderr).toContain('The account is 111111111111.');
    expect(stderr).toContain('Found: 999999999999');
    expect(programs.calls).toHaveLength(1);
  });

  test(
    'prunes, waits, empties and deletes, in this order',
    async () => {
      const version = { Versions: [{ Key: 'a', VersionId: '1' }], DeleteMarkers: [{ Key: 'b', VersionId: '2' }] };
      programs.add('aws', [
        ACCOUNT,
        AWAKE,
        ZONES,
        RECORDS,
        { words: '*elbv2.k8s.aws/cluster*', stdout: 'arn:load-balancer', times: 2 },
        { words: '*list-object-versions*archive*', stdout: JSON.stringify(version), times: 1 },
        { words: '*describe-log-groups*RDSOSMetrics*', stdout: 'RDSOSMetrics' },
        { words: '*', stdout: '' },
      ]);
      programs.add('kubectl', [{ words: '*', stdout: '' }]);
      const { code, stderr, stdout } = await destroy('--env', 'dev');
      expect(stderr).not.toContain('error');
      expect(stdout).toContain('dev is destroyed');
      expect(code).toBe(0);
      expect(callsWith('elbv2.k8s.aws/cluster')).toHaveLength(3);
      expect(callsWith('delete-objects')).toHaveLength(1);
      expect(callsWith('delete-objects')[0]).toContain('{"Key":"a","VersionId":"1"},{"Key":"b","VersionId":"2"}');
      expect(callsWith('change-resource-record-sets')[0]).toContain(`"Name":"api.${ZONE}"`);
      expect(callsWith('change-resource-record-sets')[0]).not.toContain('"NS"');
      expect(callsWith('delete-log-group')).toEqual([
        'aws logs delete-log-group --log-group-name RDSOSMetrics --region us-east-1 --output text',
      ]);
      const order = [
        'delete-stack --stack-name gamemetrics-dev-sleep',
        'list-nodegroups',
        'delete application kafka ',
        'elbv2.k8s.aws/cluster',
        'delete persistentvolumeclaims',
        'delete-stack --stack-name gamemetrics-dev-cluster',
        'delete-stack --stack-name gamemetrics-dev-network',
      ];
      const positions = order.map(position);
      expect(positions).toEqual([...positions].sort((left, right) => left - right));
      expect(positions).not.toContain(-1);
    },
    RUN_MILLIS,
  );

  test(
    'stops at the first failure and says how to go on; what is gone is skipped the next time',
    async () => {
      const gone: readonly Reply[] = [
        { words: '*describe-cluster*', code: 254, stderr: 'not found' },
        { words: '*head-bucket*', code: 254, stderr: 'not found' },
      ];
      const failure: Reply = { words: '*delete-stack*dev-audit*', code: 255, stderr: 'first\nAccess denied', times: 1 };
      programs.add('aws', [ACCOUNT, AWAKE, ZONES, RECORDS, ...gone, failure, { words: '*', stdout: '' }]);
      programs.add('kubectl', [{ words: '*', code: 1, stderr: 'no cluster' }]);
      const first = await destroy('--env', 'dev');
      expect(first.code).toBe(1);
      expect(first.stderr).toContain('failed: Access denied. Mend it and run the command again');
      expect(first.stderr).not.toMatch(/^\s+at /m);
      expect(callsWith('delete-stack --stack-name gamemetrics-dev-storage')).toEqual([]);
      const second = await destroy('--env', 'dev', '--json');
      expect(second.code).toBe(0);
      const { steps } = JSON.parse(second.stdout) as {
        readonly steps: readonly { readonly name: string; readonly outcome: string }[];
      };
      expect(steps.find(({ name }) => name.startsWith('connect'))?.outcome).toBe('gone already');
      expect(steps.find(({ name }) => name === 'delete-stack gamemetrics-dev-storage')?.outcome).toBe('done');
    },
    RUN_MILLIS,
  );
});
