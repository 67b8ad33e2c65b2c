/** Types of module-uses.cjs, which dependency-cruiser reads too and which therefore is JavaScript. */
export declare const moduleUses: Readonly<Record<string, readonly string[]>>;
export declare const breaches: readonly { readonly from: string; readonly to: string; readonly why: string }[];
