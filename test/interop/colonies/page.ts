import { ourProgram as programOf } from '../kit/our-program.ts';
import { readPage as read, type Page } from '../kit/page.ts';

export const PAGE = 'docs/from-colonies.md';

export const readPage = (text?: string): Page => read(PAGE, text);

/** What the page's code takes for granted. */
export interface Given {
  readonly address: string;
  readonly serverKey: string;
  readonly colonyKey: string;
  readonly userKey: string;
}

export const ourProgram = (page: Page, given: Given): string =>
  programOf(page, { name: 'setpoint/colonies', file: 'src/providers/colonies/client/index.ts' }, { ...given });

/** The verbs of `colonies` that the page has, as one types them. */
export const verbsOf = ({ tables }: Page): readonly string[] =>
  tables.flatMap(({ head, rows }) =>
    head[0] === 'colonies' ? rows.map(({ cells }) => (cells[0] ?? '').replaceAll('`', '').replace(/^colonies /, '')) : [],
  );
