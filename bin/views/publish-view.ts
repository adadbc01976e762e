import type { Publication } from '../publish/index.ts';
import type { Terminal } from '../terminal/terminal.ts';

/** Paths of a kind that are named before the rest is counted. */
const NAMED = 10;

function section(title: string, paths: readonly string[], { colours }: Terminal): readonly string[] {
  if (paths.length === 0) return [];
  const more = paths.length - NAMED;
  return [
    colours.bold(`${title} (${paths.length})`),
    ...paths.slice(0, NAMED).map((path) => `  ${path}`),
    ...(more > 0 ? [`  … and ${more} more; --json prints all of them.`] : []),
  ];
}

function ending({ commit, dryRun, add, change, prune, directory }: Publication): string {
  if (commit !== undefined) return `Committed ${commit.slice(0, 12)} in ${directory}. Push it when it may go live.`;
  if (add.length + change.length + prune.length === 0) return `${directory} is up to date: nothing to commit.`;
  return dryRun ? 'Nothing was changed (--dry-run).' : `${directory} is up to date.`;
}

/** What was published, or would be. */
export function publishView(publication: Publication, terminal: Terminal): string {
  const { add, change, prune, edited, images } = publication;
  const unbuilt = images.filter(({ built }) => !built).map(({ environment, image }) => `${environment} ${image}`);
  return [
    ...section('added', add, terminal),
    ...section('changed', change, terminal),
    ...section('pruned', prune, terminal),
    ...section('edited by hand, and put back', edited, terminal),
    ...section('not built: no pod can start with these images', unbuilt, terminal),
    ending(publication),
  ].join('\n');
}
