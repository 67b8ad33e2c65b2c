/** The space between two columns. */
export const GAP = '  ';
/** A column is not made narrower than this, and never wider than its content. */
const MIN_WIDTH = 6;

/** Columns with identifiers, which are useless when they are shortened. */
const IDENTIFIER = /(^|[._])(id|key)$|Id$/;

/** Returns the number of columns that text takes. Counts each character as one, which is wrong only for wide characters. */
export function widthOf(text: string): number {
  return [...text].length;
}

/**
 * Returns column widths that fit the terminal together. Shortens the widest column first, and identifiers never: a table of identifiers can
 * be too wide. @param names the members in the columns. @param widths the widths of the whole content. @param columns the terminal's width.
 */
export function fittedWidths(
  names: readonly string[],
  widths: readonly number[],
  columns: number | undefined,
): readonly number[] {
  if (columns === undefined) return widths;
  const isFlexible = names.map((name) => !IDENTIFIER.test(name));
  const fitted = widths.map((width, at) =>
    isFlexible[at] === true ? Math.min(width, Math.max(columns, MIN_WIDTH)) : width,
  );
  const spaces = GAP.length * (fitted.length - 1);
  while (fitted.reduce((sum, width) => sum + width, spaces) > columns) {
    const flexible = fitted.map((width, at) => (isFlexible[at] === true ? width : 0));
    const widest = Math.max(...flexible);
    if (widest <= MIN_WIDTH) break;
    fitted[flexible.indexOf(widest)] = widest - 1;
  }
  return fitted;
}

/** Returns a cell with exactly this width. Ends with an ellipsis if it is shortened. */
export function fitted(cell: string, width: number): string {
  const characters = [...cell];
  if (characters.length > width) return `${characters.slice(0, width - 1).join('')}…`;
  return cell + ' '.repeat(width - characters.length);
}
