import { describe, expect, test } from '@jest/globals';
import { GOOD_CONTAINER, GOOD_POD } from '#tests/support/pods.ts';
import { breachesOf, CONTROLS } from './pod-security.ts';

const secure = GOOD_CONTAINER.securityContext;
const container = (change: object) => ({ containers: [{ ...GOOD_CONTAINER, ...change }] });
const context = (change: object) => container({ securityContext: { ...secure, ...change } });

/** For each control a pod that breaks it and nothing else of its level. */
const breaking: Readonly<Record<string, object>> = {
  'host processes': context({ windowsOptions: { hostProcess: true } }),
  'namespaces of the node': { ...GOOD_POD, hostIPC: true },
  'privileged containers': context({ privileged: true }),
  capabilities: context({ capabilities: { drop: ['ALL'], add: ['SYS_ADMIN'] } }),
  'paths of the node': { ...GOOD_POD, volumes: [{ name: 'root', hostPath: { path: '/' } }] },
  'ports of the node': container({ ports: [{ containerPort: 80, hostPort: 80 }] }),
  'host of a probe': container({ livenessProbe: { httpGet: { host: '169.254.169.254', port: 80 } } }),
  AppArmor: context({ appArmorProfile: { type: 'Unconfined' } }),
  SELinux: context({ seLinuxOptions: { type: 'spc_t' } }),
  '/proc mount': context({ procMount: 'Unmasked' }),
  'seccomp is not off': context({ seccompProfile: { type: 'Unconfined' } }),
  sysctls: { ...GOOD_POD, securityContext: { sysctls: [{ name: 'kernel.msgmax', value: '1' }] } },
  'types of volumes': { ...GOOD_POD, volumes: [{ name: 'share', nfs: { server: 'a', path: '/' } }] },
  'gain of privileges': context({ allowPrivilegeEscalation: undefined }),
  'not as root': context({ runAsUser: 0 }),
  'seccomp is on': context({ seccompProfile: undefined }),
  'all capabilities dropped': context({ capabilities: { drop: ['NET_RAW'] } }),
};

describe('Pod Security', () => {
  const controlsOf = (spec: object, level: string) =>
    breachesOf(JSON.parse(JSON.stringify(spec)), 'spec', level).map(({ control }) => control);

  test('has a case for each of its controls', () => {
    expect(Object.keys(breaking).sort()).toEqual(CONTROLS.map(({ name }) => name).sort());
  });

  test('finds nothing in a restricted pod, and judges nothing where the level is privileged', () => {
    expect(controlsOf(GOOD_POD, 'restricted')).toEqual([]);
    expect(controlsOf(breaking['privileged containers'] ?? {}, 'privileged')).toEqual([]);
  });

  test.each(Object.entries(breaking))('%s is found at its level', (name, spec) => {
    const level = CONTROLS.find((control) => control.name === name)?.level ?? '';
    expect(controlsOf(spec, level)).toContain(name);
    if (level === 'restricted') expect(controlsOf(spec, 'baseline')).not.toContain(name);
  });

  test('takes from the pod what its container leaves open', () => {
    const { runAsNonRoot: _, seccompProfile: __, ...rest } = secure;
    const spec = { ...container({ securityContext: rest }), securityContext: secure };
    expect(controlsOf(spec, 'restricted')).toEqual([]);
  });
});
