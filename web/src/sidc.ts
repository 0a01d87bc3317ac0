/** Symbol codes (MIL-STD-2525D / APP-6D, 20 digits). The context digit never says reality. */

/** Third digit: what the picture is of. Nothing here is ever drawn as real. */
export type Context = "exercise" | "simulation";

const AIR_ENTITIES = ["110104", "110103", "", "110108", "110116", "120100", "110107", "110300", ""] as const;

/** Symbol code of a track. Missiles have a symbol set of their own; an unknown kind has an empty frame. */
export function trackCode(identity: number, kind: number, context: Context): string {
  const missile = kind === 2 || kind === 8;
  const entity = missile ? "110000" : (AIR_ENTITIES[kind] ?? "");
  return code(identity, missile ? "02" : "01", entity || "000000", context);
}

/** Symbol codes of what stands on the ground; all own or partner units, so their frame is a friend's. */
export function groundCode(what: "launcher" | "radar" | "airfield", context: Context): string {
  if (what === "launcher") return code(3, "10", "130102", context);
  if (what === "radar") return code(3, "15", "220300", context);
  return code(3, "20", "120803", context);
}

/** Symbol code of a friendly fighter that reports itself. */
export function fighterCode(context: Context): string {
  return code(3, "01", "110104", context);
}

function code(identity: number, set: string, entity: string, context: Context): string {
  const affiliation = identity >= 0 && identity <= 6 ? identity : 1;
  return `10${context === "exercise" ? 1 : 2}${affiliation}${set}0000${entity}0000`;
}
