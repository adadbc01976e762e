import { defineKind } from './kind.ts';

/** Kinds of Kyverno 1.19 (`policies.kyverno.io/v1`), the fields in use. */
const API = 'policies.kyverno.io/v1';

interface Constraints {
  readonly resourceRules: readonly {
    readonly apiGroups: readonly string[];
    readonly apiVersions: readonly string[];
    readonly resources: readonly string[];
    readonly operations: readonly ('CREATE' | 'UPDATE')[];
  }[];
  readonly namespaceSelector: {
    readonly matchExpressions: readonly {
      readonly key: string;
      readonly operator: 'In';
      readonly values: readonly string[];
    }[];
  };
}

interface Validation {
  readonly expression: string;
  readonly message: string;
}

export interface ValidatingPolicySpec {
  readonly validationActions: readonly ['Deny'];
  /** What happens while Kyverno is away. */
  readonly failurePolicy: 'Fail';
  readonly autogen: { readonly podControllers: { readonly controllers: readonly string[] } };
  readonly matchConstraints: Constraints;
  readonly variables?: readonly { readonly name: string; readonly expression: string }[];
  readonly validations: readonly Validation[];
}
export const ValidatingPolicy = defineKind<ValidatingPolicySpec>(API, 'ValidatingPolicy');

export interface ImageValidatingPolicySpec {
  readonly validationActions: readonly ['Deny'];
  readonly failurePolicy: 'Fail';
  readonly autogen: { readonly podControllers: { readonly controllers: readonly string[] } };
  readonly matchConstraints: Constraints;
  readonly matchImageReferences: readonly { readonly glob: string }[];
  /** How the registry is asked. */
  readonly credentials: { readonly providers: readonly ['amazon'] };
  readonly attestors: readonly {
    readonly name: string;
    readonly cosign: {
      readonly keyless: {
        readonly identities: readonly { readonly issuer: string; readonly subject: string }[];
      };
      readonly ctlog: { readonly url: string };
    };
  }[];
  readonly validations: readonly Validation[];
}
export const ImageValidatingPolicy = defineKind<ImageValidatingPolicySpec>(API, 'ImageValidatingPolicy');

export interface PolicyExceptionSpec {
  readonly policyRefs: readonly { readonly kind: 'ValidatingPolicy'; readonly name: string }[];
  readonly matchConditions: readonly { readonly name: string; readonly expression: string }[];
}
export const PolicyException = defineKind<PolicyExceptionSpec>(API, 'PolicyException');
