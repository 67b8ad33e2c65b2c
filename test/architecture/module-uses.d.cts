/** Types of module-uses.cjs, which is JavaScript because dependency-cruiser reads it, too. */
export declare const moduleUses: Readonly<Record<string, readonly string[]>>;
export declare const breaches: readonly { readonly from: string; readonly to: string; readonly why: string }[];
