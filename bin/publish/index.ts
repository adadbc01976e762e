import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { NOT_BUILT_DIGEST } from '#catalog/names.ts';
import { type Files, type Plan, planOf } from './plan.ts';
import { PublishError, parseRecord, RECORD_FILE, renderRecord } from './record.ts';
import { filesBelow, GitOpsTree } from './tree.ts';

export interface PublishOptions {
  /** The folder that synth wrote. */
  readonly from: string;
  /** The top of a GitOps working tree. */
  readonly directory: string;
  readonly environments: readonly string[];
  /** Why: the first line of the commit. */
  readonly reason: string;
  /** Say what would be done, and do nothing. */
  readonly dryRun: boolean;
}

export interface Image {
  readonly environment: string;
  readonly image: string;
  readonly digest: string;
  readonly built: boolean;
}

export interface Publication extends Omit<Plan, 'owned'> {
  readonly directory: string;
  readonly environments: readonly string[];
  readonly reason: string;
  readonly dryRun: boolean;
  readonly images: readonly Image[];
  /** Nothing when the tree was right already, or nothing was to be done. */
  readonly commit: string | undefined;
}

function wantedFiles({ from, environments }: PublishOptions): Files {
  const all = environments.flatMap((environment) => {
    const folder = join(from, 'gitops', environment);
    if (!existsSync(folder))
      throw new PublishError('OUTPUT_MISSING', `${folder} does not exist. Run «npm run synth» first.`);
    return [...filesBelow(folder)].map(([path, text]) => [`${environment}/${path}`, text] as const);
  });
  // An empty folder would prune a whole environment.
  const empty = environments.find((environment) => !all.some(([path]) => path.startsWith(`${environment}/`)));
  if (empty !== undefined)
    throw new PublishError('OUTPUT_EMPTY', `${join(from, 'gitops', empty)} has no file. Run «npm run synth» again.`);
  return new Map(all);
}

const IMAGE = /^\s*(?:- )?image: "?(?<image>[^\s"@]+)@(?<digest>sha256:[0-9a-f]{64})"?\s*$/gm;

/** Images by digest, each once an environment. */
function imagesIn(files: Files): readonly Image[] {
  const found = [...files].flatMap(([path, text]) =>
    [...text.matchAll(IMAGE)].map(({ groups }): Image => {
      const { image = '', digest = '' } = groups ?? {};
      return { environment: path.split('/')[0] ?? '', image, digest, built: digest !== NOT_BUILT_DIGEST };
    }),
  );
  const once = new Map(found.map((image) => [`${image.environment} ${image.image} ${image.digest}`, image]));
  return [...once].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, image]) => image);
}

function messageOf({ reason, environments }: PublishOptions, plan: Plan, images: readonly Image[]): string {
  const { add, change, prune, edited } = plan;
  const counts = [`${add.length} added`, `${change.length} changed`, `${prune.length} pruned`].join(', ');
  return [
    reason,
    '',
    `${environments.join(', ')}: ${counts}.`,
    ...(edited.length > 0 ? ['', 'Edited by hand, and put back:', ...edited.map((path) => `- ${path}`)] : []),
    '',
    'Images:',
    ...images.map(
      ({ environment, image, digest, built }) => `- ${environment} ${image}@${built ? digest : 'not built'}`,
    ),
    '',
  ].join('\n');
}

/** Only what stands under these paths is looked at: the rest of the tree is somebody else's. */
function presentFiles(tree: GitOpsTree, paths: Iterable<string>): Files {
  const present = [...new Set(paths)].flatMap((path) => {
    const text = tree.read(path);
    return text === undefined ? [] : [[path, text] as const];
  });
  return new Map(present);
}

function apply(tree: GitOpsTree, plan: Plan, wanted: Files): readonly string[] {
  for (const path of plan.prune) tree.remove(path);
  for (const path of [...plan.add, ...plan.change]) tree.write(path, wanted.get(path) ?? '');
  tree.write(RECORD_FILE, renderRecord(plan.owned));
  return [...plan.prune, ...plan.add, ...plan.change, RECORD_FILE];
}

/**
 * Brings a GitOps working tree up to date with what was synthesized, in one commit; nothing is pushed.
 * @throws PublishError when the tree or the output is not as it must be; then nothing was changed.
 */
export async function publish(options: PublishOptions): Promise<Publication> {
  const wanted = wantedFiles(options);
  const tree = await GitOpsTree.open(options.directory);
  const recorded = tree.read(RECORD_FILE);
  const owned = parseRecord(recorded);
  const present = presentFiles(tree, [...wanted.keys(), ...owned.keys()]);
  const { environments, directory, reason, dryRun } = options;
  const plan = planOf({ wanted, present, owned, environments });
  const { owned: _, ...shown } = plan;
  const images = imagesIn(wanted);
  const publication = { ...shown, directory, environments, reason, dryRun, images, commit: undefined };
  const isUpToDate = renderRecord(plan.owned) === recorded && plan.edited.length === 0;
  if (dryRun || isUpToDate) return publication;
  const commit = await tree.commit(apply(tree, plan, wanted), messageOf(options, plan, images));
  return { ...publication, commit };
}

export { PublishError } from './record.ts';
