import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { ExplainedError } from '#catalog/index.ts';
import type { ClusterAnswers } from '#verify/index.ts';

/** The cluster could not be asked: there is no kubectl, no cluster behind it, or no right to look. */
export class ClusterError extends ExplainedError {
  override readonly name = 'ClusterError';
}

const run = promisify(execFile);

/** Definitions of all operators together are some 20 MB. */
const ANSWER_BYTES = 134_217_728;
const PATIENCE_MILLIS = 60_000;

async function kubectl(context: string | undefined, ...words: readonly string[]): Promise<string> {
  const all = [...words, ...(context === undefined ? [] : ['--context', context])];
  try {
    const { stdout } = await run('kubectl', all, { maxBuffer: ANSWER_BYTES, timeout: PATIENCE_MILLIS });
    return stdout;
  } catch (cause) {
    const { stderr, code, message } = cause as { stderr?: string; code?: unknown; message?: string };
    const why = code === 'ENOENT' ? 'there is no kubectl on the PATH' : stderr?.trim().split('\n').at(-1) || message;
    throw new ClusterError(
      'CLUSTER_SILENT',
      `«kubectl ${all.join(' ')}» failed: ${why}. Choose a cluster with --context NAME, or leave --from-cluster out.`,
      { cause },
    );
  }
}

/** Asks a live cluster, through kubectl, which kinds it serves and how they look. Nothing is changed there. */
export async function askCluster(context?: string): Promise<ClusterAnswers> {
  const name = context ?? (await kubectl(undefined, 'config', 'current-context')).trim();
  const [definitions, openapi] = await Promise.all([
    kubectl(context, 'get', 'customresourcedefinitions', '--output', 'json'),
    kubectl(context, 'get', '--raw', '/openapi/v2'),
  ]);
  return { name, definitions, openapi };
}
