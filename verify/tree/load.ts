import { readdir, readFile, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { parseAllDocuments } from 'yaml';
import type { Environment } from '#catalog/index.ts';
import { VerifyError } from '../errors.ts';
import type { Problem } from '../report/model.ts';
import { type Manifest, toManifest } from './manifest.ts';
import { isFields, Node } from './node.ts';
import type { Resource, Template } from './template.ts';
import { Tree } from './tree.ts';

/** Above what a platform of this size can need; a tree beyond them is a mistake of its writer, not work for a check. */
export const LIMITS = { files: 5_000, fileBytes: 4_194_304, documents: 20_000, aliases: 100 } as const;

/** CloudFormation's own limit of a template body (1 MB) with room for indentation. */
const TEMPLATE_BYTES = 16_777_216;

export interface Loaded {
  readonly tree: Tree;
  /** Files and documents that could not be read as what they should be. */
  readonly problems: readonly Problem[];
  readonly files: number;
}

interface Document {
  readonly manifest?: Manifest;
  readonly problem?: Problem;
}

type LoadProblem = Pick<Problem, 'file' | 'object' | 'path' | 'value' | 'rule' | 'fix'>;

const loadProblem = (environment: Environment, problem: LoadProblem): Problem => ({
  check: 'load',
  environment: environment.name,
  ...problem,
});

async function filesBelow(folder: string, ending: RegExp): Promise<readonly string[] | undefined> {
  const exists = await stat(folder).then(
    (entry) => entry.isDirectory(),
    () => false,
  );
  if (!exists) return undefined;
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile() && ending.test(entry.name));
  if (files.length > LIMITS.files)
    throw new VerifyError(
      'TREE_TOO_LARGE',
      `${folder} has ${files.length} files; more than ${LIMITS.files} are not read.`,
    );
  return files.map((entry) => join(entry.parentPath, entry.name)).sort();
}

async function read(file: string, maxBytes: number): Promise<string | undefined> {
  const { size } = await stat(file);
  return size > maxBytes ? undefined : readFile(file, 'utf8');
}

/** Kubernetes reads YAML 1.1, so an unquoted `on` is a boolean here as it is there. */
const YAML_OPTIONS = { version: '1.1', uniqueKeys: true, prettyErrors: false } as const;

type ParsedDocument = ReturnType<typeof parseAllDocuments>[number];

/** The value of a document, or why it has none. */
function contentOf(document: ParsedDocument): { readonly value: unknown } | { readonly unreadable: string } {
  const [error] = document.errors;
  if (error) return { unreadable: error.message };
  try {
    return { value: document.toJS({ maxAliasCount: LIMITS.aliases }) };
  } catch (caught) {
    return { unreadable: caught instanceof Error ? caught.message : String(caught) };
  }
}

export function parseManifests(
  text: string,
  place: { readonly environment: Environment; readonly file: string },
): readonly Document[] {
  const { environment, file } = place;
  return parseAllDocuments(text, YAML_OPTIONS).flatMap((document, index): readonly Document[] => {
    const problem = (rest: Omit<LoadProblem, 'file' | 'object'>): readonly Document[] => [
      { problem: loadProblem(environment, { file, object: `document ${index}`, ...rest }) },
    ];
    const read = contentOf(document);
    if ('unreadable' in read)
      return problem({
        path: '',
        value: 'unreadable',
        rule: `is not YAML: ${read.unreadable}`,
        fix: 'Synthesize again',
      });
    if (read.value === null || read.value === undefined) return [];
    const found = isFields(read.value)
      ? toManifest(read.value, { environment: environment.name, file, index })
      : { lacks: 'an object at its root' };
    if (!('lacks' in found)) return [{ manifest: found }];
    const { lacks } = found;
    return problem({
      path: lacks,
      value: 'missing',
      rule: `a Kubernetes object has ${lacks}`,
      fix: `Give it ${lacks}`,
    });
  });
}

function tooLarge(environment: Environment, file: string): Problem {
  const rule = `files of manifests have at most ${LIMITS.fileBytes} bytes`;
  return loadProblem(environment, {
    file,
    object: 'file',
    path: '',
    value: 'larger',
    rule,
    fix: 'Split it by component',
  });
}

async function loadManifests(root: string, environment: Environment): Promise<readonly Document[]> {
  const folder = join(root, 'gitops', environment.name);
  const files = await filesBelow(folder, /\.ya?ml$/);
  if (!files) throw new VerifyError('OUTPUT_MISSING', `${folder} does not exist. Run «npm run synth» first.`);
  const documents: Document[] = [];
  for (const path of files) {
    const file = relative(root, path).split(sep).join('/');
    const text = await read(path, LIMITS.fileBytes);
    if (text === undefined) documents.push({ problem: tooLarge(environment, file) });
    else documents.push(...parseManifests(text, { environment, file }));
    if (documents.length > LIMITS.documents)
      throw new VerifyError(
        'TREE_TOO_LARGE',
        `${folder} has more than ${LIMITS.documents} objects; so many are not read.`,
      );
  }
  return documents;
}

/** @throws VerifyError when the text is not a CloudFormation template. */
export function parseTemplate(
  text: string,
  place: { readonly environment: Environment; readonly file: string },
): Template {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new VerifyError('TEMPLATE_UNREADABLE', `${place.file} is not JSON. Run «npm run synth» again.`, {
      cause: error,
    });
  }
  const root = new Node(value);
  const resources = root
    .key('Resources')
    .entries()
    .map(
      ([logicalId, node]): Resource => ({
        logicalId,
        type: node.key('Type').text ?? '',
        properties: node.key('Properties'),
      }),
    );
  const stack = (place.file.split('/').at(-1) ?? '').replace(/\.template\.json$/, '');
  return { environment: place.environment.name, file: place.file, stack, root, resources };
}

async function loadTemplates(root: string, environment: Environment): Promise<readonly Template[] | undefined> {
  const files = await filesBelow(join(root, 'aws', environment.name), /\.template\.json$/);
  if (!files) return undefined;
  return Promise.all(
    files.map(async (path) => {
      const file = relative(root, path).split(sep).join('/');
      const text = await read(path, TEMPLATE_BYTES);
      if (text === undefined)
        throw new VerifyError(
          'TEMPLATE_TOO_LARGE',
          `${file} is larger than ${TEMPLATE_BYTES} bytes, so it is no template.`,
        );
      return parseTemplate(text, { environment, file });
    }),
  );
}

/**
 * Reads one environment of the synthesized output: `<root>/gitops/<environment>` and `<root>/aws/<environment>`.
 * @throws VerifyError when the output is missing or beyond the limits.
 */
export async function loadTree(root: string, environment: Environment): Promise<Loaded> {
  const documents = await loadManifests(root, environment);
  const templates = await loadTemplates(root, environment);
  const manifests = documents.flatMap(({ manifest }) => (manifest ? [manifest] : []));
  return {
    tree: new Tree({ environment, manifests, ...(templates ? { templates } : {}) }),
    problems: documents.flatMap(({ problem }) => (problem ? [problem] : [])),
    files: new Set(documents.map(({ manifest, problem }) => manifest?.file ?? problem?.file)).size,
  };
}
