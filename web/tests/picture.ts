/** Batches and updates for tests. */

import type { TrackBatch } from "../src/store.js";
import type { TableForm } from "../src/wire.js";

type Row = Partial<Record<Exclude<keyof TrackBatch, "count">, number>>;

const DEFAULTS: Required<Row> = {
  id: 1,
  lon: 28,
  lat: 54,
  alt: 9000,
  course: 90,
  speed: 250,
  climb: 0,
  updated: 0,
  identity: 6,
  kind: 1,
  origin: 0,
  clause: -1,
  code: -1,
  flags: 0,
};

/** A batch of rows; what a row does not say has its default. */
export function batch(...rows: Row[]): TrackBatch {
  const columns = Object.keys(DEFAULTS).map((key) => {
    const name = key as keyof Row;
    return [name, rows.map((row) => row[name] ?? DEFAULTS[name])] as const;
  });
  return { count: rows.length, ...Object.fromEntries(columns) } as unknown as TrackBatch;
}

export const FORMS: readonly TableForm[] = [
  { id: 1, name: "tracks", columns: [["track", "u4"], ["lon_deg", "f4"], ["clause", "i2"], ["identity", "u1"]] },
  { id: 4, name: "strobes", columns: [["az_deg", "f4"]] },
];

const SIZES: Readonly<Record<string, number>> = { u4: 4, f4: 4, i2: 2, u1: 1 };

/** An update written as the server writes it: head, then tables of columns filled up to eights. */
export function encode(
  head: { tick: number; flags: number; time: number; utcMs: number; sentMs: number },
  tables: readonly { id: number; rows: readonly (readonly number[])[] }[],
): ArrayBuffer {
  const bytes: number[] = [];
  const put = (type: string, value: number) => {
    const view = new DataView(new ArrayBuffer(8));
    if (type === "f8") view.setFloat64(0, value, true);
    else if (type === "f4") view.setFloat32(0, value, true);
    else if (type === "u4") view.setUint32(0, value, true);
    else view.setInt16(0, value, true);
    const size = type === "f8" ? 8 : SIZES[type];
    for (let k = 0; k < size; k++) bytes.push(view.getUint8(k));
  };
  bytes.push(0x4a, 0x53, 0x4b, 0x31);
  put("i2", 1);
  put("i2", tables.length);
  put("u4", head.tick);
  put("u4", head.flags);
  for (const value of [head.time, head.utcMs, head.sentMs]) put("f8", value);
  for (const table of tables) {
    const form = FORMS.find(({ id }) => id === table.id);
    put("i2", table.id);
    put("i2", form?.columns.length ?? 0);
    put("u4", table.rows.length);
    (form?.columns ?? []).forEach(([, type], k) => {
      for (const row of table.rows) put(type, row[k]);
      while (bytes.length % 8 !== 0) bytes.push(0);
    });
  }
  return Uint8Array.from(bytes).buffer;
}
