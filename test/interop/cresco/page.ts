import { ourProgram as programOf } from '../kit/our-program.ts';
import { readPage as read, type Page, type Row } from '../kit/page.ts';
import type { Jars } from './jars.ts';

export type { Example, Page, Row } from '../kit/page.ts';

export const PAGE = 'docs/from-pycrescolib.md';

export const readPage = (text?: string): Page => read(PAGE, text);

/** What the page's code takes for granted. */
export interface Given extends Jars {
  readonly address: string;
  readonly serviceKey: string;
  readonly fingerprint: string;
  /** Files may be read and written here. */
  readonly folder: string;
}

export const ourProgram = (page: Page, given: Given): string =>
  programOf(page, { name: 'setpoint/cresco', file: 'src/providers/cresco/client/index.ts' }, { ...given });

/** Whether a release of the Python client has what a row says. */
export function isIn({ since, until }: Row, release: string): boolean {
  const order = (text: string): number => {
    const [major = 0, minor = 0] = text.split('.').map(Number);
    return major * 1000 + minor;
  };
  const own = order(release);
  return (since === undefined || own >= order(since)) && (until === undefined || own <= order(until));
}
