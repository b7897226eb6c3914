import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { jar } from '../../providers/cresco/kinds/jar.ts';

/** The JARs that docs/from-pycrescolib.md speaks of, by the names that its code has for their paths. */
export interface Jars {
  readonly jarFile: string;
  readonly filerepoFile: string;
}

export function writeJars(folder: string): Jars {
  const files = { jarFile: join(folder, 'executor.jar'), filerepoFile: join(folder, 'filerepo.jar') };
  writeFileSync(files.jarFile, jar({ name: 'io.cresco.executor', version: '1.3.0' }));
  writeFileSync(files.filerepoFile, jar({ name: 'io.cresco.filerepo', version: '1.2.0' }));
  return files;
}
