import { ApiObject, type ApiObjectMetadata } from 'cdk8s';
import type { Construct } from 'constructs';

export interface KindProps<Spec> {
  readonly metadata: ApiObjectMetadata & { readonly name: string };
  readonly spec: Spec;
}

/**
 * A kind that no library has usable types for. `Spec` lists the fields that are in use, so that a wrong one fails the type
 * check; the verifier checks the rest against the operator's own schema.
 */
export function defineKind<Spec extends object>(apiVersion: string, kind: string) {
  return class extends ApiObject {
    static readonly GVK = { apiVersion, kind };

    constructor(scope: Construct, id: string, props: KindProps<Spec>) {
      super(scope, id, { apiVersion, kind, ...props });
    }
  };
}
