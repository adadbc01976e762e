import { defineKind } from './kind.ts';

/** Kinds of cert-manager 1.21 (`cert-manager.io/v1`), the fields in use. */
const API = 'cert-manager.io/v1';

export interface IssuerSpec {
  readonly selfSigned: object;
}
export const Issuer = defineKind<IssuerSpec>(API, 'Issuer');

export interface CertificateSpec {
  readonly secretName: string;
  readonly dnsNames: readonly string[];
  readonly duration: string;
  readonly renewBefore: string;
  readonly privateKey: {
    readonly algorithm: 'ECDSA';
    readonly size: 256;
    readonly rotationPolicy: 'Always';
  };
  readonly usages: readonly string[];
  readonly issuerRef: { readonly kind: 'Issuer'; readonly name: string; readonly group: 'cert-manager.io' };
}
export const Certificate = defineKind<CertificateSpec>(API, 'Certificate');
