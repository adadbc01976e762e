import type { Catalog } from '#catalog/index.ts';
import { type Manifest, nameOf } from '../tree/manifest.ts';
import type { Node } from '../tree/node.ts';
import type { Resource, Template } from '../tree/template.ts';
import type { Tree } from '../tree/tree.ts';

/** A place that names something else. */
export interface Reference {
  readonly at: Node;
  /** What it names, as a person would say it: `gamemetrics/analytics-api-config`. */
  readonly value: string;
}

/** Where a reference leads to. */
export type Resolution =
  | { readonly outcome: 'resolved' }
  | { readonly outcome: 'broken'; readonly rule: string; readonly fix: string }
  /** It may well exist, but nothing that was read shows it. */
  | { readonly outcome: 'trusted'; readonly subject: string; readonly why: string }
  | { readonly outcome: 'noted'; readonly subject: string; readonly sentence: string };

export const resolved: Resolution = { outcome: 'resolved' };
export const broken = (rule: string, fix: string): Resolution => ({ outcome: 'broken', rule, fix });
export const trusted = (subject: string, why: string): Resolution => ({ outcome: 'trusted', subject, why });
export const noted = (subject: string, sentence: string): Resolution => ({ outcome: 'noted', subject, sentence });

export interface Source {
  readonly file: string;
  readonly object: string;
}

export interface Outcome {
  readonly source: Source;
  readonly reference: Reference;
  readonly resolution: Resolution;
}

export interface Surroundings {
  readonly tree: Tree;
  readonly catalog: Catalog;
}

/** One kind of reference: a row of the table. */
export interface ReferenceRow {
  readonly kind: string;
  /** A sentence: what names what. */
  readonly says: string;
  follow(surroundings: Surroundings): readonly Outcome[];
}

export interface ManifestRow<Found extends Reference> {
  readonly kind: string;
  readonly says: string;
  find(manifest: Manifest, surroundings: Surroundings): readonly Found[];
  resolve(reference: Found, surroundings: Surroundings): Resolution;
}

/** References that stand in Kubernetes objects. */
export function inManifests<Found extends Reference>({ kind, says, find, resolve }: ManifestRow<Found>): ReferenceRow {
  return {
    kind,
    says,
    follow: (surroundings) =>
      surroundings.tree.manifests.flatMap((manifest) => {
        const source = { file: manifest.file, object: nameOf(manifest) };
        return find(manifest, surroundings).map((reference) => ({
          source,
          reference,
          resolution: resolve(reference, surroundings),
        }));
      }),
  };
}

export interface ResourceRow<Found extends Reference> {
  readonly kind: string;
  readonly says: string;
  find(resource: Resource, template: Template): readonly Found[];
  resolve(reference: Found, surroundings: Surroundings): Resolution;
}

/** References that stand in CloudFormation templates and lead into the cluster. */
export function inResources<Found extends Reference>({ kind, says, find, resolve }: ResourceRow<Found>): ReferenceRow {
  return {
    kind,
    says,
    follow: (surroundings) =>
      surroundings.tree.templates.flatMap((template) =>
        template.resources.flatMap((resource) =>
          find(resource, template).map((reference) => ({
            source: { file: template.file, object: `${resource.type} ${resource.logicalId}` },
            reference,
            resolution: resolve(reference, surroundings),
          })),
        ),
      ),
  };
}
