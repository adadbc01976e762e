import { type Static, Type } from 'typebox';
import { type CollectionShape, elementOverheadBytes } from './value.ts';

export const hashDump = Type.Array(Type.Tuple([Type.String(), Type.String()]));

export class HashValue implements CollectionShape {
  readonly kind = 'hash';
  readonly fields = new Map<string, string>();
  #bytes = 0;

  static restore(dump: Static<typeof hashDump>): HashValue {
    const hash = new HashValue();
    for (const [field, value] of dump) hash.set(field, value);
    return hash;
  }

  get size(): number {
    return this.fields.size;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** True when the field is new. */
  set(field: string, value: string): boolean {
    const before = this.fields.get(field);
    this.fields.set(field, value);
    this.#bytes +=
      before === undefined ? field.length + value.length + elementOverheadBytes : value.length - before.length;
    return before === undefined;
  }

  delete(field: string): boolean {
    const before = this.fields.get(field);
    if (before === undefined) return false;
    this.#bytes -= field.length + before.length + elementOverheadBytes;
    return this.fields.delete(field);
  }

  dump(): Static<typeof hashDump> {
    return [...this.fields];
  }
}
