import { SHARED_ACCOUNT, SHARED_REGION } from './environments/index.ts';
import { names, PLATFORM } from './names.ts';
import { type NamespaceName, namespaces, SERVICES_NAMESPACE } from './namespaces.ts';

export interface Validation {
  /** CEL over `object`, a pod unless the policy says otherwise, and `variables.containers`: all of its containers. */
  readonly expression: string;
  readonly message: string;
}

/** A rule that the cluster enforces when an object is created or changed, whoever makes it (adr/0024). */
export interface Policy {
  readonly name: string;
  readonly summary: string;
  readonly resources: PolicyResources;
  /** Where it holds; `everywhere` is every namespace of the catalog and the default one. */
  readonly namespaces: readonly NamespaceName[] | 'everywhere';
  /** Why it does not hold everywhere. */
  readonly reason?: string;
  readonly validations: readonly Validation[];
}

export interface PolicyResources {
  readonly group: string;
  readonly versions: readonly string[];
  readonly resources: readonly string[];
}

const PODS = { group: '', versions: ['v1'], resources: ['pods'] } as const satisfies PolicyResources;

const each = (condition: string): string => `variables.containers.all(container, ${condition})`;
const security = (condition: string): string => each(`has(container.securityContext) && ${condition}`);

const restrictedNamespaces = namespaces
  .filter(({ podSecurity }) => podSecurity !== 'privileged')
  .map(({ name }) => name);

/** Below it stand the images that CI builds. */
export const IMAGE_PREFIX = `${names.image({ account: SHARED_ACCOUNT, region: SHARED_REGION }, '')}`;
/** What istiod puts beside a service. */
const PROXY_CONTAINERS = ['istio-proxy', 'istio-validation', 'istio-init'];
const quoted = (texts: readonly string[]): string => `[${texts.map((text) => `"${text}"`).join(', ')}]`;

