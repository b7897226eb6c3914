import type { Diagnostic } from '../core/diagnostic.ts';
import type { Page } from './page.ts';
import { readPages } from './read.ts';
import type { manifestSources, Rendered } from './sources.ts';

/** All documents of some sources, in their order. */
export interface Readings {
  readonly pages: readonly Page[];
  readonly files: readonly string[];
  readonly rendered: readonly Rendered[];
}

/** Reads every source but those to skip; what is wrong with them is added to `diagnostics`. */
export function readSources(
  sources: ReturnType<typeof manifestSources>,
  { diagnostics, skip }: { readonly diagnostics: Diagnostic[]; readonly skip?: ReadonlySet<string> },
): Readings {
  const pages: Page[] = [];
  const files: string[] = [];
  for (let next = sources.next(); ; next = sources.next()) {
    if (next.done === true) {
      diagnostics.push(...next.value.diagnostics);
      return { pages, files, rendered: next.value.rendered };
    }
    if (skip?.has(next.value.file)) continue;
    files.push(next.value.file);
    const reading = readPages(next.value);
    diagnostics.push(...reading.diagnostics);
    // A document with nothing but comments says nothing.
    for (const page of reading.pages) if (page.value !== null) pages.push(page);
  }
}
