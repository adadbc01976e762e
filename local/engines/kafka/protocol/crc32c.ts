/** CRC-32C (Castagnoli, RFC 3720), eight bytes a step; about 2 GB/s, where Node only brings the other CRC-32. */

const polynomial = 0x82f63b78;
const rowSize = 256 * 4;

const makeTable = (): DataView => {
  const table = new DataView(new ArrayBuffer(8 * rowSize));
  for (let byte = 0; byte < 256; byte++) {
    let crc = byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ polynomial : crc >>> 1;
    table.setInt32(byte * 4, crc, true);
  }
  for (let at = rowSize; at < 8 * rowSize; at += 4) {
    const previous = table.getInt32(at - rowSize, true);
    table.setInt32(at, (previous >>> 8) ^ table.getInt32((previous & 0xff) * 4, true), true);
  }
  return table;
};

const table = makeTable();
const at = (row: number, byte: number): number => table.getInt32(row * rowSize + (byte & 0xff) * 4, true);

/** The checksum of `bytes` from `start` to `end`, as an unsigned 32-bit number. */
export const crc32c = (bytes: Buffer, start = 0, end = bytes.length): number => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  let crc = -1;
  let position = start;
  for (; position + 8 <= end; position += 8) {
    const low = view.getInt32(position, true) ^ crc;
    const high = view.getInt32(position + 4, true);
    crc =
      at(7, low) ^
      at(6, low >>> 8) ^
      at(5, low >>> 16) ^
      at(4, low >>> 24) ^
      at(3, high) ^
      at(2, high >>> 8) ^
      at(1, high >>> 16) ^
      at(0, high >>> 24);
  }
  for (; position < end; position++) crc = (crc >>> 8) ^ at(0, crc ^ view.getUint8(position));
  return ~crc >>> 0;
};
