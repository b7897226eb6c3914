import type { Diagnostic } from '../core/diagnostic.ts';
import type { KindName } from '../core/id.ts';
import { headingOf, type Heading } from './check.ts';
import type { Page } from './page.ts';
import type { Environment, Project } from './project.ts';
import { readSources, type Readings } from './read-sources.ts';
import { manifestSources } from './sources.ts';

/** A resource that the project describes in a file that was not named. */
export interface LeftOut {
  readonly kind: KindName;
  readonly name: string;
  readonly page: Page;
}

/** What a project says around the files that were named. */
export interface Around {
  /** The documents that describe its Targets, but for those that the files describe anew. */
  readonly targets: readonly Page[];
  /** Everything else, by its heading alone: for whoever refers to it. */
  readonly left: readonly LeftOut[];
  readonly files: readonly string[];
  /** Files that cannot be read: a Target may stand in them, and without it another one would be meant. */
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * The project's own manifests but for the files that were named, when only those are planned: its Targets hold for them as well,
 * unless a document in them describes the same one. Nothing else of it is judged; whoever plans one file does not answer for the rest.
 */
export function readAround(options: {
  readonly project: Project;
  readonly environment: Environment;
  readonly named: Pick<Readings, 'files' | 'pages'>;
}): Around {
  const { project, environment, named } = options;
  const diagnostics: Diagnostic[] = [];
  const { pages, files } = readSources(manifestSources(project, environment), { diagnostics, skip: new Set(named.files) });
  const anew = new Set(named.pages.map(headed).flatMap((one) => (one && isTarget(one) ? [one.name] : [])));
  const targets: Page[] = [];
  const left: LeftOut[] = [];
  for (const page of pages) {
    const heading = headed(page);
    if (heading === undefined) continue;
    if (!isTarget(heading)) left.push(...leftOut(page, heading));
    else if (!anew.has(heading.name)) targets.push(page);
  }
  return { targets, left, files, diagnostics };
}

function headed(page: Page): Heading | undefined {
  const heading = headingOf(page);
  return 'apiVersion' in heading ? heading : undefined;
}

const groupOf = ({ apiVersion }: Heading): string => apiVersion.slice(0, Math.max(0, apiVersion.indexOf('/')));
const isTarget = (heading: Heading): boolean => heading.kind === 'Target' && groupOf(heading) === 'setpoint';

const leftOut = (page: Page, heading: Heading): readonly LeftOut[] =>
  heading.name === undefined ? [] : [{ kind: `${groupOf(heading)}/${heading.kind}`, name: heading.name, page }];
