/** Updates of the server as columns: one binary message, tables of typed arrays that are read where they lie. */

export type Column =
  | Float64Array
  | Float32Array
  | Uint32Array
  | Int32Array
  | Uint16Array
  | Int16Array
  | Uint8Array
  | Int8Array;

/** Rows of one table: a typed array for each column name. */
export interface Table {
  readonly rows: number;
  readonly columns: Readonly<Record<string, Column>>;
}

/** A table as the server tells it once: its number, its name, and (column, type) in order. */
export interface TableForm {
  readonly id: number;
  readonly name: string;
  readonly columns: readonly (readonly [string, string])[];
}

/** One update: when it is of, and its tables by name. */
export interface Update {
  readonly tick: number;
  /** Seconds since scenario start. */
  readonly time: number;
  /** Scenario time, and the wall time of sending, in UTC milliseconds since 1970. */
  readonly utcMs: number;
  readonly sentMs: number;
  /** False where the post of the seat does not exist in the phase in force. */
  readonly inForce: boolean;
  readonly tables: Readonly<Record<string, Table>>;
}

/** Raised for bytes that are no update. */
export class WireError extends Error {
  constructor(
    readonly offset: number,
    reason: string,
  ) {
    super(`update refused at byte ${offset}: ${reason}`);
    this.name = "WireError";
  }
}

const MARK = 0x314b534a;
const VERSION = 1;
const HEAD_BYTES = 40;
const TABLE_BYTES = 8;
const ALIGN = 8;

const TYPES = {
  f8: Float64Array,
  f4: Float32Array,
  u4: Uint32Array,
  i4: Int32Array,
  u2: Uint16Array,
  i2: Int16Array,
  u1: Uint8Array,
  i1: Int8Array,
} as const;

const EMPTY: Table = { rows: 0, columns: {} };

/** The table of a name, empty where the update has none. */
export function tableOf(update: Update, name: string): Table {
  return update.tables[name] ?? EMPTY;
}

/** The values of a column. Throws WireError where the table has none of that name but has rows. */
export function column(table: Table, name: string): Column {
  const values = table.columns[name];
  if (values !== undefined) return values;
  if (table.rows === 0) return new Float64Array(0);
  throw new WireError(0, `a table has no column ${name}`);
}

/** Read an update in the tables that the server has told. Throws WireError, with the offset, for bytes that are none. */
export function decode(bytes: ArrayBuffer, forms: readonly TableForm[]): Update {
  if (bytes.byteLength < HEAD_BYTES) throw new WireError(0, `${bytes.byteLength} bytes are no head`);
  const view = new DataView(bytes);
  if (view.getUint32(0, true) !== MARK) throw new WireError(0, "it does not begin with its mark");
  const version = view.getUint16(4, true);
  if (version !== VERSION) throw new WireError(4, `version ${version}, expected ${VERSION}`);
  const known = new Map(forms.map((form) => [form.id, form]));
  const tables: Record<string, Table> = {};
  let offset = HEAD_BYTES;
  for (let k = 0; k < view.getUint16(6, true); k++) {
    const read = readTable(bytes, view, offset, known);
    tables[read.name] = read.table;
    offset = read.end;
  }
  return {
    tick: view.getUint32(8, true),
    time: view.getFloat64(16, true),
    utcMs: view.getFloat64(24, true),
    sentMs: view.getFloat64(32, true),
    inForce: (view.getUint32(12, true) & 1) === 1,
    tables,
  };
}

function readTable(bytes: ArrayBuffer, view: DataView, start: number, known: ReadonlyMap<number, TableForm>) {
  if (start + TABLE_BYTES > bytes.byteLength) throw new WireError(start, "it ends inside the head of a table");
  const id = view.getUint16(start, true);
  const form = known.get(id);
  if (form === undefined) throw new WireError(start, `unknown table ${id}`);
  const rows = view.getUint32(start + 4, true);
  const columns: Record<string, Column> = {};
  let offset = start + TABLE_BYTES;
  for (const [name, type] of form.columns) {
    const Kind = TYPES[type as keyof typeof TYPES];
    if (Kind === undefined) throw new WireError(offset, `column ${name} is of the unknown type ${type}`);
    const size = rows * Kind.BYTES_PER_ELEMENT;
    if (offset + size > bytes.byteLength) throw new WireError(offset, `it ends inside column ${name} of ${rows} rows`);
    columns[name] = new Kind(bytes, offset, rows);
    offset += Math.ceil(size / ALIGN) * ALIGN;
  }
  return { name: form.name, table: { rows, columns }, end: offset };
}
