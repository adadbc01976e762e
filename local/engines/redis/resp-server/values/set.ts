import { type Static, Type } from 'typebox';
import { type CollectionShape, elementOverheadBytes } from './value.ts';

export const setDump = Type.Array(Type.String());

export class SetValue implements CollectionShape {
  readonly kind = 'set';
  readonly members = new Set<string>();
  #bytes = 0;

  static restore(dump: Static<typeof setDump>): SetValue {
    const set = new SetValue();
    for (const member of dump) set.add(member);
    return set;
  }

  get size(): number {
    return this.members.size;
  }

  get bytes(): number {
    return this.#bytes;
  }

  add(member: string): boolean {
    if (this.members.has(member)) return false;
    this.members.add(member);
    this.#bytes += member.length + elementOverheadBytes;
    return true;
  }

  delete(member: string): boolean {
    if (!this.members.delete(member)) return false;
    this.#bytes -= member.length + elementOverheadBytes;
    return true;
  }

  dump(): Static<typeof setDump> {
    return [...this.members];
  }
}
