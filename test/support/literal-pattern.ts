/** Returns the source of a regular expression that matches exactly this string. */
export const literalPattern = (text: string): string => text.replaceAll(/[^\w]/g, '\\$&');
