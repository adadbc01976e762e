import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

interface Reply {
  readonly status: number;
  readonly body?: unknown;
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;
const found = (body: unknown): Reply => (body === undefined ? { status: 404 } : { status: 200, body });
const contentOf = (version: unknown): string =>
  isObject(version) && isObject(version.content) ? String(version.content.content) : '';

async function bodyOf(request: IncomingMessage): Promise<Record<string, unknown>> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  const value: unknown = chunks.length > 0 ? JSON.parse(Buffer.concat(chunks).toString()) : {};
  return isObject(value) ? value : {};
}

/** The part of Apicurio Registry's REST API that publishing uses, in memory; it answers as version 3 does. */
export class SchemaRegistryDouble {
  readonly groups = new Map<string, Map<string, unknown>>();
  readonly artifacts = new Map<string, string[]>();
  /** Requests that changed something or tried to. */
  readonly writes: string[] = [];
  /** Answers that are given instead, by the beginning of a path. */
  readonly failures = new Map<string, Reply>();
  readonly #server = createServer((request, response) => {
    void this.#answer(request).then(({ status, body }) => {
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(typeof body === 'string' ? body : JSON.stringify(body ?? { status }));
    });
  });

  async start(): Promise<string> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  stop(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  async #answer(request: IncomingMessage): Promise<Reply> {
    const url = new URL(request.url ?? '/', 'http://registry');
    const path = decodeURIComponent(url.pathname).replace('/apis/registry/v3', '');
    const body = await bodyOf(request);
    if (request.method !== 'GET') this.writes.push(`${request.method} ${path}`);
    const failure = [...this.failures].find(([start]) => path.startsWith(start))?.[1];
    if (failure) return failure;
    return request.method === 'GET' ? this.#read(path) : this.#write(`${request.method} ${path}`, body);
  }

  #read(path: string): Reply {
    const [, , group = '', kind, name = '', ...rest] = path.split('/');
    const rules = this.groups.get(group);
    if (kind === undefined) return found(rules && { groupId: group });
    if (kind === 'rules') return found(rules?.get(name));
    return rest.join('/') === 'versions/branch=latest/content'
      ? found(this.artifacts.get(name)?.at(-1))
      : { status: 404 };
  }

  #write(call: string, body: Record<string, unknown>): Reply {
    const [, , group = '', kind, name = ''] = call.split('/');
    if (call === 'POST /groups') return this.#addGroup(String(body.groupId));
    if (kind === 'rules') return this.#setRule(call.startsWith('PUT'), group, body);
    if (kind === 'artifacts' && name === '') return this.#addArtifact(String(body.artifactId), body.firstVersion);
    const versions = this.artifacts.get(name);
    versions?.push(contentOf(body));
    return versions ? { status: 200, body: { version: String(versions.length) } } : { status: 404 };
  }

  #addGroup(group: string): Reply {
    if (this.groups.has(group)) return { status: 409 };
    this.groups.set(group, new Map());
    return { status: 200, body: { groupId: group } };
  }

  #setRule(exists: boolean, group: string, rule: Record<string, unknown>): Reply {
    const rules = this.groups.get(group);
    if (!rules) return { status: 404 };
    if (rules.has(String(rule.ruleType)) !== exists) return { status: exists ? 404 : 409 };
    rules.set(String(rule.ruleType), rule);
    return { status: 204, body: '' };
  }

  #addArtifact(artifact: string, version: unknown): Reply {
    const versions = this.artifacts.get(artifact) ?? [];
    if (!versions.includes(contentOf(version))) versions.push(contentOf(version));
    this.artifacts.set(artifact, versions);
    return { status: 200, body: { artifact: { artifactId: artifact } } };
  }
}
