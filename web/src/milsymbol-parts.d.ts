/** The parts of milsymbol that the console bundles; its own types cover only the whole package. */
declare module "milsymbol-parts" {
  interface DrawnSymbol {
    asCanvas(ratio?: number): HTMLCanvasElement;
    getAnchor(): { x: number; y: number };
    isValid(): boolean;
  }
  interface Library {
    addIcons(icons: unknown): void;
    Symbol: new (sidc: string, options: Record<string, unknown>) => DrawnSymbol;
  }
  export const ms: Library;
  export const numberair: unknown;
  export const numberairmissile: unknown;
  export const numberlandunit: unknown;
  export const numberlandequipment: unknown;
  export const numberlandinstallation: unknown;
}
