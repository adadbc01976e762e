import type { Manifest } from '../tree/manifest.ts';
import type { Tree } from '../tree/tree.ts';
import { makers } from './makers.ts';
import type { Pods } from './pods.ts';

/** `anything`: the keys are known only at run time. */
export type Keys = ReadonlySet<string> | 'anything';

export interface MadeObject {
  readonly namespace: string;
  readonly name: string;
}
export interface MadeData extends MadeObject {
  readonly keys: Keys;
}
export interface MadeService extends MadeObject {
  readonly ports: readonly number[];
}

/** What an operator makes of one of its objects while the cluster runs. */
export interface Made {
  readonly secrets?: readonly MadeData[];
  readonly configMaps?: readonly MadeData[];
  readonly services?: readonly MadeService[];
  readonly serviceAccounts?: readonly MadeObject[];
  readonly pods?: readonly Pods[];
}

export interface Maker {
  readonly kind: string;
  readonly group: string;
  readonly makes: (manifest: Manifest, tree: Tree) => Made;
  /** Where the operator's names come from. */
  readonly source: string;
}

const collect = (tree: Tree): Required<Made> => {
  const made = makers.flatMap(({ kind, group, makes }) =>
    tree.ofKind(kind, group).map((manifest) => makes(manifest, tree)),
  );
  return {
    secrets: made.flatMap(({ secrets }) => secrets ?? []),
    configMaps: made.flatMap(({ configMaps }) => configMaps ?? []),
    services: made.flatMap(({ services }) => services ?? []),
    serviceAccounts: made.flatMap(({ serviceAccounts }) => serviceAccounts ?? []),
    pods: made.flatMap(({ pods }) => pods ?? []),
  };
};

export const madeByOperators = (tree: Tree): Required<Made> => tree.derive(collect);
