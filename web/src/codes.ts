/** Codes the server writes on the wire, with their words. The numbers are those of `jointsky.vocab.codes`. */

export const IDENTITIES = ["pending", "unknown", "assumed friend", "friend", "neutral", "suspect", "hostile"] as const;

export const KINDS = [
  "fighter",
  "bomber",
  "cruise missile",
  "jammer",
  "early warning aircraft",
  "civil",
  "transport",
  "unmanned",
  "ballistic missile",
] as const;

/** Short words for labels and narrow columns. */
export const KINDS_SHORT = ["FTR", "BMR", "CM", "JAM", "AEW", "CIV", "TPT", "UAV", "BM"] as const;

export const UNKNOWN_KIND = 255;

export const PENDING = 0;
export const UNKNOWN = 1;
export const ASSUMED_FRIEND = 2;
export const FRIEND = 3;
export const NEUTRAL = 4;
export const SUSPECT = 5;
export const HOSTILE = 6;

/** Word for an identity code. */
export function identityWord(identity: number): string {
  return IDENTITIES[identity] ?? `identity ${identity}`;
}

/** Word for a kind code; a kind nobody knows is said so. */
export function kindWord(kind: number): string {
  return KINDS[kind] ?? "kind not known";
}

/** Which of the four frame shapes (and colours) an identity has: unknown, friend, neutral or hostile. */
export function frameOf(identity: number): "unknown" | "friend" | "neutral" | "hostile" {
  if (identity === FRIEND || identity === ASSUMED_FRIEND) return "friend";
  if (identity === NEUTRAL) return "neutral";
  return identity === HOSTILE || identity === SUSPECT ? "hostile" : "unknown";
}

/** How much attention an identity asks for when symbols must be rationed: greater is more. */
export function attention(identity: number): number {
  if (identity === HOSTILE) return 6;
  if (identity === SUSPECT) return 5;
  if (identity === UNKNOWN || identity === PENDING) return 4;
  return identity === NEUTRAL ? 1 : 2;
}
