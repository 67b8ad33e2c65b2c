/** Returns true when the day exists in the Gregorian calendar. Months count from 1. */
export function isDay(year: number, month: number, day: number): boolean {
  if (month < 1 || month > 12 || day < 1) return false;
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  const days = month === 2 ? (leap ? 29 : 28) : [4, 6, 9, 11].includes(month) ? 30 : 31;
  return day <= days;
}

/** Returns true if the day exists in any century: `290200` exists, because 2000 was a leap year. */
export const isDayOfSomeCentury = (yearOfCentury: number, month: number, day: number): boolean =>
  isDay(1900 + yearOfCentury, month, day) || isDay(2000 + yearOfCentury, month, day);