export const policies: readonly Policy[] = [
  {
    name: 'no-privileged',
    summary: 'No container is privileged, gains privileges or shares the namespaces or paths of its node.',
    resources: PODS,
    namespaces: restrictedNamespaces,
    reason: 'the others hold agents of the node itself, and say why in the catalog',
    validations: [
      {
        expression: each(
          '!has(container.securityContext) || !has(container.securityContext.privileged) || !container.securityContext.privileged',
        ),
        message: 'A container is privileged.',
      },
      {
        expression: security(
          'has(container.securityContext.allowPrivilegeEscalation) && !container.securityContext.allowPrivilegeEscalation',
        ),
        message: 'A container may gain privileges: set allowPrivilegeEscalation to false.',
      },
      {
        expression:
          '(!has(object.spec.hostNetwork) || !object.spec.hostNetwork) && (!has(object.spec.hostPID) || !object.spec.hostPID) && (!has(object.spec.hostIPC) || !object.spec.hostIPC)',
        message: 'The pod shares a namespace of its node.',
      },
      {
        expression: '!has(object.spec.volumes) || object.spec.volumes.all(volume, !has(volume.hostPath))',
        message: 'The pod mounts a path of its node.',
      },
    ],
  },
  {
    name: 'limits-required',
    summary: 'Every container asks for processor and memory, and memory has a limit.',
    resources: PODS,
    namespaces: 'everywhere',
    validations: [
      {
        expression: each(
          'has(container.resources) && has(container.resources.requests) && "cpu" in container.resources.requests && "memory" in container.resources.requests',
        ),
        message: 'A container asks for no processor or no memory.',
      },
      {
        expression: each(
          'has(container.resources) && has(container.resources.limits) && "memory" in container.resources.limits',
        ),
        message: 'A container has no limit of memory.',
      },
    ],
  },
  {
    name: 'read-only-root',
    summary: 'The root file system of a container cannot be written to.',
    resources: PODS,
    namespaces: [SERVICES_NAMESPACE, 'gateways'],
    reason: 'images of others write where they like',
    validations: [
      {
        expression: security(
          'has(container.securityContext.readOnlyRootFilesystem) && container.securityContext.readOnlyRootFilesystem',
        ),
        message: 'A container can write to its root file system.',
      },
    ],
  },
  {
    name: 'no-latest-tag',
    summary: 'An image is named by a digest or by a tag that is not «latest».',
    resources: PODS,
    namespaces: 'everywhere',
    validations: [
      {
        expression: each('container.image.contains("@sha256:") || container.image.matches(":[^/:]+$")'),
        message: 'An image has neither tag nor digest.',
      },
      {
        expression: each('container.image.contains("@sha256:") || !container.image.endsWith(":latest")'),
        message: 'An image is named by the tag «latest».',
      },
    ],
  },
  {
    name: 'no-default-namespace',
    summary: 'Nothing runs in the default namespace, which has no quota and no policies of its own.',
    resources: { group: '', versions: ['v1'], resources: ['pods', 'services'] },
    namespaces: 'everywhere',
    validations: [
      {
        expression: 'has(object.metadata.namespace) && object.metadata.namespace != "default"',
        message: 'The object is in the default namespace.',
      },
    ],
  },
  {
    name: 'our-registry-only',
    summary: 'Services run images of our registry, by digest; beside them only the proxy of the mesh.',
    resources: PODS,
    namespaces: [SERVICES_NAMESPACE],
    reason: 'parts of others come from the registries of those who make them',
    validations: [
      {
        expression: each(
          `container.name in ${quoted(PROXY_CONTAINERS)} || (container.image.startsWith("${IMAGE_PREFIX}") && container.image.contains("@sha256:"))`,
        ),
        message: `An image is not from ${IMAGE_PREFIX} or has no digest.`,
      },
    ],
  },
  {
    name: 'no-cluster-token',
    summary: 'Services get no token of the cluster, because they have nothing to ask of it.',
    resources: PODS,
    namespaces: [SERVICES_NAMESPACE],
    reason: 'operators talk to the API server',
    validations: [
      {
        expression:
          'has(object.spec.automountServiceAccountToken) && !object.spec.automountServiceAccountToken && has(object.spec.serviceAccountName) && object.spec.serviceAccountName != "default"',
        message: 'The pod mounts a token of the cluster, or runs as the default account.',
      },
    ],
  },
  {
    name: 'no-public-service',
    summary: 'No service is opened to the world beside the public gateway.',
    resources: { group: '', versions: ['v1'], resources: ['services'] },
    namespaces: 'everywhere',
    validations: [
      {
        expression: '!has(object.spec.type) || object.spec.type in ["ClusterIP", "ExternalName"]',
        message: 'The service has a port on every node or a load balancer of its own.',
      },
      { expression: '!has(object.spec.externalIPs)', message: 'The service takes over an address outside.' },
    ],
  },
];

export interface Exception {
  readonly name: string;
  readonly policy: string;
  /** CEL over `object`. */
  readonly condition: string;
  readonly reason: string;
}

export const exceptions: readonly Exception[] = [
  {
    name: 'players-come-by-a-balancer',
    policy: 'no-public-service',
    condition: `object.metadata.namespace == "${SERVICES_NAMESPACE}" && object.metadata.name == "${names.gameService('regional-node')}"`,
    reason:
      'players speak TCP and UDP, which the public gateway does not lead; the game protocol has its own handshake',
  },
];

/** The policy on signatures; its expression asks a registry, so it stands apart from those that look at the object alone. */
export const SIGNED_IMAGES = {
  name: 'signed-images',
  summary: 'Images of ours are signed by the workflow that builds them, on the branch that may.',
  images: `${IMAGE_PREFIX}*`,
  attestor: 'ci',
  expression: 'images.containers.map(image, verifyImageSignatures(image, [attestors.ci])).all(count, count > 0)',
  message: 'An image is not signed by the workflow that publishes images.',
} as const;

/** Where Kyverno's own objects of the platform carry what they are for. */
export const REASON_ANNOTATION = `${PLATFORM}/reason`;
