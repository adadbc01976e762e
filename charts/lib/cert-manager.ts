import { defineKind } from './kind.ts';

/** Kinds of cert-manager 1.21 (`cert-manager.io/v1`), the fields in use. */
const API = 'cert-manager.io/v1';

export interface IssuerSpec {
  readonly selfSigned?: Readonly<Record<string, never>>;
  readonly ca?: { readonly secretName: string };
}
export const Issuer = defineKind<IssuerSpec>(API, 'Issuer');

export interface CertificateSpec {
  readonly secretName: string;
  readonly isCA?: true;
  readonly commonName?: string;
  readonly dnsNames?: readonly string[];
  readonly duration: string;
  readonly renewBefore: string;
  readonly privateKey: {
    readonly algorithm: 'ECDSA';
    readonly size: 256;
    /** `Never`: a renewed authority has the same key, so that what it signed before is still trusted. */
    readonly rotationPolicy: 'Always' | 'Never';
  };
  readonly usages?: readonly string[];
  readonly issuerRef: { readonly kind: 'Issuer'; readonly name: string; readonly group?: 'cert-manager.io' };
}
export const Certificate = defineKind<CertificateSpec>(API, 'Certificate');
