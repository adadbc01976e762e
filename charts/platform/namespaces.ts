import type { App } from 'cdk8s';
import { k8s } from 'cdk8s-plus-27';
import { KUBERNETES_VERSION } from '#catalog/environments/index.ts';
import type { Namespace } from '#catalog/index.ts';
import { PLATFORM } from '#catalog/names.ts';
import { Component, type Platform, TEAM_LABEL } from '../lib/component.ts';
import { DefaultDeny } from '../lib/network.ts';
import { keptWith } from '../lib/protection.ts';
import { mebibytes, millis, quantities } from '../lib/quantities.ts';

/** For containers that state nothing, such as those that a chart of others adds: small, and never without a limit. */
const CONTAINER_DEFAULTS = {
  request: { cpu: millis(25), memory: mebibytes(64) },
  limit: { memory: mebibytes(512) },
} as const;

const podSecurity = (mode: string, level: string): Readonly<Record<string, string>> => ({
  [`pod-security.kubernetes.io/${mode}`]: level,
  [`pod-security.kubernetes.io/${mode}-version`]: `v${KUBERNETES_VERSION}`,
});

function labelsOf({ podSecurity: level, istioInjection, owner }: Namespace): Record<string, string> {
  return {
    ...podSecurity('enforce', level),
    ...podSecurity('audit', 'restricted'),
    ...podSecurity('warn', 'restricted'),
    // Without the label Istio asks each pod.
    ...(istioInjection === 'who asks' ? {} : { 'istio-injection': istioInjection ? 'enabled' : 'disabled' }),
    [TEAM_LABEL]: owner,
  };
}

/** Every namespace with its Pod Security level, quota, limits and a policy that denies all traffic. */
export class Namespaces extends Component {
  constructor(app: App, platform: Platform) {
    super(app, platform, {
      name: 'namespaces',
      summary: 'Namespaces with their quotas, limits and default-deny policies.',
      owner: 'platform',
      namespace: 'gamemetrics',
      stage: 'foundation',
    });
    for (const namespace of platform.catalog.namespaces) {
      this.#addNamespace(namespace);
      this.#addBounds(namespace);
      new DefaultDeny(this, namespace.name);
    }
  }

  #addNamespace(namespace: Namespace): void {
    const { name, summary, reason } = namespace;
    new k8s.KubeNamespace(this, `Namespace-${name}`, {
      metadata: {
        name,
        labels: labelsOf(namespace),
        annotations: {
          ...keptWith(this.platform.environment),
          [`${PLATFORM}/summary`]: summary,
          ...(reason ? { [`${PLATFORM}/pod-security-reason`]: reason } : {}),
        },
      },
    });
  }

  #addBounds({ name, quota }: Namespace): void {
    new k8s.KubeResourceQuota(this, `ResourceQuota-${name}`, {
      metadata: { name: 'base-load', namespace: name },
      spec: {
        hard: quantities({
          'requests.cpu': millis(quota.cpuMillis),
          'requests.memory': mebibytes(quota.memoryMiB),
          pods: String(quota.pods),
        }),
      },
    });
    new k8s.KubeLimitRange(this, `LimitRange-${name}`, {
      metadata: { name: 'container-defaults', namespace: name },
      spec: {
        limits: [
          {
            type: 'Container',
            defaultRequest: quantities(CONTAINER_DEFAULTS.request),
            default: quantities(CONTAINER_DEFAULTS.limit),
          },
        ],
      },
    });
  }
}
