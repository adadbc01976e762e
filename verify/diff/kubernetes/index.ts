import { type Manifest, nameOf } from '../../tree/manifest.ts';
import type { Tree } from '../../tree/tree.ts';
import { isApplied } from '../../world/components.ts';
import { fieldChanges } from '../fields.ts';
import { type Change, classed, type Reason } from '../model.ts';
import { reasonsOf } from '../rows.ts';
import { kubernetesFields } from './fields.ts';
import { removalReasons } from './removal.ts';
import { kubernetesSets } from './sets.ts';

const keyOf = (manifest: Manifest): string => `${manifest.group} ${nameOf(manifest)}`;

const tables = { fields: kubernetesFields, sets: kubernetesSets };

const PLANNED: Reason = {
  class: 'safe',
  hazard: 'none',
  sentence: 'It belongs to a planned component, which no Application applies.',
};

interface Sides {
  readonly before?: Manifest;
  readonly after?: Manifest;
  readonly remaining: readonly Manifest[];
}

function reasons({ before, after, remaining }: Sides): readonly Reason[] {
  if (before && !after) return removalReasons(before, remaining);
  const one = before ?? after;
  const subject = `${one?.group} ${one?.kind}`;
  return reasonsOf(tables, {
    subject,
    ...(before ? { before: before.root } : {}),
    ...(after ? { after: after.root } : {}),
  });
}

function change(place: string, sides: Sides, isLive: boolean): readonly Change[] {
  const { before, after } = sides;
  const one = after ?? before;
  if (!one) return [];
  const fields = before && after ? fieldChanges(before.object, after.object) : [];
  if (before && after && fields.length === 0) return [];
  const operation = !before ? 'added' : !after ? 'removed' : 'changed';
  const found = { area: 'kubernetes', place, subject: nameOf(one), operation, fields } as const;
  return [classed(found, isLive ? reasons(sides) : [PLANNED])];
}

/** `gitops/prod/kafka/Kafka.kafka.gamemetrics.yaml` stands in `prod/kafka`. */
const placeOf = ({ file }: Manifest): string => file.split('/').slice(1, 3).join('/');

/** The objects of two trees of one environment, by group, kind, namespace and name; a file may move. */
export function kubernetesChanges(before: Tree, after: Tree): readonly Change[] {
  const olds = new Map(before.manifests.map((manifest) => [keyOf(manifest), manifest]));
  const news = new Map(after.manifests.map((manifest) => [keyOf(manifest), manifest]));
  const [wasApplied, isNowApplied] = [isApplied(before), isApplied(after)];
  return [...new Set([...olds.keys(), ...news.keys()])].sort().flatMap((key) => {
    const [old, now] = [olds.get(key), news.get(key)];
    const sides = {
      ...(old ? { before: old } : {}),
      ...(now ? { after: now } : {}),
      remaining: after.manifests,
    };
    const one = now ?? old;
    const isLive = (old !== undefined && wasApplied(old)) || (now !== undefined && isNowApplied(now));
    return one ? change(placeOf(one), sides, isLive) : [];
  });
}
