import type { Manifest } from '../tree/manifest.ts';
import type { Tree } from '../tree/tree.ts';

/** The component that an object belongs to, by the label that every object of ours has. */
export const ownerOf = ({ root, name }: Manifest): string =>
  root.at('metadata.labels').key('gamemetrics/component').text ?? name;

/** `gitops/prod/kafka` */
const COMPONENT_DEPTH = 3;

/** Components that Argo CD applies: folders that an Application names. What is planned has a folder and no Application. */
export function isApplied(tree: Tree): (manifest: Manifest) => boolean {
  const paths = tree.ofKind('Application').flatMap(({ root }) => root.at('spec.source.path').text ?? []);
  const applied = new Set(paths.map((path) => `gitops/${path}`));
  return ({ file }) => {
    const folders = file.split('/').slice(0, -1);
    return (
      applied.size === 0 || folders.length < COMPONENT_DEPTH || applied.has(folders.slice(0, COMPONENT_DEPTH).join('/'))
    );
  };
}
