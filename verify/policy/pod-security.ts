import { Node } from '../tree/node.ts';
import { containersOf } from '../world/pods.ts';

/**
 * The Pod Security Standards (Kubernetes documentation, «Pod Security Standards», as of 1.35), as a table: what each
 * control forbids in a pod's spec. A control answers with the places that break it.
 */
export interface Control {
  readonly level: 'baseline' | 'restricted';
  readonly name: string;
  readonly broken: (spec: Node) => readonly Node[];
}

const everyContainer = (spec: Node): readonly Node[] => [...containersOf(spec), ...spec.list('ephemeralContainers')];

/** A security setting of the pod and of each of its containers. */
const settings = (spec: Node, path: string): readonly Node[] => [
  spec.at(`securityContext.${path}`),
  ...everyContainer(spec).map((container) => container.at(`securityContext.${path}`)),
];

const isOneOf =
  (values: readonly unknown[]) =>
  ({ exists, value }: Node): boolean =>
    !exists || values.includes(value);

const unlike = (nodes: readonly Node[], isFine: (node: Node) => boolean): readonly Node[] =>
  nodes.filter((node) => !isFine(node));

const BASELINE_CAPABILITIES = [
  'AUDIT_WRITE',
  'CHOWN',
  'DAC_OVERRIDE',
  'FOWNER',
  'FSETID',
  'KILL',
  'MKNOD',
  'NET_BIND_SERVICE',
  'SETFCAP',
  'SETGID',
  'SETPCAP',
  'SETUID',
  'SYS_CHROOT',
];

const SAFE_SYSCTLS = [
  'kernel.shm_rmid_forced',
  'net.ipv4.ip_local_port_range',
  'net.ipv4.ip_local_reserved_ports',
  'net.ipv4.ip_unprivileged_port_start',
  'net.ipv4.ping_group_range',
  'net.ipv4.tcp_fin_timeout',
  'net.ipv4.tcp_keepalive_intvl',
  'net.ipv4.tcp_keepalive_probes',
  'net.ipv4.tcp_keepalive_time',
  'net.ipv4.tcp_rmem',
  'net.ipv4.tcp_syncookies',
  'net.ipv4.tcp_wmem',
];

const RESTRICTED_VOLUMES = [
  'configMap',
  'csi',
  'downwardAPI',
  'emptyDir',
  'ephemeral',
  'image',
  'persistentVolumeClaim',
  'projected',
  'secret',
];

const added = (spec: Node): readonly Node[] =>
  everyContainer(spec).flatMap((container) => container.list('securityContext.capabilities.add'));

const handlers = (container: Node): readonly Node[] =>
  ['livenessProbe', 'readinessProbe', 'startupProbe', 'lifecycle.preStop', 'lifecycle.postStart'].flatMap((place) =>
    ['httpGet.host', 'tcpSocket.host'].map((host) => container.at(`${place}.${host}`)),
  );

/** A setting of the container, or of the pod where the container has none. */
const effective = (spec: Node, container: Node, path: string): Node => {
  const own = container.at(`securityContext.${path}`);
  return own.exists ? own : spec.at(`securityContext.${path}`);
};

const PRIVATE_SELINUX = ['container_t', 'container_init_t', 'container_kvm_t', 'container_engine_t', ''];

