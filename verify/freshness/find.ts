import type { Manifest } from '../tree/manifest.ts';
import type { Node } from '../tree/node.ts';
import { podTemplateOf } from '../world/pods.ts';
import type { Retirement } from './table.ts';

const POD = 'pod';

/** Every place that a path of the table means. With `*` the keys are what is judged, else the values. */
function placesBelow(node: Node | undefined, steps: readonly string[]): readonly Node[] {
  if (!node?.exists) return [];
  const [step, ...rest] = steps;
  if (step === undefined) return [node];
  if (step === '*') return node.entries().map(([, child]) => child);
  const isList = step.endsWith('[]');
  const child = node.key(isList ? step.slice(0, -'[]'.length) : step);
  return isList ? child.items().flatMap((item) => placesBelow(item, rest)) : placesBelow(child, rest);
}

const lastKey = ({ path }: Node): string =>
  /\["(?<quoted>[^"]+)"\]$/.exec(path)?.groups?.quoted ?? path.split('.').at(-1) ?? '';

/** Where an object uses what a row speaks of. */
export function uses(manifest: Manifest, { api, kind, field, only }: Retirement): readonly Node[] {
  if (!api.test(manifest.apiVersion) || !kind.test(manifest.kind)) return [];
  if (field === undefined) return [manifest.root.key('apiVersion')];
  const [first, ...rest] = field.split('.');
  const places =
    first === POD ? placesBelow(podTemplateOf(manifest), rest) : placesBelow(manifest.root, field.split('.'));
  if (!only) return places;
  const judged = (node: Node): string => (field.endsWith('*') ? lastKey(node) : String(node.value));
  return places.filter((node) => only.test(judged(node)));
}
