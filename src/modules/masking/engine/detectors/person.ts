import { literal } from '../detector';
import { onDemand } from './entity';

const TITLES = ['Mr', 'Mrs', 'Ms', 'Miss', 'Dr', 'Prof', 'Herr', 'Frau', 'Mme', 'Sir', 'Lady'];
const NAME = "\\p{Lu}[\\p{L}'’-]{1,30}(?: \\p{Lu}[\\p{L}'’-]{1,30}){0,2}";

const FULL_NAME = "\\p{Lu}[\\p{L}'’-]{1,30}(?: \\p{Lu}[\\p{L}'’-]{1,30}){1,2}";

export const PERSON = [
  onDemand('PERSON', 'Name after a title or "my name is"; two or three capitalized words are a weak match', {
    texts: [
      literal(new RegExp(`(?<![\\p{L}\\d])(?:${TITLES.join('|')})\\.? (${NAME})(?![\\p{L}\\d])`, 'gu'), TITLES, 0.6),
      literal(
        new RegExp(`(?<![\\p{L}\\d])(?:[Mm]y name is|I am called|[Nn]ame:) (${NAME})(?![\\p{L}\\d])`, 'gu'),
        ['ame', 'called'],
        0.6,
      ),
      literal(new RegExp(`(?<![\\p{L}\\d])(${FULL_NAME})(?![\\p{L}\\d])`, 'gu'), [' '], 0.2),
    ],
  }),
];
