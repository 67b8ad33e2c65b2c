/** The colors derived from a tenant's color, so that all text on that color and in that color is readable (WCAG 2.2 §1.4.3). */
export interface AccentColors {
  /** Color of buttons. */
  readonly fill: string;
  /** Text on {@link fill}. */
  readonly onFill: string;
  /** Color of links and focus rings. */
  readonly text: string;
}

export const DEFAULT_ACCENT = '3056d3';
/** The backgrounds of text: the card, and the soft fields on it, whose lightness is closer to the text's. */
export interface Ground {
  readonly card: string;
  readonly soft: string;
}

export const LIGHT: Ground = { card: 'ffffff', soft: 'f4f5f8' };
export const DARK: Ground = { card: '181b22', soft: '20242d' };

const TEXT_RATIO = 4.5;
/** A button must stand out from the card (WCAG 2.2 §1.4.11). */
const SHAPE_RATIO = 3;

/** Returns the `RRGGBB` part of a color such as `#3056d3`; `null` for any other string. */
export function accentOf(color: string | null): string | null {
  return /^#?([0-9a-fA-F]{6})$/.exec(color ?? '')?.[1]?.toLowerCase() ?? null;
}

/** Returns the colors derived from an accent. @param accent `RRGGBB`. */
export function accentColors(accent: string, { card, soft }: Ground): AccentColors {
  const fill = readable(accent, card, SHAPE_RATIO);
  return { fill, onFill: onColor(fill), text: readable(accent, soft, TEXT_RATIO) };
}

/** Returns black or white, whichever is more readable; the contrast is never below 4.58. */
function onColor(background: string): string {
  return contrast('ffffff', background) >= contrast('000000', background) ? 'ffffff' : '000000';
}

/** Returns the color itself, or darkens it (on a light card) or lightens it (on a dark card) only as much as the ratio requires. */
function readable(color: string, background: string, ratio: number): string {
  const pole = luminance(background) > 0.18 ? '000000' : 'ffffff';
  for (let step = 0; step < 20; step++) {
    const mixed = mix(color, pole, step / 20);
    if (contrast(mixed, background) >= ratio) return mixed;
  }
  return pole;
}

/** Returns the contrast ratio, 1 to 21 (WCAG 2.2, "contrast ratio"). */
export function contrast(a: string, b: string): number {
  const [dark = 0, light = 0] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (light + 0.05) / (dark + 0.05);
}

function luminance(color: string): number {
  const [red = 0, green = 0, blue = 0] = channels(color).map((channel) => {
    const share = channel / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function mix(color: string, other: string, share: number): string {
  const others = channels(other);
  return channels(color)
    .map((channel, index) => Math.round(channel + ((others[index] ?? 0) - channel) * share))
    .map((channel) => channel.toString(16).padStart(2, '0'))
    .join('');
}

function channels(color: string): readonly number[] {
  return [0, 2, 4].map((at) => Number.parseInt(color.slice(at, at + 2), 16));
}
