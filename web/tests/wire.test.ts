import { describe, expect, test } from "vitest";
import { column, decode, tableOf, WireError } from "../src/wire.js";
import { encode, FORMS } from "./picture.js";

const HEAD = { tick: 7, flags: 1, time: 12.5, utcMs: 1000, sentMs: 2000 };

describe("an update", () => {
  test("is read as it was written, column by column", () => {
    const bytes = encode(HEAD, [
      { id: 1, rows: [[4000000000, 27.5, -1, 6], [2, 28.25, 3, 255], [3, 29, 0, 0]] },
      { id: 4, rows: [[271.5]] },
    ]);
    const update = decode(bytes, FORMS);
    expect(update).toMatchObject({ tick: 7, time: 12.5, utcMs: 1000, sentMs: 2000, inForce: true });
    const tracks = tableOf(update, "tracks");
    expect([...column(tracks, "track")]).toEqual([4000000000, 2, 3]);
    expect([...column(tracks, "lon_deg")]).toEqual([27.5, 28.25, 29]);
    expect([...column(tracks, "clause")]).toEqual([-1, 3, 0]);
    expect([...column(tracks, "identity")]).toEqual([6, 255, 0]);
    expect([...column(tableOf(update, "strobes"), "az_deg")]).toEqual([271.5]);
  });

  test("of a post that does not exist yet is empty and says so", () => {
    const update = decode(encode({ ...HEAD, flags: 0 }, []), FORMS);
    expect(update.inForce).toBe(false);
    expect(column(tableOf(update, "tracks"), "track")).toHaveLength(0);
  });

  test("cut anywhere is refused with its offset, and never read past its end", () => {
    const whole = encode(HEAD, [{ id: 1, rows: [[1, 27, 0, 6], [2, 28, 0, 6]] }]);
    for (let length = 0; length < whole.byteLength - 8; length++) {
      expect(() => decode(whole.slice(0, length), FORMS)).toThrow(WireError);
    }
  });

  test("of another kind, version or table is refused", () => {
    const changed = (at: number, value: number) => {
      const bytes = encode(HEAD, [{ id: 1, rows: [[1, 27, 0, 6]] }]);
      new Uint8Array(bytes)[at] = value;
      return () => decode(bytes, FORMS);
    };
    expect(changed(0, 1)).toThrow(/mark/);
    expect(changed(4, 2)).toThrow(/version 2/);
    expect(changed(40, 99)).toThrow(/byte 40: unknown table 99/);
  });

  test("without a column that has rows is a misfit, not a zero", () => {
    const update = decode(encode(HEAD, [{ id: 4, rows: [[1]] }]), FORMS);
    expect(() => column(tableOf(update, "strobes"), "age_s")).toThrow(WireError);
  });
});
