import type { Node } from '../../tree/node.ts';
import { containersOf } from '../../world/pods.ts';

const HOST_FIELDS = { hostNetwork: 'the network', hostPID: 'the processes', hostIPC: 'the memory' } as const;

function ofContainer(container: Node): readonly string[] {
  const name = container.key('name').text ?? '?';
  const context = container.key('securityContext');
  const added = context.list('capabilities.add').flatMap(({ text }) => text ?? []);
  const isOn = (field: string): boolean => context.key(field).value === true;
  const isOff = (field: string): boolean => context.key(field).value === false;
  return [
    ...(isOn('privileged') ? [`${name} is privileged`] : []),
    ...(isOn('allowPrivilegeEscalation') ? [`${name} may gain privileges`] : []),
    ...(isOff('readOnlyRootFilesystem') ? [`${name} may write to its root`] : []),
    ...(isOff('runAsNonRoot') ? [`${name} may run as root`] : []),
    ...(context.key('runAsUser').value === 0 ? [`${name} runs as root`] : []),
    ...added.map((capability) => `${name} has the capability ${capability}`),
  ];
}

/** What a pod may do beyond the restricted standard of Kubernetes, as sentences. */
export function powersOf(podSpec: Node): readonly string[] {
  const host = Object.entries(HOST_FIELDS).flatMap(([field, what]) =>
    podSpec.key(field).value === true ? [`it shares ${what} of the node`] : [],
  );
  const paths = podSpec.list('volumes').flatMap((volume) => {
    const path = volume.at('hostPath.path').text;
    return path === undefined ? [] : [`it reads ${path} of the node`];
  });
  const token =
    podSpec.key('automountServiceAccountToken').value === true ? ['it has a token of the Kubernetes API'] : [];
  const root = podSpec.at('securityContext.runAsNonRoot').value === false ? ['it may run as root'] : [];
  return [...host, ...paths, ...token, ...root, ...containersOf(podSpec).flatMap(ofContainer)];
}

/** Guards of a pod that the restricted standard wants; one that is lost is a power gained. */
export function guardsOf(podSpec: Node): readonly string[] {
  return containersOf(podSpec).flatMap((container) => {
    const name = container.key('name').text ?? '?';
    const context = container.key('securityContext');
    const drops = context.list('capabilities.drop').some(({ text }) => text === 'ALL');
    return [
      ...(drops ? [`${name} drops all capabilities`] : []),
      ...(context.key('readOnlyRootFilesystem').value === true ? [`${name} cannot write to its root`] : []),
      ...(context.key('runAsNonRoot').value === true ? [`${name} does not run as root`] : []),
      ...(context.key('allowPrivilegeEscalation').value === false ? [`${name} cannot gain privileges`] : []),
    ];
  });
}
