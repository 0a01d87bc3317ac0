/** Symbol codes (MIL-STD-2525D / APP-6D, 20 digits). The context digit never says reality. */

/**
 * Third digit: simulation, always; nothing here is ever drawn as real. The exercise context is not used: it makes hostile a friend who
 * plays hostile, in a friend's frame, and shape must tell raider from friend.
 */
const SIMULATION = 2;

const AIR_ENTITIES = ["110104", "110103", "", "110108", "110116", "120100", "110107", "110300", ""] as const;

/** Symbol code of a track. Missiles have a symbol set of their own; an unknown kind has an empty frame. */
export function trackCode(identity: number, kind: number): string {
  const missile = kind === 2 || kind === 8;
  const entity = missile ? "110000" : (AIR_ENTITIES[kind] ?? "");
  return code(identity, missile ? "02" : "01", entity || "000000");
}

/** Symbol codes of what stands on the ground; all own or partner units, so their frame is a friend's. */
export function groundCode(what: "launcher" | "radar" | "airfield"): string {
  if (what === "launcher") return code(3, "10", "130102");
  if (what === "radar") return code(3, "15", "220300");
  return code(3, "20", "120803");
}

/** Symbol code of a friendly fighter that reports itself. */
export function fighterCode(): string {
  return code(3, "01", "110104");
}

function code(identity: number, set: string, entity: string): string {
  const affiliation = identity >= 0 && identity <= 6 ? identity : 1;
  return `10${SIMULATION}${affiliation}${set}0000${entity}0000`;
}