export const CONTROLS: readonly Control[] = [
  {
    level: 'baseline',
    name: 'host processes',
    broken: (spec) => unlike(settings(spec, 'windowsOptions.hostProcess'), isOneOf([false])),
  },
  {
    level: 'baseline',
    name: 'namespaces of the node',
    broken: (spec) =>
      unlike(
        ['hostNetwork', 'hostPID', 'hostIPC'].map((name) => spec.key(name)),
        isOneOf([false]),
      ),
  },
  {
    level: 'baseline',
    name: 'privileged containers',
    broken: (spec) => unlike(settings(spec, 'privileged'), isOneOf([false])),
  },
  {
    level: 'baseline',
    name: 'capabilities',
    broken: (spec) => unlike(added(spec), isOneOf(BASELINE_CAPABILITIES)),
  },
  {
    level: 'baseline',
    name: 'paths of the node',
    broken: (spec) =>
      spec
        .list('volumes')
        .map((volume) => volume.key('hostPath'))
        .filter(({ exists }) => exists),
  },
  {
    level: 'baseline',
    name: 'ports of the node',
    broken: (spec) =>
      unlike(
        everyContainer(spec).flatMap((container) => container.list('ports').map((port) => port.key('hostPort'))),
        isOneOf([0]),
      ),
  },
  {
    level: 'baseline',
    name: 'host of a probe',
    broken: (spec) => unlike(everyContainer(spec).flatMap(handlers), isOneOf([''])),
  },
  {
    level: 'baseline',
    name: 'AppArmor',
    broken: (spec) => unlike(settings(spec, 'appArmorProfile.type'), isOneOf(['RuntimeDefault', 'Localhost'])),
  },
  {
    level: 'baseline',
    name: 'SELinux',
    broken: (spec) => [
      ...unlike(settings(spec, 'seLinuxOptions.type'), isOneOf(PRIVATE_SELINUX)),
      ...unlike(settings(spec, 'seLinuxOptions.user'), isOneOf([''])),
      ...unlike(settings(spec, 'seLinuxOptions.role'), isOneOf([''])),
    ],
  },
  {
    level: 'baseline',
    name: '/proc mount',
    broken: (spec) => unlike(settings(spec, 'procMount'), isOneOf(['Default'])),
  },
  {
    level: 'baseline',
    name: 'seccomp is not off',
    broken: (spec) => unlike(settings(spec, 'seccompProfile.type'), isOneOf(['RuntimeDefault', 'Localhost'])),
  },
  {
    level: 'baseline',
    name: 'sysctls',
    broken: (spec) =>
      unlike(
        spec.list('securityContext.sysctls').map((sysctl) => sysctl.key('name')),
        isOneOf(SAFE_SYSCTLS),
      ),
  },
  {
    level: 'restricted',
    name: 'types of volumes',
    broken: (spec) =>
      spec
        .list('volumes')
        .filter((volume) => !Object.keys(volume.fields).some((type) => RESTRICTED_VOLUMES.includes(type))),
  },
  {
    level: 'restricted',
    name: 'gain of privileges',
    broken: (spec) =>
      everyContainer(spec)
        .map((container) => container.at('securityContext.allowPrivilegeEscalation'))
        .filter(({ value }) => value !== false),
  },
  {
    level: 'restricted',
    name: 'not as root',
    broken: (spec) => [
      ...everyContainer(spec)
        .map((container) => effective(spec, container, 'runAsNonRoot'))
        .filter(({ value }) => value !== true),
      ...settings(spec, 'runAsUser').filter(({ value }) => value === 0),
    ],
  },
  {
    level: 'restricted',
    name: 'seccomp is on',
    broken: (spec) =>
      everyContainer(spec)
        .map((container) => effective(spec, container, 'seccompProfile.type'))
        .filter(({ value }) => value !== 'RuntimeDefault' && value !== 'Localhost'),
  },
  {
    level: 'restricted',
    name: 'all capabilities dropped',
    broken: (spec) => [
      ...everyContainer(spec)
        .map((container) => container.at('securityContext.capabilities.drop'))
        .filter((drop) => !drop.items().some(({ text }) => text === 'ALL')),
      ...unlike(added(spec), isOneOf(['NET_BIND_SERVICE'])),
    ],
  },
];

export interface Breach {
  readonly control: string;
  readonly level: Control['level'];
  readonly at: Node;
}

/** Each place of a pod's spec that its namespace's level forbids; `restricted` includes `baseline`. */
export function breachesOf(spec: unknown, path: string, level: string | undefined): readonly Breach[] {
  if (level !== 'baseline' && level !== 'restricted') return [];
  const root = new Node(spec, path);
  return CONTROLS.filter((control) => level === 'restricted' || control.level === 'baseline').flatMap((control) =>
    control.broken(root).map((at) => ({ control: control.name, level: control.level, at })),
  );
}
