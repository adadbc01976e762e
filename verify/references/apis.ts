import { operatorsIn } from '#catalog/footprints.ts';
import { nearest } from '../schemas/violation.ts';
import { broken, inManifests, type ReferenceRow, resolved } from './row.ts';

/** Groups of Kubernetes itself have no dot, or end like this. */
const OWN_GROUP = /^(?:[a-z]*|.*\.k8s\.io)$/;

/** Argo CD applies itself first, by hand, because nothing can apply it (adr/0002). */
const BOOTSTRAPPED: readonly string[] = ['argoproj.io'];

export const apiRows: readonly ReferenceRow[] = [
  inManifests({
    kind: 'API',
    says: 'Kinds that Kubernetes does not have are served by an operator that is installed.',
    find: ({ group, root }) => (OWN_GROUP.test(group) ? [] : [{ at: root.key('apiVersion'), value: group }]),
    resolve: ({ value }, { catalog, tree }) => {
      const served = [...BOOTSTRAPPED, ...operatorsIn(catalog, tree.environment).flatMap(({ apiGroups }) => apiGroups)];
      if (served.includes(value)) return resolved;
      const meant = nearest(value, served);
      const fix = meant ? `Write «${meant}»` : 'Add the operator to catalog/operators/, so that it is installed before';
      return broken('no operator that is installed serves this group', fix);
    },
  }),
];
