import type { Node } from '../../tree/node.ts';
import { allows } from '../comparisons.ts';

const textsOf = (nodes: readonly Node[]): readonly string[] => nodes.flatMap(({ text }) => text ?? []);

interface Acl {
  readonly operation: string;
  readonly type: string;
  readonly name: string;
}

/** `Read topic player.events.raw`; a prefix ends with a star. */
export const aclsOf = (user: Node): readonly string[] =>
  user.list('spec.authorization.acls').flatMap((acl) => {
    const resource = acl.key('resource');
    const name = `${resource.key('name').text ?? ''}${resource.key('patternType').text === 'prefix' ? '*' : ''}`;
    const denies = acl.key('type').text === 'deny' ? 'not ' : '';
    return textsOf(acl.list('operations')).map(
      (operation) => `${denies}${operation} ${resource.key('type').text ?? ''} ${name}`,
    );
  });

const parsedAcl = (text: string): Acl => {
  const [operation = '', type = '', ...name] = text.split(' ');
  return { operation, type, name: name.join(' ') };
};

export function aclCovers(had: string, other: string): boolean {
  const [wide, narrow] = [parsedAcl(had), parsedAcl(other)];
  const sameOperation = wide.operation === narrow.operation || wide.operation === 'All';
  return sameOperation && wide.type === narrow.type && allows(wide.name, narrow.name);
}

export const isDenial = (acl: string): boolean => acl.startsWith('not ');
