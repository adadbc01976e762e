import type { App } from 'cdk8s';
import { IMAGE_SIGNER } from '#catalog/delivery.ts';
import { PLATFORM } from '#catalog/names.ts';
import { SERVICES_NAMESPACE } from '#catalog/namespaces.ts';
import {
  type Exception,
  exceptions,
  type Policy,
  type PolicyResources,
  policies,
  REASON_ANNOTATION,
  SIGNED_IMAGES,
} from '#catalog/policies.ts';
import { Component, type Platform } from '../../lib/component.ts';
import { ImageValidatingPolicy, PolicyException, ValidatingPolicy } from '../../lib/kyverno.ts';

const NAMESPACE_NAME = 'kubernetes.io/metadata.name';

/** Pods are judged, whoever makes them: a Rollout, a Job, an operator. */
const AS_THEY_COME = { podControllers: { controllers: [] } } as const;

/** Those that prepare a pod and those that look into it as well. */
const CONTAINERS = {
  name: 'containers',
  expression: [
    'object.spec.containers',
    ...['initContainers', 'ephemeralContainers'].map((list) => `(has(object.spec.${list}) ? object.spec.${list} : [])`),
  ].join(' + '),
} as const;

/** What the cluster refuses, with the exceptions that have a reason. */
export class Policies extends Component {
  constructor(app: App, platform: Platform) {
    super(app, platform, {
      name: 'policies',
      summary: 'What the cluster refuses, whoever asks for it.',
      owner: 'platform',
      namespace: 'security',
      stage: 'access',
    });
    for (const policy of policies) this.#addPolicy(policy);
    this.#addSignatures();
    for (const exception of exceptions) this.#addException(exception);
  }

  /** The default namespace is nobody's; what is refused elsewhere is refused there. */
  #namespaces({ namespaces }: Pick<Policy, 'namespaces'>): readonly string[] {
    if (namespaces !== 'everywhere') return namespaces;
    return ['default', ...this.platform.catalog.namespaces.map(({ name }) => name)];
  }

  #constraints({ group, versions, resources }: PolicyResources, namespaces: readonly string[]) {
    return {
      resourceRules: [
        { apiGroups: [group], apiVersions: versions, resources, operations: ['CREATE', 'UPDATE'] as const },
      ],
      namespaceSelector: {
        matchExpressions: [{ key: NAMESPACE_NAME, operator: 'In' as const, values: [...namespaces].sort() }],
      },
    };
  }

  #addPolicy(policy: Policy): void {
    const { name, summary, resources, reason, validations } = policy;
    const ofPods = resources.resources.every((resource) => resource === 'pods');
    new ValidatingPolicy(this, `ValidatingPolicy-${name}`, {
      metadata: {
        name,
        annotations: { [`${PLATFORM}/summary`]: summary, ...(reason ? { [REASON_ANNOTATION]: reason } : {}) },
      },
      spec: {
        validationActions: ['Deny'],
        failurePolicy: 'Fail',
        autogen: AS_THEY_COME,
        matchConstraints: this.#constraints(resources, this.#namespaces(policy)),
        ...(ofPods ? { variables: [CONTAINERS] } : {}),
        validations,
      },
    });
  }

  #addSignatures(): void {
    const { name, summary, images, attestor, expression, message } = SIGNED_IMAGES;
    const { issuer, subject, transparencyLog } = IMAGE_SIGNER;
    new ImageValidatingPolicy(this, `ImageValidatingPolicy-${name}`, {
      metadata: { name, annotations: { [`${PLATFORM}/summary`]: summary } },
      spec: {
        validationActions: ['Deny'],
        failurePolicy: 'Fail',
        autogen: AS_THEY_COME,
        matchConstraints: this.#constraints({ group: '', versions: ['v1'], resources: ['pods'] }, [SERVICES_NAMESPACE]),
        matchImageReferences: [{ glob: images }],
        credentials: { providers: ['amazon'] },
        attestors: [
          {
            name: attestor,
            cosign: { keyless: { identities: [{ issuer, subject }] }, ctlog: { url: transparencyLog } },
          },
        ],
        validations: [{ expression, message }],
      },
    });
  }

  #addException({ name, policy, condition, reason }: Exception): void {
    new PolicyException(this, `PolicyException-${name}`, {
      metadata: { ...this.named(name), annotations: { [REASON_ANNOTATION]: reason } },
      spec: {
        policyRefs: [{ kind: 'ValidatingPolicy', name: policy }],
        matchConditions: [{ name, expression: condition }],
      },
    });
  }
}
